using System.Data.Common;
using Dapper;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>Locks of PostgreSQL that are known by a name and belong to no row. The name is of the product, so that it meets no lock of others by chance.</summary>
internal static class SqlLock
{
    /// <summary>Waits for the lock and holds it until the transaction ends.</summary>
    public static Task TransactionAsync(DbConnection connection, DbTransaction transaction, string name) =>
        connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))", new { name = Full(name) }, transaction);

    /// <summary>Takes the lock until the connection is closed for good. False when somebody else holds it.</summary>
    public static Task<bool> TrySessionAsync(DbConnection connection, string name, CancellationToken cancel) =>
        connection.ExecuteScalarAsync<bool>(
            new CommandDefinition("SELECT pg_try_advisory_lock(hashtextextended(@name, 0))", new { name = Full(name) }, cancellationToken: cancel));

    private static string Full(string name) => "cart-fhir " + name;
}
