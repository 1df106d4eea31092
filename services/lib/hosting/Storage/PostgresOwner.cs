using System.Data.Common;
using Npgsql;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>
/// The one connection on which the only process of a service writes. The connection holds a lock of the session, so that nobody else can have written
/// between two of its transactions; with the connection the lock is lost, and taken again before the next one.
/// </summary>
internal sealed class PostgresOwner(string connectionString, string schema) : IDisposable
{
    // Without a pool: a connection that goes back to a pool keeps the locks of its session until it is used again.
    private readonly string connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString();
    private NpgsqlConnection? connection;

    /// <summary>Takes the lock. False when another process has it.</summary>
    public async Task<bool> TryTakeAsync(CancellationToken cancel)
    {
        if (connection is { FullState: System.Data.ConnectionState.Open }) return true;
        Dispose();
        var opened = new NpgsqlConnection(connectionString);
        try
        {
            await opened.OpenAsync(cancel);
            if (!await SqlLock.TrySessionAsync(opened, schema + " owner", cancel)) return false;
            (connection, opened) = (opened, null!);
            return true;
        }
        finally
        {
            if (opened is not null) await opened.DisposeAsync();
        }
    }

    /// <summary>Runs the work in a transaction, and commits it. Called by one at a time.</summary>
    /// <exception cref="DbException">The store cannot take it, or another process has taken the store.</exception>
    public async Task InTransactionAsync(Func<DbConnection, DbTransaction, Task> work)
    {
        if (!await TryTakeAsync(CancellationToken.None)) throw new StoreTakenException();
        try
        {
            await using var transaction = await connection!.BeginTransactionAsync();
            await work(connection, transaction);
            await transaction.CommitAsync();
        }
        catch
        {
            // It may be broken in a way that it does not know of yet.
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        connection?.Dispose();
        connection = null;
    }
}

/// <summary>Another process has the store that is of one process at a time. Nothing is written until it ends.</summary>
public sealed class StoreTakenException() : DbException("Another process has taken the store.");
