using System.Reflection;
using Dapper;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>Applies the numbered SQL files of a service (<c>migrations/0001_name.sql</c>, embedded) once each, in order, by one process at a time.</summary>
public static class Migrations
{
    private const string Prefix = "migrations/";

    /// <exception cref="InvalidOperationException">The database was written by a newer version of the product.</exception>
    public static async Task ApplyAsync(CartDatabase database, Assembly service, TimeProvider time, CancellationToken cancel)
    {
        await database.PrepareAsync(cancel);
        var files = service.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        await database.WriteAsync(async (connection, transaction) =>
        {
            var dialect = SqlDialect.Of(connection);
            await dialect.LockAsync(connection, transaction, database.Service + " migrations");
            await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, applied_ticks BIGINT NOT NULL)", transaction: transaction);
            var applied = (await connection.QueryAsync<string>("SELECT name FROM schema_migrations", transaction: transaction)).ToHashSet(StringComparer.Ordinal);
            var unknown = applied.Except(files.Select(Name)).ToList();
            if (unknown.Count > 0) throw new InvalidOperationException($"The {database.Service} database was written by a newer version: {string.Join(", ", unknown)}");
            foreach (var file in files.Where(file => !applied.Contains(Name(file))))
            {
                await connection.ExecuteAsync(dialect.Translate(await ReadAsync(service, file, cancel)), transaction: transaction);
                await connection.ExecuteAsync(
                    "INSERT INTO schema_migrations (name, applied_ticks) VALUES (@Name, @Ticks)",
                    new { Name = Name(file), Ticks = time.GetUtcNow().UtcTicks }, transaction);
            }
        }, cancel);
    }

    private static string Name(string file) => file[Prefix.Length..];

    private static async Task<string> ReadAsync(Assembly service, string file, CancellationToken cancel)
    {
        using var reader = new StreamReader(service.GetManifestResourceStream(file)!);
        return await reader.ReadToEndAsync(cancel);
    }
}
