using System.Diagnostics;
using System.Net;
using System.Text;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Large Bundles, and a listener whose facts nobody takes for a while.</summary>
public sealed class DeliveryBurstTests : IAsyncLifetime
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
    [Trait("acceptance", "f")]
    public async Task A_Bundle_of_ten_megabytes_and_a_thousand_entries_gives_every_one_of_its_facts()
    {
        // Room for 1,000 entries of about ten kilobytes below the limit.
        var note = $",\"note\":[{{\"text\":\"{new string('x', 9_700)}\"}}]}}";
        var body = Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 1000, [],
            [.. Enumerable.Range(0, 1000).Select(i => Bodies.Entry(
                $"{ehr.BaseUrl}/Observation/o{i}", "PUT", Bodies.Platelets("o" + i, "p" + (i % 20)).TrimEnd()[..^1] + note))]);
        Assert.InRange(Encoding.UTF8.GetByteCount(body), 9_900_000, 10 * 1024 * 1024);

        using var answer = await listener.PostAsync(body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await listener.RowsAsync("done", 1);
        var facts = new List<string>();
        while (facts.Count < 1000) facts.AddRange((await listener.NextFactsAsync()).Resources.Where(version => version.CellCounts.Count == 1).Select(version => version.Resource.Id));
        Assert.Equal(1000, facts.Distinct().Count());
        Assert.Empty(ehr.Reads);
    }

    [Fact]
    [Trait("acceptance", "n")]
    public async Task While_nobody_takes_facts_the_hook_answers_as_ever_and_all_of_them_arrive_later()
    {
        const int notifications = 300;
        var slowest = TimeSpan.Zero;
        using (listener.Stall())
        {
            for (var i = 0; i < notifications; i++)
            {
                var watch = Stopwatch.StartNew();
                using var answer = await listener.PutAsync("Observation/o" + i, Bodies.Platelets("o" + i, "p" + (i % 50)));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                if (watch.Elapsed > slowest) slowest = watch.Elapsed;
            }
            Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM notifications WHERE status = 'done'"));
        }

        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await listener.RowsAsync("done", notifications);
        Assert.Equal(notifications, (await ArrivedAsync(notifications)).Count);
    }

    private async Task<HashSet<string>> ArrivedAsync(int count)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (ids.Count < count) ids.UnionWith((await listener.NextFactsAsync()).Resources.Select(version => version.Resource.Id));
        return ids;
    }
}
