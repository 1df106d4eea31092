using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.Listener.Storing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>A Subscription that is stored at a server proves nothing: each is watched, reported and repaired.</summary>
public sealed class SubscriptionSupervisionTests : IAsyncLifetime
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
    [InlineData("requested")]
    [InlineData("active")]
    public async Task A_Subscription_is_submitted_in_the_status_that_the_server_needs(string status)
    {
        await using var steps = await StepsAsync("classic", ("Subscription:ActivateAs", status));
        await steps.CheckAsync();
        Assert.Equal(status, Status("s1"));
    }

    [Fact]
    public async Task A_topic_Subscription_asks_for_the_payload_that_the_hospital_wants()
    {
        await using var steps = await StepsAsync("topic", ("Subscription:Payload", "full-resource"), ("Subscription:Heartbeat", "00:01:00"));
        await steps.CheckAsync();
        var channel = ehr.Subscriptions["s1"]["channel"]!;
        Assert.Equal("full-resource", channel["_payload"]!["extension"]![0]!["valueCode"]!.GetValue<string>());
        Assert.Contains("\"valueUnsignedInt\":60", channel["extension"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_hangs_in_requested_is_asked_for_anew_and_then_made_again()
    {
        await using var steps = await StepsAsync("classic");
        Assert.False(await steps.CheckAsync());
        await steps.CheckAsync(1);
        Assert.Equal("requested", (await steps.RememberedAsync()).State);
        await steps.CheckAsync(11);
        Assert.Equal("stuck", (await steps.RememberedAsync()).State);
        Assert.Equal(["POST s1", "PUT s1"], ehr.Writes);
        await steps.CheckAsync(11);
        Assert.Equal(["POST s1", "PUT s1", "POST s2", "DELETE s1"], ehr.Writes);

        ehr.Subscriptions["s2"]["status"] = "active";
        Assert.True(await steps.CheckAsync(1));
        var memory = await steps.RememberedAsync();
        Assert.Equal(("active", "Subscription/s2", 2), (memory.State, memory.Reference, memory.Repairs));
    }

    [Fact]
    public async Task One_in_error_is_asked_for_anew_and_said_to_be_active_only_when_it_is()
    {
        await using var steps = await ActiveAsync("classic");
        ehr.Subscriptions["s1"]["status"] = "error";
        Assert.False(await steps.CheckAsync(5));
        Assert.Equal(("error", "requested"), ((await steps.RememberedAsync()).State, Status("s1")));
        Assert.Equal(1L, await store.ScalarAsync("SELECT COUNT(*) FROM polls WHERE wanted_ticks IS NOT NULL AND from_ticks < wanted_ticks"));
        ehr.Subscriptions["s1"]["status"] = "active";
        Assert.True(await steps.CheckAsync(1));
    }

    [Fact]
    public async Task One_that_the_server_switched_off_after_failures_is_switched_on_again()
    {
        await using var steps = await ActiveAsync("classic", ("Subscription:ActivateAs", "active"));
        ehr.Subscriptions["s1"]["status"] = "off";
        ehr.Subscriptions["s1"]["error"] = "max attempts";
        await steps.CheckAsync(5);
        Assert.Equal(("active", null), (Status("s1"), ehr.Subscriptions["s1"]["error"]));
    }

    [Fact]
    public async Task One_that_a_person_switched_off_is_reported_at_once_and_asked_for_slowly()
    {
        await using var steps = await ActiveAsync("classic");
        ehr.Subscriptions["s1"]["status"] = "off";
        await steps.CheckAsync(5);
        Assert.Equal(("off", "off"), ((await steps.RememberedAsync()).State, Status("s1")));
        await steps.CheckAsync(5);
        Assert.Equal("requested", Status("s1"));
        ehr.Subscriptions["s1"]["status"] = "off";
        await steps.CheckAsync(5);
        Assert.Equal("off", Status("s1"));
        await steps.CheckAsync(5);
        Assert.Equal("requested", Status("s1"));
    }

    [Fact]
    public async Task Where_the_hospital_wants_no_repair_one_that_is_off_stays_off_and_is_shown()
    {
        await using var steps = await ActiveAsync("classic", ("Subscription:Repair", "never"));
        ehr.Subscriptions["s1"]["status"] = "off";
        for (var i = 0; i < 10; i++) await steps.CheckAsync(60);
        Assert.Equal(("off", "off", 0), ((await steps.RememberedAsync()).State, Status("s1"), (await steps.RememberedAsync()).Repairs));
    }

    [Fact]
    public async Task One_that_vanished_is_created_again()
    {
        await using var steps = await ActiveAsync("classic");
        ehr.Subscriptions.Clear();
        await steps.CheckAsync(5);
        var memory = await steps.RememberedAsync();
        Assert.Equal(("Subscription/s2", 1), (memory.Reference, memory.Repairs));
        Assert.Equal("s2", Assert.Single(ehr.Subscriptions).Key);
    }

    [Fact]
    public async Task One_that_never_fires_while_polling_finds_results_is_silent_and_is_repaired()
    {
        await using var steps = await ActiveAsync("topic");
        Assert.True(await steps.CheckAsync(7 * 60));
        await FindAsync(steps, "plt-1");
        Assert.False(await steps.CheckAsync(5));
        Assert.Equal(("silent", "requested"), ((await steps.RememberedAsync()).State, Status("s1")));

        ehr.Subscriptions["s1"]["status"] = "active";
        // It gave no sign, and nothing was there for it to bring.
        Assert.False(await steps.CheckAsync(7 * 60));
        Assert.Equal(["POST s1", "PUT s1"], ehr.Writes);
        await FindAsync(steps, "plt-2");
        await steps.CheckAsync(7 * 60);
        Assert.Equal("Subscription/s2", (await steps.RememberedAsync()).Reference);
        Assert.Equal(["POST s1", "PUT s1", "POST s2", "DELETE s1"], ehr.Writes);
    }

    [Fact]
    public async Task One_that_is_quiet_is_not_silent_because_a_poll_found_what_is_old()
    {
        await using var steps = await ActiveAsync("topic");
        Assert.True(await steps.CheckAsync(7 * 60));
        await steps.HearAsync(Bodies.Platelets("plt-1"), NotificationKind.Polled);
        Assert.True(await steps.CheckAsync(5));
        Assert.Equal(["POST s1"], ehr.Writes);
    }

    [Fact]
    public async Task A_classic_one_is_silent_when_nothing_of_its_type_was_sent()
    {
        await using var steps = await ActiveAsync("classic");
        await steps.CheckAsync(7 * 60);
        await FindAsync(steps, "plt-1");
        Assert.False(await steps.CheckAsync(5));
        Assert.Equal("silent", (await steps.RememberedAsync()).State);
        await steps.HearAsync(Bodies.Platelets("plt-2"), NotificationKind.Resource);
        ehr.Subscriptions["s1"]["status"] = "active";
        Assert.True(await steps.CheckAsync(5));
    }

    [Fact]
    public async Task Where_the_server_takes_no_delete_the_old_one_is_switched_off_and_there_is_no_third()
    {
        ehr.TakesDeletes = false;
        await using var steps = await StepsAsync("classic");
        await steps.CheckAsync();
        await steps.CheckAsync(1);
        await steps.CheckAsync(11);
        await steps.CheckAsync(11);
        Assert.Equal(["POST s1", "PUT s1", "POST s2", "PUT s1"], ehr.Writes);
        Assert.Equal("off", Status("s1"));
        for (var i = 0; i < 9; i++) await steps.CheckAsync(24 * 60);
        Assert.Equal(["PUT s2"], ehr.Writes.Skip(4).Distinct());
    }

    [Fact]
    public async Task A_stuck_one_stays_where_the_server_takes_no_second_one()
    {
        ehr.MostSubscriptions = 1;
        await using var steps = await StepsAsync("classic");
        await steps.CheckAsync();
        await steps.CheckAsync(1);
        await steps.CheckAsync(11);
        await steps.CheckAsync(11);
        Assert.Equal(["POST s1", "PUT s1", "PUT s1"], ehr.Writes);
    }

    [Fact]
    public async Task One_that_fires_is_not_silent_whatever_a_poll_finds()
    {
        await using var steps = await ActiveAsync("topic");
        await steps.CheckAsync(7 * 60);
        await FindAsync(steps, "plt-1");
        await steps.HearAsync(Event("event-notification", "active", 1, (1, "plt-2")));
        Assert.True(await steps.CheckAsync(5));
    }

    [Fact]
    public async Task An_overdue_heartbeat_brings_the_error_to_light_that_a_search_does_not_show()
    {
        var asked = 0;
        ehr.Operation = (_, operation, _) => operation == "$status" && ++asked > 0 ? Status("error", 3) : Results.NotFound();
        await using var steps = await ActiveAsync("topic");
        Assert.True(await steps.CheckAsync(4));
        Assert.Equal(0, asked);
        await steps.CheckAsync(3);
        Assert.Equal(("error", "requested", 1), ((await steps.RememberedAsync()).State, Status("s1"), asked));
    }

    [Fact]
    public async Task A_server_that_knows_no_status_operation_is_believed_by_its_search()
    {
        await using var steps = await ActiveAsync("topic");
        Assert.True(await steps.CheckAsync(7));
        Assert.Equal(["POST s1"], ehr.Writes);
    }

    [Fact]
    public async Task A_second_Subscription_that_the_server_refuses_is_reported_and_does_not_hinder_the_first()
    {
        ehr.MostSubscriptions = 1;
        await using var steps = await StepsAsync("classic", ("Subscription:Criteria:1", "Patient?"));
        await steps.CheckAsync();
        ehr.Subscriptions["s1"]["status"] = "active";
        await steps.CheckAsync(1);
        Assert.Equal(1, (long)(await store.ScalarAsync("SELECT COUNT(*) FROM supervised WHERE state = 'active' AND reference = 'Subscription/s1'"))!);
        Assert.Equal(1, (long)(await store.ScalarAsync("SELECT COUNT(*) FROM supervised WHERE state = 'missing' AND reference IS NULL AND tries = 2"))!);
    }

    [Fact]
    public async Task A_notification_that_says_error_wakes_the_keeper()
    {
        await using var steps = await ActiveAsync("topic");
        await steps.HearAsync(Event("heartbeat", "active", 0));
        Assert.False(await steps.Source.SubscriptionFailed.WaitAsync(TimeSpan.Zero, CancellationToken.None));
        await steps.HearAsync(Event("heartbeat", "error", 0));
        Assert.True(await steps.Source.SubscriptionFailed.WaitAsync(TimeSpan.Zero, CancellationToken.None));
    }

    /// <summary>A poll finds a result that changed just now.</summary>
    private static Task FindAsync(SubscriptionSteps steps, string id) => steps.HearAsync(
        Bodies.Platelets(id).Replace("2026-11-22T06:59:58Z", steps.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), StringComparison.Ordinal),
        NotificationKind.Polled);

    private Task<SubscriptionSteps> StepsAsync(string style, params (string Key, string Value)[] settings) =>
        SubscriptionSteps.BuildAsync(store.Path, ehr, style, settings);

    /// <summary>A listener whose Subscription s1 is active.</summary>
    private async Task<SubscriptionSteps> ActiveAsync(string style, params (string Key, string Value)[] settings)
    {
        var steps = await StepsAsync(style, settings);
        await steps.CheckAsync();
        ehr.Subscriptions["s1"]["status"] = "active";
        Assert.True(await steps.CheckAsync());
        return steps;
    }

    private string Status(string id) => ehr.Subscriptions[id]["status"]!.GetValue<string>();

    private IResult Status(string status, long events)
    {
        var bundle = JsonNode.Parse(Event("query-status", status, events))!.AsObject();
        bundle["type"] = "searchset";
        return Results.Text(bundle.ToJsonString(), "application/fhir+json");
    }

    private string Event(string type, string status, long events, params (long Number, string Focus)[] focuses)
    {
        foreach (var (_, focus) in focuses) ehr.Resources["Observation/" + focus] = Bodies.Platelets(focus);
        return Bodies.Notification(ehr.BaseUrl, type, status, events, focuses.Select(focus => (focus.Number, $"{ehr.BaseUrl}/Observation/{focus.Focus}")))
            .Replace("Subscription/cart-labs", "Subscription/s1", StringComparison.Ordinal);
    }
}
