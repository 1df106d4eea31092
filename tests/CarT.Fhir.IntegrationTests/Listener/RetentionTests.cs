using System.Net;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>How long bodies, which hold data of patients, are kept.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
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
    public async Task After_30_days_a_row_that_is_done_has_no_body_and_a_refused_one_still_has()
    {
        await using (var listener = await StartAsync())
        {
            await TakeAsync(listener, Bodies.Platelets("plt-1"), HttpStatusCode.OK);
            await TakeAsync(listener, """{"resourceType":"Encounter","id":"e1","meta":{"versionId":"1"},"status":"finished"}""", HttpStatusCode.OK);
            await TakeAsync(listener, Bodies.Platelets("plt-2").Replace("10*3/uL", "furlong", StringComparison.Ordinal), HttpStatusCode.OK);
            await TakeAsync(listener, "{\"resourceType\":", HttpStatusCode.BadRequest);
            await TakeAsync(listener, """{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"SubscriptionStatus","status":"active"}}]}""", HttpStatusCode.OK);
            await listener.RowsAsync("done", 3);
            await listener.RowsAsync("unsupported", 1);
        }

        time.Advance(TimeSpan.FromDays(29));
        await using (await StartAsync()) await Task.Delay(1000);
        Assert.Equal(5L, await WithBodyAsync());

        time.Advance(TimeSpan.FromDays(2));
        await using var later = await StartAsync();
        await ListenerHost.UntilAsync(async () => await WithBodyAsync() == 2);
        Assert.Equal(2L, await store.ScalarAsync("SELECT COUNT(*) FROM notifications n JOIN refused r ON r.notification_id = n.id WHERE length(n.body) > 0"));
    }

    private Task<ListenerHost> StartAsync() => ListenerHost.StartAsync(store.Path, ehr, time: time);

    private async Task<long> WithBodyAsync() => (long)(await store.ScalarAsync("SELECT COUNT(*) FROM notifications WHERE length(body) > 0"))!;

    private static async Task TakeAsync(ListenerHost listener, string body, HttpStatusCode expected)
    {
        using var answer = await listener.PostAsync(body);
        Assert.Equal(expected, answer.StatusCode);
    }
}
