using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CarT.Fhir.Hosting.Telemetry;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>What is measured of our Subscriptions at the sources. Tags hold source names, states and codes only.</summary>
internal sealed class SubscriptionMetrics
{
    private readonly ConcurrentDictionary<(string Source, string State), long> states = new();
    private readonly ConcurrentDictionary<string, long> gaps = new(StringComparer.Ordinal);

    private readonly Counter<long> repairs = CartTelemetry.Meter.CreateCounter<long>(
        "cart.subscriptions.repairs", "{repair}", "Subscriptions asked for anew or made again, by source and step");

    private readonly Counter<long> closed = CartTelemetry.Meter.CreateCounter<long>(
        "cart.subscriptions.gaps.closed", "{gap}", "Gaps in event numbers that were asked for at the source, by source and how");

    public SubscriptionMetrics()
    {
        CartTelemetry.Meter.CreateObservableGauge(
            "cart.subscriptions", () => states.Select(item => new Measurement<long>(item.Value, new("source", item.Key.Source), new("state", item.Key.State))),
            "{subscription}", "Subscriptions that we want at each source, by state");
        CartTelemetry.Meter.CreateObservableGauge(
            "cart.subscriptions.gaps", () => gaps.Select(item => new Measurement<long>(item.Value, new KeyValuePair<string, object?>("source", item.Key))),
            "{gap}", "Open gaps in event numbers, by source");
    }

    /// <summary>The states of the Subscriptions of a source.</summary>
    public void States(string source, IEnumerable<string> current)
    {
        var counts = current.CountBy(state => state).ToDictionary(StringComparer.Ordinal);
        foreach (var state in SubscriptionState.All) states[(source, state)] = counts.GetValueOrDefault(state);
    }

    public void Repaired(string source, SubscriptionStep step) => repairs.Add(1, new("source", source), new("step", step.ToString()));

    public void OpenGaps(string source, int count) => gaps[source] = count;

    /// <summary>How a gap was dealt with: <c>events</c> or <c>poll</c>.</summary>
    public void Closed(string source, string how, int count = 1) => closed.Add(count, new("source", source), new("how", how));
}
