using System.Data.Common;
using CarT.Fhir.Hosting;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>The workers: each target has its own, so that a slow or paused one holds up nobody else.</summary>
internal sealed partial class Reconciler(
    TargetRegistry targets, WriteBackStore store, TargetStore targetStore, PatientReconciler patients, ReconcilerSignal signal, WriteBackMetrics metrics,
    Failpoints failpoints, TimeProvider time, ILogger<Reconciler> log)
    : BackgroundService
{
    public const int WorkersPerTarget = 4;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);
    private readonly string owner = Guid.NewGuid().ToString("N");

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Knows the configured targets from now on; before anything else.</summary>
    internal async Task RegisterAsync(CancellationToken cancel)
    {
        foreach (var target in targets.All) await targetStore.RegisterAsync(target.Name, target.Namespace, target.Mode, cancel);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(targets.All.SelectMany(target => Enumerable.Range(0, WorkersPerTarget)
            .Select(worker => WorkAsync(target, $"{owner}-{worker}", stoppingToken))
            .Append(CountAsync(target, stoppingToken))));

    private async Task WorkAsync(Target target, string worker, CancellationToken cancel)
    {
        while (true)
        {
            if (!await TryOneAsync(target, worker, cancel)) await signal.WaitAsync(target.Name, LookEvery, cancel);
        }
    }

    /// <summary>Brings one patient of a target to the wanted state. False when there was nothing to do, or when the database does not let us: both are a reason to wait a little.</summary>
    internal async Task<bool> TryOneAsync(Target target, string worker, CancellationToken cancel)
    {
        try
        {
            if (await targetStore.PausedUntilAsync(target.Name, cancel) > time.GetUtcNow()) return false;
            if (await store.ClaimAsync(target.Name, worker, PatientReconciler.Lease, cancel) is not { } claim) return false;
            await failpoints.ReachAsync(Failpoints.WriteBackClaimed);
            await patients.RunAsync(target, claim, cancel);
            return true;
        }
        catch (DbException e)
        {
            Log.Broke(log, target.Name, e.GetType().Name, e.StackTrace);
            return false;
        }
    }

    private async Task CountAsync(Target target, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(CountEvery, time);
        do
        {
            try
            {
                metrics.WaitingPatients(target.Name, await targetStore.WaitingAsync(target.Name, cancel));
            }
            catch (DbException e)
            {
                Log.Broke(log, target.Name, e.GetType().Name, e.StackTrace);
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Target {Target}: the store failed; the work goes on later, {Fault} {Stack}")]
        public static partial void Broke(ILogger logger, string target, string fault, string? stack);
    }
}
