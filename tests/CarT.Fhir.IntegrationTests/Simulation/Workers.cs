using CarT.Fhir.Listener.FirstSight;
using CarT.Fhir.Listener.Normalising;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Subscriptions;
using CarT.Fhir.Protocol.Outbox;
using CarT.Fhir.Protocol.Reviews;
using CarT.Fhir.WriteBack.Reconciliation;
using CarT.Fhir.WriteBack.Targets;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>A worker of a service: what one turn of its loop does, and whether there may be more to do. Two turns of one worker never overlap.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Name">Unique.</param>
/// <param name="FedBy">Beginnings of the names of the steps that may give it something to do.</param>
/// <param name="TurnAsync">One turn.</param>
internal sealed record Worker(string Service, string Name, string[] FedBy, Func<Incarnation, Task<bool>> TurnAsync)
{
    public static IReadOnlyList<Worker> All { get; } =
    [
        new("listener", "work", ["hook", "poll", "backfill", "gaps"], process => process.Get<Normaliser>().WorkOneAsync(LaneOf(process, asks: false), CancellationToken.None)),
        new("listener", "ask", ["work"], process => process.Get<Normaliser>().WorkOneAsync(LaneOf(process, asks: true), CancellationToken.None)),
        new("listener", "send", ["work", "ask", "backfill"], process => OnceAsync(process.Get<FactsSender>().SendAsync(CancellationToken.None))),
        new("listener", "poll", [], process => process.Get<Poller>().PollOnceAsync(SourceOf(process), CancellationToken.None)),
        new("listener", "backfill", ["work", "ask"], process => process.Get<BackfillWorker>().BackfillOneAsync(SourceOf(process), CancellationToken.None)),
        new("listener", "gaps", ["work"], process => OnceAsync(process.Get<GapRepair>().RepairGapsAsync(SourceOf(process), CancellationToken.None))),
        new("protocol", "review", ["protocol letter"], process => OnceAsync(process.Get<ReviewTimer>().ReviewDueAsync(CancellationToken.None))),
        new("protocol", "sweep", [], process => OnceAsync(process.Get<RevisionSweep>().SweepAsync(CancellationToken.None))),
        new("writeback", "reconcile 1", ["writeback letter"], process => ReconcileAsync(process, "1")),
        new("writeback", "reconcile 2", ["writeback letter"], process => ReconcileAsync(process, "2")),
    ];

    private static async Task<bool> OnceAsync(Task turn)
    {
        await turn;
        return false;
    }

    private static Source SourceOf(Incarnation process) => process.Get<SourceTable>().All.Single();

    private static Lane LaneOf(Incarnation process, bool asks) => new(SourceOf(process), asks);

    private static Task<bool> ReconcileAsync(Incarnation process, string worker) =>
        process.Get<Reconciler>().TryOneAsync(process.Get<TargetRegistry>().All.Single(), worker, CancellationToken.None);
}
