using System.Data.Common;
using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>
/// The database of one service, as the configuration wants it: SQLite or PostgreSQL. Rows carry keys, UTC ticks and a JSON body, so that a decimal keeps
/// its digits and a time its offset in both. The SQL is the same in both but for the words of <see cref="SqlDialect"/>.
/// </summary>
public abstract class CartDatabase : IDisposable
{
    private protected CartDatabase(string service) => Service = service;

    public string Service { get; }

    /// <summary>Whether other processes work on this store at the same time. False: what stands in it was left by a process that is no more.</summary>
    public abstract bool IsShared { get; }

    /// <param name="options">Kind and place of the store.</param>
    /// <param name="service">Name of the service; also the name of the file or schema.</param>
    /// <param name="sharing">Who else may work on it, where the kind allows for others.</param>
    /// <exception cref="CartOptionsException">The store cannot be opened, or another process works on it.</exception>
    public static CartDatabase Open(StoreOptions options, string service, StoreSharing sharing) =>
        options.Kind == StoreOptions.Postgres ? new PostgresDatabase(options, service, sharing) : new SqliteDatabase(options, service);

    /// <summary>Runs the work in a transaction; when this returns it is committed, and when it throws nothing of it is stored.</summary>
    /// <param name="work">Reads and writes. Where the store is shared it can run several times, so that it has no other effect.</param>
    /// <param name="cancel">Withdraws the work while it has not begun. One that has begun may end as if there were no cancellation.</param>
    /// <exception cref="DbException">The store cannot take it.</exception>
    public abstract Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancel) =>
        WriteAsync(async (connection, transaction) =>
        {
            await work(connection, transaction);
            return true;
        }, cancel);

    /// <summary>Runs queries on a connection of their own; sees the last committed state.</summary>
    public abstract Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whatever must be there before the first migration.</summary>
    internal abstract Task PrepareAsync(CancellationToken cancel);

    protected abstract void Dispose(bool disposing);
}

/// <summary>How many processes of a service may share its store. SQLite files are never shared.</summary>
public enum StoreSharing
{
    /// <summary>One process. What it holds in memory is the truth; nobody else can write.</summary>
    Alone,

    /// <summary>Any number, whose transactions follow one another: the order of the commits means something.</summary>
    InTurns,

    /// <summary>Any number at once; rows are locked. A transaction that collides is run again.</summary>
    Together,
}
