using System.Data.Common;
using System.Threading.Channels;
using CarT.Fhir.Hosting.Storage;

namespace CarT.Fhir.Listener.Storing;

/// <summary>
/// Writes of concurrent requests in one transaction: while one commit waits for the disk, the next writes gather, so that fifty requests cost a few
/// disk syncs and not fifty. A caller continues when its write is on disk.
/// </summary>
internal sealed class GroupCommit(CartDatabase database, ListenerMetrics metrics) : BackgroundService
{
    private const int MaxWrites = 256;
    private readonly Channel<Write> writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(4 * MaxWrites) { SingleReader = true });

    /// <summary>Runs the work in the next transaction; it may run a second time, alone, when a neighbour made the transaction fail.</summary>
    /// <exception cref="DbException">The store cannot take it.</exception>
    /// <exception cref="ChannelClosedException">The host is stopping.</exception>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        T? result = default;
        var write = new Write(async (connection, transaction) => result = await work(connection, transaction));
        await writes.Writer.WriteAsync(write, cancel);
        await write.Done.Task.WaitAsync(cancel);
        return result!;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was accepted is still written; ExecuteAsync ends when the channel is empty.
        writes.Writer.TryComplete();
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<Write>(MaxWrites);
        while (await writes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            group.Clear();
            while (group.Count < MaxWrites && writes.Reader.TryRead(out var write)) group.Add(write);
            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(IReadOnlyList<Write> group)
    {
        try
        {
            await RunAsync(group);
        }
        catch (DbException) when (group.Count > 1)
        {
            // One bad write must not refuse its neighbours.
            foreach (var write in group) await CommitAsync([write]);
            return;
        }
        catch (Exception e)
        {
            // Not handled here: every caller gets it.
            foreach (var write in group) write.Done.TrySetException(e);
            return;
        }
        metrics.Committed(group.Count);
        foreach (var write in group) write.Done.TrySetResult();
    }

    private Task RunAsync(IReadOnlyList<Write> group) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            foreach (var write in group) await write.Work(connection, transaction);
        }, CancellationToken.None);

    private sealed record Write(Func<DbConnection, DbTransaction, Task> Work)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
