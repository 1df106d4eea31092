using System.Data.Common;

namespace CarT.Fhir.WriteBack.Storage;

/// <summary>Keeps the ledger bounded: old lines go, but the newest of each resource stays, since it says how that resource stands.</summary>
internal sealed partial class LedgerRetention(LedgerStore ledger, TimeProvider time, ILogger<LedgerRetention> log) : BackgroundService
{
    private const int BatchRows = 500;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    /// <summary>Removes everything that is due. Returns how many lines that were.</summary>
    internal async Task<int> SweepAsync(CancellationToken cancel)
    {
        var before = time.GetUtcNow() - Kept;
        var removed = 0;
        for (int batch; (batch = await ledger.PruneAsync(before, BatchRows, cancel)) > 0; removed += batch)
        {
        }
        if (removed > 0) Log.Removed(log, removed);
        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepEvery, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (DbException e)
            {
                Log.Fails(log, e.GetType().Name, e.StackTrace);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} lines of the ledger were removed, as they are old")]
        public static partial void Removed(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Old lines of the ledger could not be removed; tried again later, {Fault} {Stack}")]
        public static partial void Fails(ILogger logger, string fault, string? stack);
    }
}
