using System.Net;
using System.Text.Json;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>The recorded notifications of the Backport IG, byte for byte but for the server's address.</summary>
public sealed class RecordedShapesTests : IAsyncLifetime
{
    private const string RecordedBase = "https://ehr.example.org/fhir";
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

    [Theory]
    [InlineData("handshake", "handshake", "done", "requested", 0, null)]
    [InlineData("heartbeat", "heartbeat", "done", "active", 41, null)]
    [InlineData("empty", "event-notification", "done", "active", 42, 42L)]
    public async Task A_notification_without_resources_says_how_its_subscription_stands(
        string shape, string kind, string status, string subscriptionStatus, long events, long? highestEvent)
    {
        await TakeAsync(shape);
        await listener.RowsAsync(status, 1);

        Assert.Equal(kind, await store.ScalarAsync("SELECT kind FROM notifications"));
        await AssertSubscriptionAsync(subscriptionStatus, events, highestEvent, handshake: kind == "handshake");
        Assert.Empty(ehr.Reads);
        Assert.False(await listener.HasFactsWithinAsync(TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task Of_id_only_the_focus_is_read_once_at_the_source()
    {
        ehr.Resources["Observation/anc-9001"] = Bodies.Platelets("anc-9001", version: "2");

        await TakeAsync("id-only");

        Assert.Equal("Observation/anc-9001", Assert.Single((await listener.NextFactsAsync()).Resources).Resource.Reference);
        Assert.Equal(["Observation/anc-9001"], ehr.Reads);
        Assert.Equal("event-notification", await store.ScalarAsync("SELECT kind FROM notifications"));
        await AssertSubscriptionAsync("active", 43, 43, handshake: false);
    }

    [Fact]
    public async Task Of_full_resource_entries_are_taken_as_sent_and_the_deleted_one_is_asked_for()
    {
        // The patient of the context has no version: the current one is read.
        ehr.Resources["Patient/p1"] = """{"resourceType":"Patient","id":"p1","meta":{"versionId":"4"}}""";

        await TakeAsync("full-resource");
        // Two of the three are worked apart.
        await listener.RowsAsync("done", 3);

        var resources = new List<ResourceVersion>();
        while (resources.Count < 3) resources.AddRange((await listener.NextFactsAsync()).Resources);
        Assert.Equal(["Observation/anc-9001", "Observation/plt-9002", "Patient/p1"], resources.Select(version => version.Resource.Reference).Order());
        var count = Assert.Single(resources.SelectMany(version => version.CellCounts));
        Assert.Equal(("anc", 100m, "<"), (count.Lineage, count.Value, count.Comparator));
        Assert.Equal("Observation/plt-9002", Assert.Single(resources, version => version.Retracted).Resource.Reference);
        Assert.Equal(["Observation/plt-9002", "Patient/p1"], ehr.Reads.Order());
        await AssertSubscriptionAsync("active", 45, 45, handshake: false);
    }

    private async Task AssertSubscriptionAsync(string status, long events, long? highestEvent, bool handshake)
    {
        await ListenerHost.UntilAsync(async () => (await listener.SourceAsync()).GetProperty("subscriptions").GetArrayLength() == 1);
        var subscription = (await listener.SourceAsync()).GetProperty("subscriptions")[0];
        Assert.Equal("Subscription/cart-labs", subscription.GetProperty("reference").GetString());
        Assert.Equal(status, subscription.GetProperty("status").GetString());
        Assert.Equal(events, subscription.GetProperty("eventsSinceStart").GetInt64());
        var highest = subscription.GetProperty("highestEvent");
        Assert.Equal(highestEvent, highest.ValueKind == JsonValueKind.Null ? null : highest.GetInt64());
        Assert.Equal(handshake, subscription.GetProperty("handshakeAt").ValueKind != JsonValueKind.Null);
    }

    private async Task TakeAsync(string shape)
    {
        var recorded = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "samples", "shapes", $"notification-{shape}.json"));
        using var answer = await listener.PostAsync(recorded.Replace(RecordedBase, ehr.BaseUrl, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
