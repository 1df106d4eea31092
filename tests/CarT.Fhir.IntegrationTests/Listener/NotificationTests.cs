using System.Net;
using System.Text.Json;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>From what a source sends to facts on the bus.</summary>
public sealed class NotificationTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, ehr);
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task A_platelet_count_becomes_a_fact_of_its_patient()
    {
        await TakeAsync(Bodies.Platelets("plt-1", "p7"));

        var facts = await listener.NextFactsAsync();
        Assert.Equal("Patient/p7", facts.Patient!.Value.Reference);
        Assert.Equal(("main", "main", "numeric"), (facts.Source, facts.Namespace, facts.VersionOrder));
        Assert.Equal(["labs", "doses"], facts.Provides);
        Assert.Equal(18_000m, Assert.Single(Assert.Single(facts.Resources).CellCounts).Value);
    }

    [Fact]
    public async Task A_handshake_may_come_before_the_subscription_is_known_and_sends_nothing()
    {
        await TakeAsync(Bodies.Notification(ehr.BaseUrl, "handshake", "requested", 0, []));
        await listener.RowsAsync("done", 1);

        var source = await listener.SourceAsync();
        Assert.True(source.GetProperty("handshakeSeen").GetBoolean());
        Assert.Equal("Subscription/cart-labs", source.GetProperty("subscriptions")[0].GetProperty("reference").GetString());
        Assert.False(await listener.HasFactsWithinAsync(TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task A_heartbeat_says_how_many_events_there_were()
    {
        await TakeAsync(Bodies.Notification(ehr.BaseUrl, "heartbeat", "active", 41, []));
        await listener.RowsAsync("done", 1);

        var subscription = (await listener.SourceAsync()).GetProperty("subscriptions")[0];
        Assert.Equal(41, subscription.GetProperty("eventsSinceStart").GetInt64());
        Assert.Equal("active", subscription.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, subscription.GetProperty("handshakeAt").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, subscription.GetProperty("lastHeardAt").ValueKind);
    }

    [Fact]
    public async Task A_full_resource_notification_gives_the_facts_of_every_entry()
    {
        await TakeAsync(Event(
            [(44, $"{ehr.BaseUrl}/Observation/plt-1"), (45, $"{ehr.BaseUrl}/Observation/plt-2")],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "PUT", Bodies.Platelets("plt-1")),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-2", "PUT", Bodies.Platelets("plt-2", thousandsPerMicrolitre: 21))));

        var facts = await listener.NextFactsAsync();
        Assert.Equal([18_000m, 21_000m], facts.Resources.SelectMany(version => version.CellCounts).Select(count => count.Value));
        Assert.Empty(ehr.Reads);
        await listener.RowsAsync("done", 1);
        Assert.Equal(45, (await listener.SourceAsync()).GetProperty("subscriptions")[0].GetProperty("highestEvent").GetInt64());
    }

    [Fact]
    public async Task Id_only_reads_the_current_resource_at_the_source()
    {
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1", version: "3", thousandsPerMicrolitre: 25);

        await TakeAsync(Event([(43, $"{ehr.BaseUrl}/Observation/plt-1")], Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "POST")));

        var version = Assert.Single((await listener.NextFactsAsync()).Resources);
        Assert.Equal(("3", 25_000m), (version.VersionId, Assert.Single(version.CellCounts).Value));
        Assert.Equal(["Observation/plt-1"], ehr.Reads);
    }

    [Fact]
    public async Task A_focus_without_entry_and_with_a_doubled_type_is_read_too()
    {
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1");

        await TakeAsync(Event([(43, "Observation/Observation/plt-1")]));

        Assert.Single((await listener.NextFactsAsync()).Resources);
    }

    [Fact]
    public async Task P3_2_A_delete_that_the_source_confirms_retracts_the_resource()
    {
        await TakeAsync(Event([(44, $"{ehr.BaseUrl}/Observation/plt-1")], Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "DELETE")));

        var facts = await listener.NextFactsAsync();
        var version = Assert.Single(facts.Resources);
        Assert.Null(facts.Patient);
        Assert.True(version.Retracted);
        Assert.Equal("Observation/plt-1", version.Resource.Reference);
    }

    [Fact]
    public async Task P3_2_A_delete_carries_the_version_that_the_server_gave_it()
    {
        var entry = Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "DELETE")
            .Replace("\"status\":\"200\"", "\"status\":\"204\",\"etag\":\"W/\\\"3\\\"\",\"lastModified\":\"2026-11-22T07:00:00Z\"", StringComparison.Ordinal);
        await TakeAsync(Event([(44, $"{ehr.BaseUrl}/Observation/plt-1")], entry));

        var version = Assert.Single((await listener.NextFactsAsync()).Resources);
        Assert.Equal(("3", new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero)), (version.VersionId, version.LastUpdated));
    }

    [Fact]
    public async Task P3_2_A_late_delete_of_a_resource_that_stands_again_does_not_retract_it()
    {
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1", version: "3");

        await TakeAsync(Event([(44, $"{ehr.BaseUrl}/Observation/plt-1")], Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "DELETE")));

        Assert.False(Assert.Single((await listener.NextFactsAsync()).Resources).Retracted);
    }

    [Fact]
    public async Task P3_2_A_version_that_cannot_be_ordered_is_read_again_at_the_source()
    {
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1", version: "9");

        await TakeAsync(Bodies.Platelets("plt-1").Replace("\"versionId\":\"1\",", "", StringComparison.Ordinal));

        Assert.Equal("9", Assert.Single((await listener.NextFactsAsync()).Resources).VersionId);
    }

    [Fact]
    public async Task P3_2_A_create_that_its_delete_overtook_is_read_again_at_the_source()
    {
        await TakeAsync(Event([(45, $"{ehr.BaseUrl}/Observation/plt-1")], Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "DELETE")));
        Assert.True(Assert.Single((await listener.NextFactsAsync()).Resources).Retracted);

        await TakeAsync(Bodies.Platelets("plt-1", version: "1"));

        Assert.True(Assert.Single((await listener.NextFactsAsync()).Resources).Retracted);
        Assert.Equal(["Observation/plt-1", "Observation/plt-1"], ehr.Reads);
    }

    [Fact]
    public async Task P3_2_A_resource_made_anew_after_its_delete_counts_again()
    {
        await TakeAsync(Event([(45, $"{ehr.BaseUrl}/Observation/plt-1")], Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "DELETE")));
        Assert.True(Assert.Single((await listener.NextFactsAsync()).Resources).Retracted);
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1", version: "3", thousandsPerMicrolitre: 25);

        await TakeAsync(Bodies.Platelets("plt-1", version: "3", thousandsPerMicrolitre: 25));

        Assert.Equal(25_000m, Assert.Single(Assert.Single((await listener.NextFactsAsync()).Resources).CellCounts).Value);
    }

    [Fact]
    public async Task P3_2_A_delete_and_a_create_of_one_resource_in_one_Bundle_are_decided_by_the_source()
    {
        await TakeAsync(Event(
            [],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "DELETE"),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "PUT", Bodies.Platelets("plt-1"))));
        await listener.RowsAsync("done", 2);

        Assert.All((await listener.NextFactsAsync()).Resources, version => Assert.True(version.Retracted));
        Assert.False(await listener.HasFactsWithinAsync(TimeSpan.FromMilliseconds(500)));
    }

    [Fact]
    public async Task P3_2_A_version_id_that_is_no_number_orders_nothing_without_a_time()
    {
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1", version: "9");

        await TakeAsync(Bodies.Platelets("plt-1", version: "b7").Replace(",\"lastUpdated\":\"2026-11-22T06:59:58Z\"", "", StringComparison.Ordinal));

        Assert.Equal("9", Assert.Single((await listener.NextFactsAsync()).Resources).VersionId);
    }

    [Fact]
    public async Task P3_2_A_version_id_that_is_no_number_is_ordered_by_its_time()
    {
        await TakeAsync(Bodies.Platelets("plt-1", version: "b7"));

        Assert.Equal("b7", Assert.Single((await listener.NextFactsAsync()).Resources).VersionId);
        Assert.Empty(ehr.Reads);
    }

    [Fact]
    public async Task A_foreign_server_is_refused_and_never_asked()
    {
        const string elsewhere = "https://elsewhere.example/fhir/Observation/plt-1";
        await TakeAsync(Event([(44, elsewhere)], Bodies.Entry(elsewhere, "PUT")));
        await listener.RowsAsync("refused", 1);

        Assert.All(await listener.RefusedAsync(), refused => Assert.Equal("resource-invalid", refused.GetProperty("code").GetString()));
        Assert.Empty(ehr.Reads);
    }

    [Fact]
    public async Task The_medication_of_a_dose_is_read_at_the_source_and_asked_once_for_a_burst()
    {
        ehr.Resources["Medication/m1"] = Bodies.Medication("m1", "711942");

        await TakeAsync(Bodies.EltrombopagByReference("dose-1", "m1"));
        var first = Assert.Single((await listener.NextFactsAsync()).Resources);
        await TakeAsync(Bodies.EltrombopagByReference("dose-2", "m1"));
        var second = Assert.Single((await listener.NextFactsAsync()).Resources);

        Assert.Equal("eltrombopag", Assert.Single(first.DrugsGiven).Agent);
        Assert.Equal("eltrombopag", Assert.Single(second.DrugsGiven).Agent);
        Assert.Equal(["Medication/m1"], ehr.Reads);
    }

    [Fact]
    public async Task A_source_that_asks_for_a_pause_delays_the_dose_and_does_not_lose_it()
    {
        ehr.Resources["Medication/m1"] = Bodies.Medication("m1", "711942");
        ehr.FailNext(1);

        await TakeAsync(Bodies.EltrombopagByReference("dose-1", "m1"));

        await ListenerHost.UntilAsync(async () => (await listener.SourceAsync()).GetProperty("retrying").GetInt64() == 1);
        Assert.Single(Assert.Single((await listener.NextFactsAsync()).Resources).DrugsGiven);
        Assert.Equal(2, ehr.Reads.Count);
    }

    [Fact]
    public async Task P13_2_A_resource_of_another_type_is_accounted_for_and_sends_nothing()
    {
        await TakeAsync("""{"resourceType":"Encounter","id":"e1","meta":{"versionId":"1"},"status":"finished","class":{"code":"IMP"}}""");
        await listener.RowsAsync("done", 1);

        Assert.False(await listener.HasFactsWithinAsync(TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task A_status_in_a_Basic_is_kept_as_unsupported()
    {
        await TakeAsync("""{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"Basic","code":{"text":"SubscriptionStatus"}}}]}""");

        await listener.RowsAsync("unsupported", 1);
        Assert.Equal("form-not-supported", await store.ScalarAsync("SELECT note FROM notifications"));
    }

    private string Event(IEnumerable<(long Number, string Focus)> focuses, params string[] entries) =>
        Bodies.Notification(ehr.BaseUrl, "event-notification", "active", 45, focuses, entries);

    private async Task TakeAsync(string body)
    {
        using var answer = await listener.PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
