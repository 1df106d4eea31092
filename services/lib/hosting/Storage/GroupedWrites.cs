using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using CarT.Fhir.Hosting.Telemetry;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>
/// One writer at a time in this process. Works that wait for the disk at the same time share one transaction, each in a savepoint of its own: fifty
/// requests cost a few disk syncs and not fifty, and one that throws is rolled back alone and gets its exception.
/// </summary>
/// <param name="service">Name of the service, for the metric.</param>
/// <param name="inTransaction">Runs what it is given in one transaction, and commits it.</param>
internal sealed class GroupedWrites(string service, Func<Func<DbConnection, DbTransaction, Task>, Task> inTransaction) : IDisposable
{
    private const int MaxWritesTogether = 256;
    private const string Savepoint = "write";

    private static readonly Histogram<int> CommitWrites = CartTelemetry.Meter.CreateHistogram<int>(
        "cart.store.commit.writes", "{write}", "Writes that shared one transaction, by service");

    private readonly SemaphoreSlim writer = new(1, 1);
    private readonly ConcurrentQueue<PendingWrite> pending = new();

    /// <inheritdoc cref="CartDatabase.WriteAsync{T}"/>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        T? result = default;
        var write = new PendingWrite(async (connection, transaction) => result = await work(connection, transaction));
        pending.Enqueue(write);
        try
        {
            await writer.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            if (write.TryWithdraw()) throw;
            await write.Done;
            return result!;
        }
        try
        {
            // Whoever comes first writes for all who wait by then; and again, when so many wait that its own is not among the first.
            while (!write.Done.IsCompleted) await CommitPendingAsync();
        }
        finally
        {
            writer.Release();
        }
        await write.Done;
        return result!;
    }

    public void Dispose() => writer.Dispose();

    private async Task CommitPendingAsync()
    {
        var group = new List<PendingWrite>();
        while (group.Count < MaxWritesTogether && pending.TryDequeue(out var write))
        {
            if (write.TryBegin()) group.Add(write);
        }
        try
        {
            await inTransaction(async (connection, transaction) =>
            {
                foreach (var write in group) await RunAsync(connection, transaction, write);
            });
            CommitWrites.Record(group.Count, new KeyValuePair<string, object?>("service", service));
            foreach (var write in group) write.Succeed();
        }
        catch (Exception e)
        {
            // Not handled here: everybody whose work is not stored gets it.
            foreach (var write in group) write.Fail(e);
        }
    }

    /// <summary>False when the whole transaction is lost, as with its connection: what broke it is the answer to everybody, and not that it is broken.</summary>
    private static async Task<bool> TryRollBackAsync(DbTransaction transaction)
    {
        try
        {
            await transaction.RollbackAsync(Savepoint, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task RunAsync(DbConnection connection, DbTransaction transaction, PendingWrite write)
    {
        await transaction.SaveAsync(Savepoint, CancellationToken.None);
        try
        {
            await write.Work(connection, transaction);
        }
        catch (Exception e)
        {
            if (!await TryRollBackAsync(transaction)) throw;
            write.Fail(e);
        }
        await transaction.ReleaseAsync(Savepoint, CancellationToken.None);
    }
}
