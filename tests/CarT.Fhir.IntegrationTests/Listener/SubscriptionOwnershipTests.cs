using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Which Subscription at a server is ours: none is made twice, and none of somebody else is touched.</summary>
public sealed class SubscriptionOwnershipTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;

    public async ValueTask InitializeAsync() => ehr = await FakeEhr.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_the_search_does_not_show_is_read_and_not_made_again(bool hidesChannels)
    {
        (ehr.HidesChannels, ehr.HidesFromSearch) = (hidesChannels, !hidesChannels);
        await using var steps = await StepsAsync();
        await steps.CheckAsync();
        ehr.Subscriptions["s1"]["status"] = "active";
        for (var i = 0; i < 20; i++) Assert.True(await steps.CheckAsync(30));
        Assert.Equal(["POST s1"], ehr.Writes);
    }

    [Theory]
    [InlineData(503, "requested")]
    [InlineData(403, "unseen")]
    public async Task One_that_is_not_shown_and_may_stand_is_not_made_again(int answer, string state)
    {
        await using var steps = await StepsAsync();
        await steps.CheckAsync();
        await steps.CheckAsync(1);
        (ehr.HidesFromSearch, ehr.SubscriptionReadsAre) = (true, answer);
        for (var i = 0; i < 5; i++) Assert.False(await steps.CheckAsync(30));
        Assert.Equal((state, "POST s1"), ((await steps.RememberedAsync()).State, Assert.Single(ehr.Writes)));
    }

    [Fact]
    public async Task What_is_taken_and_never_shown_is_made_three_times_then_reported_and_looked_for_once_a_day()
    {
        ehr.ForgetsSubscriptions = true;
        await using var steps = await StepsAsync();
        for (var i = 0; i < 10; i++) await steps.CheckAsync(1);
        Assert.Equal(2, ehr.Writes.Count);
        for (var i = 0; i < 30; i++) await steps.CheckAsync(5);
        Assert.Equal((3, "unseen"), (ehr.Writes.Count, (await steps.RememberedAsync()).State));
        var reads = ehr.SubscriptionReads;
        for (var i = 0; i < 48; i++) await steps.CheckAsync(60);
        Assert.Equal((3, 2), (ehr.Writes.Count, ehr.SubscriptionReads - reads));
    }

    [Fact]
    public async Task Gaps_of_one_that_is_no_more_are_left_to_a_poll_from_before_the_oldest()
    {
        await using var steps = await ActiveAsync();
        await steps.HearAsync(Event(1));
        await steps.HearAsync(Event(3));
        var good = await store.ScalarAsync("SELECT good_ticks FROM event_gaps");
        ehr.Subscriptions.Clear();
        await steps.CheckAsync(5);
        Assert.Equal("Subscription/s2", (await steps.RememberedAsync()).Reference);
        Assert.Empty(await steps.GapsAsync());
        Assert.Equal(good, await store.ScalarAsync("SELECT from_ticks FROM polls WHERE wanted_ticks IS NOT NULL"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_secret_is_written_at_the_next_look_even_where_the_server_hides_it(bool hidesChannels)
    {
        ehr.HidesChannels = hidesChannels;
        await using (await ActiveAsync())
        {
        }
        var secret = new string('n', 40);
        await using var restarted = await StepsAsync(("Subscription:Secrets:0", secret));
        await restarted.CheckAsync(1);
        Assert.Equal("Authorization: Bearer " + secret, ehr.Subscriptions["s1"]["channel"]!["header"]![0]!.GetValue<string>());
        await restarted.CheckAsync(5);
        Assert.Equal(["POST s1", "PUT s1"], ehr.Writes);
    }

    [Fact]
    public async Task A_hook_that_has_moved_is_written_and_no_second_one_is_made()
    {
        await using (await ActiveAsync())
        {
        }
        await using var restarted = await StepsAsync(("Subscription:HookUrl", "https://cart.example.org/new/fhir/hook/main"));
        await restarted.CheckAsync(1);
        Assert.Equal("https://cart.example.org/new/fhir/hook/main", ehr.Subscriptions["s1"]["channel"]!["endpoint"]!.GetValue<string>());
        Assert.Equal(["POST s1", "PUT s1"], ehr.Writes);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("off")]
    [InlineData("requested")]
    public async Task One_of_an_operator_at_our_hook_with_other_criteria_is_left_alone(string status)
    {
        var own = Foreign("ops", SubscriptionSteps.HookUrl, status);
        await using var steps = await StepsAsync();
        for (var i = 0; i < 20; i++) await steps.CheckAsync(30);
        Assert.DoesNotContain(ehr.Writes, write => write.EndsWith(" ops", StringComparison.Ordinal));
        Assert.Equal(own, ehr.Subscriptions["ops"].ToJsonString());
    }

    [Fact]
    public async Task One_of_somebody_else_that_now_has_our_id_is_left_alone()
    {
        await using var steps = await ActiveAsync();
        var own = Foreign("s1", "https://other.example.org/hook", "error");
        await steps.CheckAsync(5);
        await steps.CheckAsync(5);
        Assert.Equal(own, ehr.Subscriptions["s1"].ToJsonString());
        Assert.Equal("Subscription/s2", (await steps.RememberedAsync()).Reference);
    }

    private string Foreign(string id, string endpoint, string status)
    {
        var subscription = new JsonObject
        {
            ["resourceType"] = "Subscription",
            ["id"] = id,
            ["status"] = status,
            ["reason"] = "operations",
            ["criteria"] = "Encounter?",
            ["channel"] = new JsonObject { ["type"] = "rest-hook", ["endpoint"] = endpoint, ["payload"] = "application/fhir+json" },
        };
        ehr.Subscriptions[id] = subscription;
        return subscription.ToJsonString();
    }

    private Task<SubscriptionSteps> StepsAsync(params (string Key, string Value)[] settings) =>
        SubscriptionSteps.BuildAsync(store.Path, ehr, "topic", settings);

    /// <summary>A listener whose Subscription s1 is active.</summary>
    private async Task<SubscriptionSteps> ActiveAsync()
    {
        var steps = await StepsAsync();
        await steps.CheckAsync();
        ehr.Subscriptions["s1"]["status"] = "active";
        Assert.True(await steps.CheckAsync());
        return steps;
    }

    private string Event(long number)
    {
        ehr.Resources["Observation/plt-" + number] = Bodies.Platelets("plt-" + number);
        return Bodies.Notification(ehr.BaseUrl, "event-notification", "active", number, [(number, $"{ehr.BaseUrl}/Observation/plt-{number}")])
            .Replace("Subscription/cart-labs", "Subscription/s1", StringComparison.Ordinal);
    }
}
