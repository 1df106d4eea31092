using System.Diagnostics.Metrics;
using CarT.Fhir.Listener.Storing;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>A source that answers, and does not give what is asked for.</summary>
public sealed class RefusedReadTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private SubscriptionSteps listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await SubscriptionSteps.BuildAsync(store.Path, ehr, "none");
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(405)]
    public async Task A_count_whose_specimen_is_refused_is_read_without_it_as_if_there_were_none(int status)
    {
        ehr.Refuses["Specimen/s1"] = status;

        await listener.HearAsync(WithSpecimen("plt-1", "s1"), NotificationKind.Resource);

        Assert.Contains("\"cellCounts\":[{", Assert.Single(await listener.DeliveriesAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_is_not_asked_for_again_within_a_minute_and_is_counted()
    {
        var counted = 0L;
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Name == "cart.references.refused") heard.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tags.ToArray().Contains(new KeyValuePair<string, object?>("type", "Specimen"))) Interlocked.Add(ref counted, count);
        });
        meters.Start();
        ehr.Refuses["Specimen/burst"] = 403;

        for (var i = 0; i < 5; i++) await listener.HearAsync(WithSpecimen("plt-" + i, "burst"), NotificationKind.Resource);
        Assert.Equal((5, 1), ((await listener.DeliveriesAsync()).Count, ehr.Reads.Count));

        listener.Time.Advance(TimeSpan.FromMinutes(2));
        await listener.HearAsync(WithSpecimen("plt-late", "burst"), NotificationKind.Resource);
        Assert.Equal(2, ehr.Reads.Count);
        Assert.True(Interlocked.Read(ref counted) >= 2);
    }

    [Fact]
    public async Task A_dose_whose_medication_is_refused_does_not_wait()
    {
        ehr.Refuses["Medication/m1"] = 403;

        await listener.HearAsync(Bodies.EltrombopagByReference("dose-1", "m1"), NotificationKind.Resource);

        Assert.Equal(0L, await WaitingAsync());
    }

    [Fact]
    public async Task A_resource_that_the_source_refuses_for_long_is_a_refusal_that_an_operator_can_release()
    {
        ehr.Refuses["Observation/plt-1"] = 403;
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1");
        await listener.HearAsync(WithoutVersion("plt-1"), NotificationKind.Resource);
        await WorkAsync(turns: 6);
        Assert.Equal((1L, 7), (await WaitingAsync(), ehr.Reads.Count));

        await WorkAsync(turns: 3);
        Assert.Equal((0L, 8), (await WaitingAsync(), ehr.Reads.Count));
        Assert.Equal("The source refuses to give the resource.", await store.ScalarAsync("SELECT text FROM refused WHERE released_ticks IS NULL"));

        ehr.Refuses.Clear();
        await listener.ReleaseAsync();
        await listener.WorkAsync();
        Assert.Single(await listener.DeliveriesAsync());
        Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM refused WHERE released_ticks IS NULL"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(500)]
    public async Task A_credential_that_is_not_accepted_and_a_server_that_fails_are_waited_for(int status)
    {
        ehr.Refuses["Observation/plt-1"] = status;
        await listener.HearAsync(WithoutVersion("plt-1"), NotificationKind.Resource);

        await WorkAsync(turns: 10);

        Assert.Equal(1L, await WaitingAsync());
        Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM refused"));
    }

    private static string WithSpecimen(string id, string specimen) =>
        Bodies.Platelets(id).Replace("\"status\"", $"\"specimen\":{{\"reference\":\"Specimen/{specimen}\"}},\"status\"", StringComparison.Ordinal);

    // Only the source can say which version stands there.
    private static string WithoutVersion(string id) => Bodies.Platelets(id).Replace("\"versionId\":\"1\",", "", StringComparison.Ordinal);

    private async Task WorkAsync(int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            listener.Time.Advance(TimeSpan.FromMinutes(13));
            await listener.WorkAsync();
        }
    }

    private async Task<long> WaitingAsync() => (long)(await store.ScalarAsync("SELECT COUNT(*) FROM notifications WHERE status = 'received'"))!;
}
