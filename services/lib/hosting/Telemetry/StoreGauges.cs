using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>A number that is read from a store whenever metrics are collected, and never in between. Each service registers its own.</summary>
/// <param name="Name">Name of the instrument; several services may give it, each with tags of its own.</param>
/// <param name="Unit">UCUM unit.</param>
/// <param name="Description">For people.</param>
/// <param name="ReadAsync">One cheap query.</param>
public sealed record StoreGauge(string Name, string Unit, string Description, Func<CancellationToken, Task<IReadOnlyList<Measurement<double>>>> ReadAsync)
{
    /// <summary>The age of the oldest thing that a service has not done yet; no measurement when there is none.</summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="time">The machine's clock, by which the rows are stamped.</param>
    /// <param name="oldestTicksAsync">UTC ticks of the oldest, or null when nothing waits.</param>
    public static StoreGauge QueueAge(string service, TimeProvider time, Func<CancellationToken, Task<long?>> oldestTicksAsync) => new(
        "cart.queue.age", "s", "Age of the oldest row that is not done, by service; 0 when nothing waits", async cancel =>
        {
            var age = await oldestTicksAsync(cancel) is { } ticks ? time.GetUtcNow() - new DateTimeOffset(ticks, TimeSpan.Zero) : TimeSpan.Zero;
            return [new Measurement<double>(Math.Max(0, age.TotalSeconds), new KeyValuePair<string, object?>("service", service))];
        });
}

/// <summary>The gauges of a host; they end with it, as its stores do.</summary>
internal sealed class StoreGauges(IEnumerable<StoreGauge> gauges) : IHostedService, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private Meter? meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter = new Meter(CartTelemetry.Name, CartTelemetry.Version);
        foreach (var same in gauges.GroupBy(gauge => gauge.Name))
        {
            var all = same.ToList();
            meter.CreateObservableGauge(same.Key, () => all.SelectMany(Read), all[0].Unit, all[0].Description);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        meter?.Dispose();
        meter = null;
    }

    // Collections come one at a time on a thread of their own, and know no asynchronous callback. A store that does not answer gives no number: that
    // it does not answer is told by the probe.
    private static IReadOnlyList<Measurement<double>> Read(StoreGauge gauge)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            var read = Task.Run(() => gauge.ReadAsync(limit.Token), CancellationToken.None);
            return read.Wait(Patience, CancellationToken.None) ? read.Result : [];
        }
        catch (AggregateException)
        {
            return [];
        }
    }
}
