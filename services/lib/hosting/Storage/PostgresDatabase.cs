using System.Data.Common;
using CarT.Fhir.Hosting.Options;
using Dapper;
using Npgsql;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>
/// One schema of a PostgreSQL database, <c>cart_{service}</c>. Several processes can work on it, as <see cref="StoreSharing"/> says; a transaction that
/// collides with another is run again.
/// </summary>
internal sealed class PostgresDatabase : CartDatabase
{
    private const int MostRuns = 10;
    private const int MostConnections = 20;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(5);
    private readonly StoreSharing sharing;
    private readonly NpgsqlDataSource source;
    private readonly PostgresOwner? owner;
    private readonly GroupedWrites writes;

    /// <param name="options">The connection string.</param>
    /// <param name="service">Name of the service.</param>
    /// <param name="sharing">Who else may work on the schema.</param>
    public PostgresDatabase(StoreOptions options, string service, StoreSharing sharing)
        : base(service)
    {
        this.sharing = sharing;
        var connectionString = Complete(options.ConnectionString!, service);
        source = NpgsqlDataSource.Create(connectionString);
        owner = sharing == StoreSharing.Alone ? new PostgresOwner(connectionString.ToString(), Schema) : null;
        writes = new GroupedWrites(service, owner is null ? InTurnAsync : owner.InTransactionAsync);
    }

    public override bool IsShared => sharing != StoreSharing.Alone;

    private string Schema => "cart_" + Service;

    public override Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel) =>
        sharing == StoreSharing.Together ? UntilCommittedAsync(work, cancel) : writes.WriteAsync(work, cancel);

    public override async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await work(connection);
    }

    /// <exception cref="CartOptionsException">The store is of one process, and another one works on it.</exception>
    internal override async Task PrepareAsync(CancellationToken cancel)
    {
        await using (var connection = await source.OpenConnectionAsync(cancel))
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            await SqlLock.TransactionAsync(connection, transaction, Schema + " schema");
            // Not IF NOT EXISTS: that wants the right to create schemas also where an administrator has made this one.
            var exists = await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = @Schema)", new { Schema }, transaction);
            if (!exists) await connection.ExecuteAsync($"CREATE SCHEMA \"{Schema}\"", transaction: transaction);
            await transaction.CommitAsync(cancel);
        }
        if (owner is not null && !await owner.TryTakeAsync(cancel))
            throw new CartOptionsException([$"Cart:Store:ConnectionString: another process works on the {Service} store; there can be one only"]);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        writes.Dispose();
        owner?.Dispose();
        source.Dispose();
    }

    private static NpgsqlConnectionStringBuilder Complete(string connectionString, string service)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = $"\"cart_{service}\"", ApplicationName = "cart-fhir-" + service };
        // A server has a hundred connections as a rule, for all services and replicas together.
        if (!IsSizeOfPoolSet(connectionString)) builder.MaxPoolSize = MostConnections;
        return builder;
    }

    // The keys alone: a password may hold any word.
    private static bool IsSizeOfPoolSet(string connectionString) =>
        new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys.Cast<string>()
            .Select(key => key.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant()).Any(key => key is "maxpoolsize" or "maximumpoolsize");

    private async Task InTurnAsync(Func<DbConnection, DbTransaction, Task> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await SqlLock.TransactionAsync(connection, transaction, Schema + " turn");
        await work(connection, transaction);
        await transaction.CommitAsync();
    }

    private async Task<T> UntilCommittedAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        for (var run = 1; ; run++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancel);
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                var result = await work(connection, transaction);
                // Whoever cancels now would not know whether it is stored.
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (Exception e) when (run < MostRuns && IsCollision(e))
            {
                await Task.Delay(FirstWait * run, cancel);
            }
        }
    }

    private static bool IsCollision(Exception e) =>
        e is WriteCollisionException or PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };
}

/// <summary>Somebody else wrote first what this transaction was about to write; it is run again and finds that.</summary>
public sealed class WriteCollisionException() : DbException("Another transaction was first.");
