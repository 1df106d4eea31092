using System.Data.Common;
using CarT.Fhir.Hosting.Options;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>
/// One SQLite file in WAL mode, of one process. Writers are serialised here (<see cref="GroupedWrites"/>), so that no transaction meets a busy database;
/// readers never wait for them.
/// </summary>
internal sealed class SqliteDatabase : CartDatabase
{
    private readonly string connectionString;
    private readonly string pragmas;
    private readonly FileStream ownership;
    private readonly GroupedWrites writes;

    /// <param name="options">Where the files live. A folder that is made here is for this user alone: it holds what the hospital sent.</param>
    /// <param name="service">Name of the service; also the file's name.</param>
    /// <exception cref="CartOptionsException">Another process works on this store. Leases and the single writer rest on there being one.</exception>
    public SqliteDatabase(StoreOptions options, string service)
        : base(service)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(options.Path);
        else Directory.CreateDirectory(options.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Full: each service tells others that it has something (the 200 of the hook, the receipts) right after committing it.
        pragmas = $"PRAGMA synchronous={(options.Sync == "full" ? "FULL" : "NORMAL")}; PRAGMA foreign_keys=ON;";
        ownership = TakeOwnership(options.Path, service);
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(options.Path, service + ".db"),
            DefaultTimeout = 30,
            Pooling = true,
        }.ToString();
        writes = new GroupedWrites(service, InTransactionAsync);
    }

    public override bool IsShared => false;

    public override Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel) => writes.WriteAsync(work, cancel);

    public override async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await work(connection);
    }

    // WAL is a property of the file and cannot be set inside a transaction.
    internal override Task PrepareAsync(CancellationToken cancel) => ReadAsync(connection => connection.ExecuteAsync("PRAGMA journal_mode=WAL;"), cancel);

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        using (var connection = new SqliteConnection(connectionString)) SqliteConnection.ClearPool(connection);
        writes.Dispose();
        ownership.Dispose();
    }

    private static FileStream TakeOwnership(string path, string service)
    {
        try
        {
            return new FileStream(Path.Combine(path, service + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CartOptionsException([$"Cart:Store:Path: the {service} store in '{path}' cannot be opened, or another process works on it"]);
        }
    }

    private async Task InTransactionAsync(Func<DbConnection, DbTransaction, Task> work)
    {
        await using var connection = await OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        await work(connection, transaction);
        await transaction.CommitAsync(CancellationToken.None);
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
