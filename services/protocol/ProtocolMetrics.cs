using System.Diagnostics.Metrics;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting.Telemetry;

namespace CarT.Fhir.Protocol;

/// <summary>What the protocol service counts. Tags are codes; never a patient, a value or an identifier.</summary>
internal sealed class ProtocolMetrics
{
    private readonly Counter<long> assessments =
        CartTelemetry.Meter.CreateCounter<long>("cart.protocol.assessments", "{assessment}", "Assessments of a patient, by reason (facts, review, operator, recovery)");

    private readonly Histogram<double> duration =
        CartTelemetry.Seconds(
            "cart.protocol.assessment.duration", "Time that one assessment takes, without reading and writing",
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5);

    private readonly Counter<long> revisions =
        CartTelemetry.Meter.CreateCounter<long>("cart.protocol.revisions", "{revision}", "Assessments whose content differed from the one before, by state");

    private readonly Counter<long> resends =
        CartTelemetry.Meter.CreateCounter<long>("cart.protocol.revisions.resent", "{revision}", "Revisions sent again for want of a receipt");

    private readonly Counter<long> ignored =
        CartTelemetry.Meter.CreateCounter<long>(
            "cart.protocol.versions.ignored", "{version}", "Resource versions that arrived and changed nothing, by why (same, older)");

    private readonly Counter<long> refusals =
        CartTelemetry.Meter.CreateCounter<long>("cart.protocol.refusals", "{refusal}", "Refusals and remarks of the resource versions taken in, by code");

    private readonly Counter<long> incomplete =
        CartTelemetry.Meter.CreateCounter<long>(
            "cart.protocol.histories.not_waited_for", "{patient}", "First revisions that were published before the history of the patient was there");

    /// <summary>The age of the oldest result that waits for an assessment, or revision without its receipts.</summary>
    public static StoreGauge QueueAge(ProtocolStore store, TimeProvider time) => StoreGauge.QueueAge("protocol", time, store.OldestOpenTicksAsync);

    /// <summary>A patient was assessed.</summary>
    public void Assessed(string reason, TimeSpan took)
    {
        assessments.Add(1, new KeyValuePair<string, object?>("reason", reason));
        duration.Record(took.TotalSeconds);
    }

    /// <summary>A new revision was committed.</summary>
    public void Published(string state) => revisions.Add(1, new KeyValuePair<string, object?>("state", state));

    /// <summary>A first revision does not wait for the history any longer.</summary>
    public void HistoryNotWaitedFor() => incomplete.Add(1);

    /// <summary>The sweep sent a revision.</summary>
    public void Resent() => resends.Add(1);

    /// <summary>A resource version became the newest of its resource.</summary>
    public void TakenIn(ResourceVersion version)
    {
        foreach (var refusal in version.Refusals) refusals.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));
    }

    /// <summary>A resource version is the one we have.</summary>
    public void IgnoredSame() => ignored.Add(1, new KeyValuePair<string, object?>("why", "same"));

    /// <summary>A resource version is older than the one we have.</summary>
    public void IgnoredOlder() => ignored.Add(1, new KeyValuePair<string, object?>("why", "older"));
}
