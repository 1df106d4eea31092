using System.Data.Common;
using CarT.Fhir.Hosting;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>Brings one claimed patient of one target to the wanted state, resource by resource, and gives the claim back.</summary>
internal sealed partial class PatientReconciler(
    WriteBackStore store, ResourceReconciler resources, WriteBackMetrics metrics, Jitter jitter, TimeProvider time, ILogger<PatientReconciler> log)
{
    /// <summary>
    /// Renewed before each resource and again before each write, which is not sent when the lease was lost. One write (10 s at most) stays well below it,
    /// also where the clocks of two hosts are some seconds apart. As long a patient waits when the process that has the lease dies.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public async Task RunAsync(Target target, Claim claim, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        try
        {
            await EndAsync(target, claim, await WorkAsync(target, claim, cancel), cancel);
        }
        catch (DbException)
        {
            // Not settled and not lost: nobody shall have to wait for the lease to end.
            await store.RetryAsync(claim, time.GetUtcNow() + jitter.BackOff(claim.Attempts), CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The next start need not wait for the lease to end.
            await store.ReleaseAsync(claim, CancellationToken.None);
            throw;
        }
        metrics.PatientDone(target.Name, time.GetElapsedTime(started));
    }

    private async Task<Step> WorkAsync(Target target, Claim claim, CancellationToken cancel)
    {
        var end = Step.Settled;
        foreach (var row in await store.ResourcesAsync(claim, cancel))
        {
            if (!await store.RenewAsync(claim, Lease, cancel)) return Step.Lost;
            var step = await OneAsync(target, claim, row, cancel);
            if (step is Step.Paused or Step.NoAnswer or Step.Lost) return step;
            if (step != Step.Settled) end = step;
        }
        return end;
    }

    // Whatever breaks on one resource, the patient's other resources are written, and the service stays up for everybody else. The text of an exception
    // may quote what it choked on, and is not logged.
    private async Task<Step> OneAsync(Target target, Claim claim, ResourceRow row, CancellationToken cancel)
    {
        try
        {
            return await resources.ReconcileAsync(target, claim, row, cancel);
        }
        catch (Exception e) when (e is not (DbException or OperationCanceledException))
        {
            Log.Broke(log, target.Name, row.Type, row.Id, e.GetType().Name, e.StackTrace);
            return Step.Retry;
        }
    }

    private Task EndAsync(Target target, Claim claim, Step end, CancellationToken cancel) => end switch
    {
        Step.Lost => Task.CompletedTask,
        Step.Settled => store.FinishAsync(claim, target.Mode, cancel),
        Step.Paused => store.ReleaseAsync(claim, cancel),
        _ => store.RetryAsync(claim, time.GetUtcNow() + jitter.BackOff(claim.Attempts), cancel),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Target {Target}: {Type} of row {RowId} could not be reconciled; it is tried again later, {Fault} {Stack}")]
        public static partial void Broke(ILogger logger, string target, string type, long rowId, string fault, string? stack);
    }
}
