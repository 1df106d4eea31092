using System.Data.Common;
using CarT.Fhir.Hosting.Options;
using Microsoft.Data.Sqlite;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>
/// The database of one service: SQLite in WAL mode, one file. Rows carry keys, UTC ticks and a JSON body.
/// Writers are serialised here, so that no transaction meets a busy database; readers never wait for them.
/// </summary>
public sealed class CartDatabase : IDisposable
{
    private readonly string connectionString;
    private readonly string pragmas;
    private readonly SemaphoreSlim writer = new(1, 1);

    /// <param name="options">Where the files live.</param>
    /// <param name="service">Name of the service; also the file's name.</param>
    /// <param name="fullSync">True where a commit must survive a power cut before anybody is told (the notification store).</param>
    public CartDatabase(StoreOptions options, string service, bool fullSync)
    {
        Service = service;
        Directory.CreateDirectory(options.Path);
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = System.IO.Path.Combine(options.Path, service + ".db"),
            DefaultTimeout = 30,
            Pooling = true,
        }.ToString();
        pragmas = $"PRAGMA synchronous={(fullSync ? "FULL" : "NORMAL")}; PRAGMA foreign_keys=ON;";
    }

    public string Service { get; }

    /// <summary>Runs one transaction: commits when <paramref name="work"/> returns, rolls back when it throws.</summary>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        await writer.WaitAsync(cancel);
        try
        {
            await using var connection = await OpenAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var result = await work(connection, transaction);
            await transaction.CommitAsync(cancel);
            return result;
        }
        finally
        {
            writer.Release();
        }
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
