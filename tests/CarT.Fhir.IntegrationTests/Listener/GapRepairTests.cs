using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>A missing event number is a missed result: it may come late, is asked for, or is found by a poll. Nothing waits for it.</summary>
public sealed class GapRepairTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;

    public async ValueTask InitializeAsync() => ehr = await FakeEhr.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    [Trait("acceptance", "c")]
    public async Task An_event_that_comes_late_closes_its_gap_and_nobody_is_asked()
    {
        ehr.Operation = (_, _, _) => throw new InvalidOperationException("asked");
        await using var steps = await StepsAsync();
        await steps.HearAsync(Handshake());
        await steps.HearAsync(Event(1));
        await steps.HearAsync(Event(3));
        Assert.Equal(["2-2"], await steps.GapsAsync());
        Assert.False(await steps.RepairGapsAsync(secondsLater: 5));
        await steps.HearAsync(Event(2));
        Assert.True(await steps.RepairGapsAsync(secondsLater: 60));
        Assert.Equal(3L, await store.ScalarAsync("SELECT COUNT(*) FROM deliveries"));
    }

    [Fact]
    public async Task Events_that_do_not_come_are_asked_for_once_and_the_answer_closes_the_gap()
    {
        var queries = new List<string>();
        ehr.Operation = (id, operation, query) =>
        {
            queries.Add(id + operation + query);
            return Answer(Bundle("query-event", 4, 2, 3));
        };
        await using var steps = await StepsAsync();
        await steps.HearAsync(Handshake());
        await steps.HearAsync(Event(1));
        await steps.HearAsync(Event(4));
        Assert.False(await steps.RepairGapsAsync(secondsLater: 11));
        Assert.False(await steps.RepairGapsAsync(secondsLater: 2));
        Assert.Equal(["s1$events?eventsSinceNumber=2&eventsUntilNumber=3&content=id-only"], queries);
        await steps.WorkAsync();
        Assert.Empty(await steps.GapsAsync());
        Assert.True(await steps.RepairGapsAsync());
        Assert.Equal(["Observation/plt-2", "Observation/plt-3"], ehr.Reads.Except(["Observation/plt-1", "Observation/plt-4"]));
        Assert.Equal(4L, await store.ScalarAsync("SELECT COUNT(*) FROM deliveries"));
    }

    [Theory]
    [InlineData("unsupported")]
    [InlineData("partial")]
    [InlineData("other")]
    [InlineData("not-implemented")]
    public async Task What_the_source_does_not_give_is_left_to_a_poll(string how)
    {
        ehr.Operation = (_, _, _) => how switch
        {
            "partial" => Answer(Bundle("query-event", 4, 3)),
            "other" => Results.Text("<html/>", "text/html"),
            "not-implemented" => Results.StatusCode(501),
            _ => Results.StatusCode(400),
        };
        await using var steps = await StepsAsync();
        await steps.HearAsync(Handshake());
        await steps.HearAsync(Event(1));
        await steps.HearAsync(Event(4));
        await steps.RepairGapsAsync(secondsLater: 11);
        Assert.NotEqual(DBNull.Value, await store.ScalarAsync("SELECT poll_wanted_ticks FROM event_gaps"));
        await steps.WorkAsync();
        Assert.False(await steps.RepairGapsAsync(secondsLater: 60));
        Assert.Equal(how == "partial" ? ["2-2"] : ["2-3"], await steps.GapsAsync());
        await PolledAsync(steps.Time.GetUtcNow());
        Assert.True(await steps.RepairGapsAsync(secondsLater: 1));
    }

    [Fact]
    public async Task A_source_that_fails_is_asked_again_later_and_at_last_polled()
    {
        var asked = 0;
        ehr.Operation = (_, _, _) => ++asked > 0 ? Results.StatusCode(429) : Results.Ok();
        await using var steps = await StepsAsync();
        await steps.HearAsync(Handshake());
        await steps.HearAsync(Event(2));
        await steps.RepairGapsAsync(secondsLater: 11);
        await steps.RepairGapsAsync();
        Assert.Equal(1, asked);
        for (var i = 0; i < 6; i++) await steps.RepairGapsAsync(secondsLater: 60);
        Assert.Equal(4, asked);
        Assert.Equal(1L, await store.ScalarAsync("SELECT COUNT(*) FROM event_gaps WHERE poll_wanted_ticks IS NOT NULL"));
    }

    [Fact]
    [Trait("acceptance", "d")]
    public async Task A_counter_that_begins_anew_is_a_new_epoch_and_no_event_of_it_is_taken_for_a_repeat()
    {
        await using var steps = await StepsAsync();
        await steps.HearAsync(Handshake());
        await steps.HearAsync(Event(1));
        await steps.HearAsync(Event(2));
        await steps.HearAsync(Handshake());
        await steps.HearAsync(Event(1, focus: "after-restart"));
        var numbers = await steps.NumbersAsync();
        Assert.Equal((2, 1, 0), (numbers.Epoch, numbers.Highest, numbers.Repeats));
        Assert.Equal(1L, await store.ScalarAsync("SELECT COUNT(*) FROM polls WHERE wanted_ticks IS NOT NULL AND from_ticks < wanted_ticks"));
        Assert.Equal(3L, await store.ScalarAsync("SELECT COUNT(*) FROM deliveries"));
    }

    [Theory]
    [InlineData("topic", "none", 0)]
    [InlineData("topic", null, 1)]
    [InlineData("classic", null, 0)]
    [InlineData("classic", "contiguous", 1)]
    public async Task Numbers_mean_something_only_where_the_policy_says_so(string style, string? policy, int gaps)
    {
        await using var steps = await StepsAsync(style, policy);
        await steps.HearAsync(Handshake());
        await steps.HearAsync(Event(3));
        Assert.Equal(gaps, (await steps.GapsAsync()).Count());
    }

    private Task<SubscriptionSteps> StepsAsync(string style = "topic", string? policy = null) =>
        SubscriptionSteps.BuildAsync(store.Path, ehr, style, policy is null ? [] : [("Subscription:GapPolicy", policy)]);

    private string Handshake() => Bundle("handshake", 0);

    private string Event(long number, string? focus = null)
    {
        var bundle = Bundle("event-notification", number, number);
        if (focus is not null) ehr.Resources["Observation/" + focus] = Bodies.Platelets(focus);
        return focus is null ? bundle : bundle.Replace("plt-" + number, focus, StringComparison.Ordinal);
    }

    private string Bundle(string type, long events, params long[] numbers)
    {
        foreach (var number in numbers) ehr.Resources["Observation/plt-" + number] = Bodies.Platelets("plt-" + number);
        return Bodies.Notification(ehr.BaseUrl, type, "active", events, numbers.Select(number => (number, $"{ehr.BaseUrl}/Observation/plt-{number}")))
            .Replace("Subscription/cart-labs", "Subscription/s1", StringComparison.Ordinal);
    }

    private static IResult Answer(string bundle) => Results.Text(JsonNode.Parse(bundle)!.ToJsonString(), "application/fhir+json");

    /// <summary>A poll that started at this time was answered to its end.</summary>
    private Task PolledAsync(DateTimeOffset started) => store.ExecuteAsync($"UPDATE polls SET complete_ticks = {started.UtcTicks}, wanted_ticks = NULL");
}
