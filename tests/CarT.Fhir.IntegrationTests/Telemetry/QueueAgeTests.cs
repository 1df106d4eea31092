using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CarT.Fhir.Hosting;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Standalone.Demo;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>The age of the oldest thing that waits, in each service by its own reason, as a collection of metrics reads it.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class QueueAgeTests
{
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(10);
    private readonly MachineTime time = new();
    private readonly ConcurrentDictionary<string, bool> broken = new(StringComparer.Ordinal);

    [Fact]
    public async Task What_has_no_receipt_and_what_is_not_written_ages_until_it_is_done()
    {
        await using var hospital = await Hospital.OpenAsync();
        // A charting system that is away.
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Cart:Targets:main:BaseUrl"] = $"http://127.0.0.1:{LoopbackPort.Free()}/fhir" };
        await using var cart = await CartInProcess.StartAsync(hospital, "classic", settings, prepare: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddSingleton(new Failpoints(name => broken.GetValueOrDefault(name) ? throw new IOException("broken") : ValueTask.CompletedTask));
        });
        Assert.Equal([("listener", 0), ("protocol", 0), ("writeback", 0)], Ages().Select(age => (age.Key, Math.Round(age.Value))).Order());

        hospital.Ehr.Put(Clinical.Patient("p1"));
        hospital.Ehr.Put(Clinical.Infusion("p1", InfusedAt));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21), 12));
        await hospital.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        await cart.AtRestAsync(except: "writeback");
        // From here on no receipt is taken.
        broken[Failpoints.ListenerReceipted] = broken[Failpoints.ProtocolReceipted] = true;
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23), 11));
        await UntilAsync(cart, backlog => backlog is { Count: 3 } && backlog.Values.All(count => count > 0));
        time.Advance(Wait);

        Assert.All(Ages(), age => Assert.InRange(age.Value, Wait.TotalSeconds, Wait.TotalSeconds + 60));

        broken.Clear();
        await UntilAsync(cart, backlog =>
        {
            // Whatever had no receipt is sent again after a while.
            time.Advance(TimeSpan.FromSeconds(1));
            return backlog["listener"] == 0 && backlog["protocol"] == 0;
        });
        var ages = Ages();
        Assert.Equal((0, 0), (ages["listener"], ages["protocol"]));
        Assert.True(ages["writeback"] >= Wait.TotalSeconds);
    }

    private static Dictionary<string, double> Ages()
    {
        var ages = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "cart.queue.age") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, age, tags, _) => ages[(string)tags[0].Value!] = age);
        listener.Start();
        listener.RecordObservableInstruments();
        return ages;
    }

    private static async Task UntilAsync(CartInProcess cart, Func<Dictionary<string, long>, bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var backlog = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var each in cart.Services.GetServices<Backlog>()) backlog[each.Service] = await each.CountAsync(TestContext.Current.CancellationToken);
            if (condition(backlog)) return;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), string.Join(' ', backlog));
            await Task.Delay(50);
        }
    }
}
