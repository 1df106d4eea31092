using System.Diagnostics.Metrics;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener;

/// <summary>What the listener counts and measures. Tags hold source names, kinds and codes only.</summary>
internal sealed class ListenerMetrics
{
    private readonly Counter<long> received = CartTelemetry.Meter.CreateCounter<long>(
        "cart.notifications.received", "{notification}", "Notifications stored, by source and kind");

    private readonly Counter<long> refused = CartTelemetry.Meter.CreateCounter<long>(
        "cart.notifications.refused", "{refusal}", "Typed refusals of what a source sent, by source and code");

    private readonly Counter<long> notRelevant = CartTelemetry.Meter.CreateCounter<long>(
        "cart.notifications.not_relevant", "{resource}", "Resource versions that say nothing to the protocol, by source and reason");

    private readonly Counter<long> rejected = CartTelemetry.Meter.CreateCounter<long>(
        "cart.hook.rejected", "{request}", "Hook requests that were not stored, by source and status");

    private readonly Counter<long> resent = CartTelemetry.Meter.CreateCounter<long>(
        "cart.facts.resent", "{delivery}", "Deliveries sent again because no receipt came");

    private readonly Counter<long> results = CartTelemetry.Meter.CreateCounter<long>(
        "cart.results.received", "{result}", "Results and other facts that were read and passed on, by source and kind");

    private readonly Histogram<double> sourceLag = CartTelemetry.Seconds(
        "cart.source.lag", "From the time that the source stamped on a version (meta.lastUpdated) to its receipt, by source and how it came (pushed, polled)",
        0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400);

    private readonly Histogram<double> storeDuration = CartTelemetry.Seconds(
        "cart.notifications.store.duration", "From the whole body received to the row on disk", 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10);

    private readonly Counter<long> polls = CartTelemetry.Meter.CreateCounter<long>(
        "cart.polls", "{poll}", "Polls of a source, by source and outcome");

    private readonly Counter<long> requests = CartTelemetry.Meter.CreateCounter<long>(
        "cart.polls.requests", "{request}", "Questions of polls, back-fills and repairs, by source and verdict");

    private readonly Counter<long> searched = CartTelemetry.Meter.CreateCounter<long>(
        "cart.polls.resources", "{resource}", "Resources that searches found, by source and whether their version was new or known");

    private readonly Counter<long> referencesRefused = CartTelemetry.Meter.CreateCounter<long>(
        "cart.references.refused", "{request}", "Medications and specimens that a source refused to give, by source and type");

    private long waiting;

    public ListenerMetrics() =>
        CartTelemetry.Meter.CreateObservableGauge(
            "cart.notifications.waiting", () => Interlocked.Read(ref waiting), "{row}", "Notifications to be worked and deliveries without receipt");

    /// <summary>The age of the oldest notification or delivery that is not done.</summary>
    public static StoreGauge QueueAge(ListenerStore store, TimeProvider time) => StoreGauge.QueueAge("listener", time, store.OldestWaitingTicksAsync);

    /// <summary>A row was worked, and what it gave is on disk.</summary>
    public void Worked(NotificationRow row, WorkedRow worked)
    {
        foreach (var read in worked.Versions.Where(read => read.Version.NotRelevant is null))
        {
            // What is read with all of its patient is old by nature, and nobody was late with it.
            if (row.Kind != NotificationKind.Fetched && read.Version.LastUpdated is { } stamped) Lag(row, row.ReceivedAt - stamped);
            Results(row.Source, read.Version);
        }
    }

    public void Stored(string source, string kind, TimeSpan duration)
    {
        received.Add(1, new("source", source), new("kind", kind));
        storeDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("source", source));
    }

    public void Rejected(string source, int status) => rejected.Add(1, new("source", source), new("status", status));

    public void Refused(string source, string code) => refused.Add(1, new("source", source), new("code", code));

    public void NotRelevant(string source, string reason) => notRelevant.Add(1, new("source", source), new("reason", reason));

    public void Polled(string source, string outcome) => polls.Add(1, new("source", source), new("outcome", outcome));

    public void Requested(string source, string verdict) => requests.Add(1, new("source", source), new("verdict", verdict));

    public void Searched(string source, int unknown, int known)
    {
        searched.Add(unknown, new("source", source), new("version", "new"));
        searched.Add(known, new("source", source), new("version", "known"));
    }

    public void ReferenceRefused(string source, string type) => referencesRefused.Add(1, new("source", source), new("type", type));

    public void Resent(int deliveries) => resent.Add(deliveries);

    public void Waiting(long rows) => Interlocked.Exchange(ref waiting, rows);

    // A clock of the source that runs ahead makes no result come before its time.
    private void Lag(NotificationRow row, TimeSpan lag) =>
        sourceLag.Record(
            Math.Max(0, lag.TotalSeconds), new("source", row.Source), new("how", row.Kind == NotificationKind.Polled ? "polled" : "pushed"));

    private void Results(string source, ResourceVersion version)
    {
        Count("cell-count", version.CellCounts.Count);
        Count("chemistry", version.Chemistry.Count);
        Count("dose", version.DrugsGiven.Count + version.DrugStatements.Count);
        Count("transfusion", version.Transfusions.Count);
        Count("infusion", version.Infusions.Count);

        void Count(string kind, int count)
        {
            if (count > 0) results.Add(count, new("source", source), new("kind", kind));
        }
    }
}
