using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>A row is done when the receipt says so, and not before.</summary>
public sealed class ReceiptTests : IAsyncLifetime
{
    private static readonly TimeSpan AShortWhile = TimeSpan.FromMilliseconds(1500);
    private readonly TemporaryStore store = new();
    private readonly ShiftedTime time = new();
    private FakeEhr ehr = null!;

    public async ValueTask InitializeAsync() => ehr = await FakeEhr.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task Without_a_receipt_facts_are_sent_again_after_30_seconds_and_with_it_no_more()
    {
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr, receipts: false, time);
        await TakeAsync(listener, Bodies.Platelets("plt-1"));
        var first = await listener.NextFactsAsync();

        time.Advance(TimeSpan.FromSeconds(25));
        Assert.False(await listener.HasFactsWithinAsync(AShortWhile));
        time.Advance(TimeSpan.FromSeconds(6));
        var again = await listener.NextFactsAsync();
        Assert.Equal(first.RowIds, again.RowIds);
        Assert.Equal(first.Resources.Select(version => version.ContentHash), again.Resources.Select(version => version.ContentHash));

        await listener.ReceiptAsync(again.RowIds);
        await listener.RowsAsync("done", 1);
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(await listener.HasFactsWithinAsync(AShortWhile));
    }

    [Fact]
    public async Task After_a_restart_everything_without_receipt_is_sent_at_once()
    {
        await using (var listener = await ListenerHost.StartAsync(store.Path, ehr, receipts: false))
        {
            await TakeAsync(listener, Bodies.Platelets("plt-1"));
            await TakeAsync(listener, Bodies.Platelets("plt-2", "p2"));
            await listener.ReceiptAsync((await NextOfAsync(listener, "p2")).RowIds);
            await listener.RowsAsync("done", 1);
        }

        await using var restarted = await ListenerHost.StartAsync(store.Path, ehr);
        Assert.Equal("Observation/plt-1", Assert.Single((await restarted.NextFactsAsync()).Resources).Resource.Reference);
        await restarted.RowsAsync("done", 2);
    }

    [Fact]
    public async Task A_row_about_two_patients_is_done_when_both_receipts_are_there()
    {
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr, receipts: false);
        await TakeAsync(listener, Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 2, [],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "PUT", Bodies.Platelets("plt-1", "p1")),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-2", "PUT", Bodies.Platelets("plt-2", "p2"))));
        var (one, two) = (await listener.NextFactsAsync(), await listener.NextFactsAsync());
        Assert.NotEqual(one.Patient, two.Patient);

        await listener.ReceiptAsync(one.RowIds);
        await listener.ReceiptAsync(one.RowIds);
        await Task.Delay(300);
        await listener.RowsAsync("sent", 1);
        await listener.ReceiptAsync(two.RowIds);
        await listener.RowsAsync("done", 1);
    }

    [Fact]
    public async Task Fifty_concurrent_notifications_are_all_stored_and_share_transactions()
    {
        var groups = new ConcurrentBag<int>();
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "cart.store.commit.writes") self.EnableMeasurementEvents(instrument);
        };
        meter.SetMeasurementEventCallback<int>((_, writes, _, _) => groups.Add(writes));
        meter.Start();
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => TakeAsync(listener, Bodies.Platelets("plt-" + i, "p" + (i % 5)))));

        await listener.RowsAsync("done", 50);
        Assert.Contains(groups, writes => writes > 1);
    }

    [Fact]
    public async Task P3_2_Each_retraction_without_patient_is_a_message_of_its_own()
    {
        await using (var listener = await ListenerHost.StartAsync(store.Path, ehr, receipts: false))
        {
            await TakeAsync(listener, Bodies.Notification(
                ehr.BaseUrl, "event-notification", "active", 2, [],
                Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "DELETE"),
                Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-2", "DELETE")));
            await TakeAsync(listener, Bodies.PlateletsWithoutPatient("plt-3"));
            await listener.RowsAsync("sent", 3);
        }

        // Now all of them are open at once.
        await using var restarted = await ListenerHost.StartAsync(store.Path, ehr);
        for (var i = 0; i < 3; i++) Assert.Single((await restarted.NextFactsAsync()).Resources);
        await restarted.RowsAsync("done", 4);
    }

    [Fact]
    public async Task A_delivery_that_cannot_be_read_stops_neither_the_process_nor_its_neighbours()
    {
        await using (var listener = await ListenerHost.StartAsync(store.Path, ehr, receipts: false))
        {
            await TakeAsync(listener, Bodies.Platelets("plt-1"));
            await TakeAsync(listener, Bodies.Platelets("plt-2", "p2"));
            await listener.RowsAsync("sent", 2);
        }
        await store.ExecuteAsync("UPDATE deliveries SET body = 'no JSON' WHERE patient_id = 'p1'");

        await using var restarted = await ListenerHost.StartAsync(store.Path, ehr);
        Assert.Equal("p2", (await restarted.NextFactsAsync()).Patient!.Value.Id);
        await restarted.RowsAsync("done", 1);
    }

    [Fact]
    public async Task Of_a_long_backlog_two_thousand_deliveries_are_under_way_and_receipts_make_room()
    {
        await using (var listener = await ListenerHost.StartAsync(store.Path, ehr))
        {
            await TakeAsync(listener, Bodies.Platelets("plt-1"));
            await listener.RowsAsync("done", 1);
        }
        await store.ExecuteAsync(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
            INSERT INTO deliveries (notification_id, source, patient_id, body) SELECT 1, 'main', 'p' || i, '[]' FROM n
            """);

        await using var restarted = await ListenerHost.StartAsync(store.Path, ehr, receipts: false);
        var sent = new List<Contracts.Messages.FactsRecorded>();
        while (sent.Count < 2000) sent.Add(await restarted.NextFactsAsync());
        Assert.False(await restarted.HasFactsWithinAsync(AShortWhile));
        await restarted.ReceiptAsync([.. sent.Take(100).SelectMany(facts => facts.RowIds)]);
        for (var i = 0; i < 100; i++) await restarted.NextFactsAsync();
    }

    [Fact]
    public async Task A_delivery_that_was_sent_often_without_a_receipt_is_shown_to_operators()
    {
        await using var listener = await ListenerHost.StartAsync(store.Path, ehr, receipts: false, time);
        await TakeAsync(listener, Bodies.Platelets("plt-1"));
        for (var sends = 1; sends <= 5; sends++)
        {
            await listener.NextFactsAsync();
            Assert.Equal(0, (await listener.SourceAsync()).GetProperty("stuckDeliveries").GetInt64());
            time.Advance(TimeSpan.FromMinutes(6));
        }

        await listener.NextFactsAsync();
        await ListenerHost.UntilAsync(async () => (await listener.SourceAsync()).GetProperty("stuckDeliveries").GetInt64() == 1);
    }

    private static async Task<Contracts.Messages.FactsRecorded> NextOfAsync(ListenerHost listener, string patient)
    {
        while (true)
        {
            var facts = await listener.NextFactsAsync();
            if (facts.Patient!.Value.Id == patient) return facts;
        }
    }

    private static async Task TakeAsync(ListenerHost listener, string body)
    {
        using var answer = await listener.PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
