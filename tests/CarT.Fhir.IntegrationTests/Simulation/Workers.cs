using CarT.Fhir.Listener.Normalising;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Protocol.Outbox;
using CarT.Fhir.Protocol.Reviews;
using CarT.Fhir.WriteBack.Reconciliation;
using CarT.Fhir.WriteBack.Targets;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>A worker of a service: what one turn of its loop does. Two turns of one worker never overlap.</summary>
internal sealed record Worker(string Service, string Name, Func<Incarnation, Task> TurnAsync)
{
    public static IReadOnlyList<Worker> All { get; } =
    [
        new("listener", "work", process => process.Get<Normaliser>().WorkOneAsync(LaneOf(process, asks: false), CancellationToken.None)),
        new("listener", "ask", process => process.Get<Normaliser>().WorkOneAsync(LaneOf(process, asks: true), CancellationToken.None)),
        new("listener", "send", process => process.Get<FactsSender>().SendAsync(CancellationToken.None)),
        new("protocol", "review", process => process.Get<ReviewTimer>().ReviewDueAsync(CancellationToken.None)),
        new("protocol", "sweep", process => process.Get<RevisionSweep>().SweepAsync(CancellationToken.None)),
        new("writeback", "reconcile 1", process => ReconcileAsync(process, "1")),
        new("writeback", "reconcile 2", process => ReconcileAsync(process, "2")),
    ];

    private static Lane LaneOf(Incarnation process, bool asks) => new(process.Get<SourceTable>().All.Single(), asks);

    private static Task ReconcileAsync(Incarnation process, string worker) =>
        process.Get<Reconciler>().TryOneAsync(process.Get<TargetRegistry>().All.Single(), worker, CancellationToken.None);
}
