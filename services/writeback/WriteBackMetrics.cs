using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack;

/// <summary>What write-back counts and measures. Tags: target, resource type, outcome; never a patient.</summary>
internal sealed class WriteBackMetrics
{
    private readonly ConcurrentDictionary<string, long> waiting = new(StringComparer.Ordinal);
    private readonly Counter<long> outcomes;
    private readonly Counter<long> stale;
    private readonly Counter<long> pauses;
    private readonly Histogram<double> resultToFlag;
    private readonly Histogram<double> patientDuration;

    public WriteBackMetrics()
    {
        var meter = CartTelemetry.Meter;
        outcomes = meter.CreateCounter<long>("cart.writeback.outcomes", "{outcome}", "Outcomes of attempts to make one Flag, CarePlan or Provenance stand in a target.");
        stale = meter.CreateCounter<long>("cart.writeback.stale_revisions", "{revision}", "Revisions that were dropped because one as new or newer was there.");
        pauses = meter.CreateCounter<long>("cart.writeback.pauses", "{pause}", "Pauses of a target, asked for by the server or forced by its answers.");
        resultToFlag = CartTelemetry.Seconds(
            "cart.result_to_flag.duration", "From the receipt of a result to the Flag that it changed, written in the charting system.",
            0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14_400);
        patientDuration = CartTelemetry.Seconds(
            "cart.writeback.patient.duration", "Time to bring one patient of one target to the wanted state.", 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300);
        meter.CreateObservableGauge("cart.writeback.waiting", Waiting, "{patient}", "Patients for whom something is still to be written.");
    }

    /// <summary>How long the patient who has waited longest for a write waits.</summary>
    public static StoreGauge QueueAge(TargetStore store, TimeProvider time) => StoreGauge.QueueAge("writeback", time, store.OldestWaitingTicksAsync);

    public void Outcome(string target, string type, string outcome) => outcomes.Add(1, new("target", target), new("type", type), new("outcome", outcome));

    public void StaleRevision(string target) => stale.Add(1, new KeyValuePair<string, object?>("target", target));

    public void Paused(string target, string reason) => pauses.Add(1, new("target", target), new KeyValuePair<string, object?>("reason", reason));

    public void FlagWritten(string target, TimeSpan sinceReceived) => resultToFlag.Record(sinceReceived.TotalSeconds, new KeyValuePair<string, object?>("target", target));

    public void PatientDone(string target, TimeSpan duration) => patientDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("target", target));

    /// <summary>Sets the gauge; counted by the reconciler now and then, so that a scrape costs no query.</summary>
    public void WaitingPatients(string target, long count) => waiting[target] = count;

    private IEnumerable<Measurement<long>> Waiting() =>
        waiting.Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("target", entry.Key)));
}
