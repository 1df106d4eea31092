using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Telemetry;
using Microsoft.Data.Sqlite;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>
/// The database of one service: SQLite in WAL mode, one file. Rows carry keys, UTC ticks and a JSON body.
/// Writers are serialised here and those that wait are committed together, so that no transaction meets a busy database and none pays alone for the
/// disk; readers never wait for them.
/// </summary>
public sealed class CartDatabase : IDisposable
{
    private const int MaxWritesTogether = 256;
    private const string Savepoint = "write";

    private static readonly Histogram<int> CommitWrites = CartTelemetry.Meter.CreateHistogram<int>(
        "cart.store.commit.writes", "{write}", "Writes that shared one transaction, by service");

    private readonly string connectionString;
    private readonly string pragmas;
    private readonly FileStream ownership;
    private readonly SemaphoreSlim writer = new(1, 1);
    private readonly ConcurrentQueue<PendingWrite> pending = new();

    /// <param name="options">Where the files live. A folder that is made here is for this user alone: it holds what the hospital sent.</param>
    /// <param name="service">Name of the service; also the file's name.</param>
    /// <exception cref="CartOptionsException">Another process works on this store. Leases and the single writer rest on there being one.</exception>
    public CartDatabase(StoreOptions options, string service)
    {
        Service = service;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(options.Path);
        else Directory.CreateDirectory(options.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Full: each service tells others that it has something (the 200 of the hook, the receipts) right after committing it.
        pragmas = $"PRAGMA synchronous={(options.Sync == "full" ? "FULL" : "NORMAL")}; PRAGMA foreign_keys=ON;";
        ownership = TakeOwnership(options.Path, service);
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = System.IO.Path.Combine(options.Path, service + ".db"),
            DefaultTimeout = 30,
            Pooling = true,
        }.ToString();
    }

    public string Service { get; }

    /// <summary>
    /// Runs the work in a transaction; when this returns it is committed. Works that wait for the disk at the same time share one transaction, each in a
    /// savepoint of its own: fifty requests cost a few disk syncs and not fifty, and one that throws is rolled back alone and gets its exception.
    /// </summary>
    /// <param name="work">Reads and writes; runs once.</param>
    /// <param name="cancel">Withdraws the work while it has not begun. One that has begun ends as if there were no cancellation.</param>
    /// <exception cref="DbException">The store cannot take it; nothing of it is stored.</exception>
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

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancel) =>
        WriteAsync(async (connection, transaction) =>
        {
            await work(connection, transaction);
            return true;
        }, cancel);

    /// <summary>Runs queries on a connection of their own; sees the last committed state.</summary>
    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await work(connection);
    }

    public void Dispose()
    {
        using (var connection = new SqliteConnection(connectionString)) SqliteConnection.ClearPool(connection);
        writer.Dispose();
        ownership.Dispose();
    }

    private static FileStream TakeOwnership(string path, string service)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, service + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CartOptionsException([$"Cart:Store:Path: the {service} store in '{path}' cannot be opened, or another process works on it"]);
        }
    }

    private async Task CommitPendingAsync()
    {
        var group = new List<PendingWrite>();
        while (group.Count < MaxWritesTogether && pending.TryDequeue(out var write))
        {
            if (write.TryBegin()) group.Add(write);
        }
        try
        {
            await RunAsync(group);
            CommitWrites.Record(group.Count, new KeyValuePair<string, object?>("service", Service));
            foreach (var write in group) write.Succeed();
        }
        catch (Exception e)
        {
            // Not handled here: everybody whose work is not stored gets it.
            foreach (var write in group) write.Fail(e);
        }
    }

    private async Task RunAsync(List<PendingWrite> group)
    {
        await using var connection = await OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        foreach (var write in group) await RunAsync(connection, transaction, write);
        await transaction.CommitAsync(CancellationToken.None);
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
            await transaction.RollbackAsync(Savepoint, CancellationToken.None);
            write.Fail(e);
        }
        await transaction.ReleaseAsync(Savepoint, CancellationToken.None);
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            await command.ExecuteNonQueryAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
