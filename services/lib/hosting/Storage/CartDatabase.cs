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
    private readonly FileStream ownership;
    private readonly SemaphoreSlim writer = new(1, 1);

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
