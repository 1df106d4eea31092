using System.Data.Common;
using CarT.Fhir.Hosting.Storage;
using Dapper;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Hosting;

/// <summary>Writes that wait together are committed together, and each fares on its own.</summary>
public sealed class CartDatabaseTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("cart-store-").FullName;
    private CartDatabase database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = CartDatabase.Open(TestStore.Options(folder), "test", StoreSharing.Alone);
        await database.PrepareAsync(Cancel);
        await database.WriteAsync((connection, transaction) => connection.ExecuteAsync("CREATE TABLE notes (id BIGINT PRIMARY KEY)", transaction: transaction), Cancel);
    }

    public ValueTask DisposeAsync()
    {
        database.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_work_that_throws_is_rolled_back_alone_and_its_neighbours_are_stored()
    {
        var first = HoldWriterAsync(out var release);
        var good = Enumerable.Range(1, 20).Select(id => AddAsync(id)).ToList();
        var broken = database.WriteAsync(async (connection, transaction) =>
        {
            await InsertAsync(connection, transaction, 100);
            await InsertAsync(connection, transaction, 100);
        }, Cancel);
        var later = Enumerable.Range(21, 5).Select(id => AddAsync(id)).ToList();
        release.SetResult();

        await Task.WhenAll([first, .. good, .. later]);
        await Assert.ThrowsAnyAsync<DbException>(() => broken);
        Assert.Equal(Enumerable.Range(1, 25).Select(id => (long)id), await NotesAsync());
    }

    [Fact]
    public async Task More_works_than_one_transaction_takes_are_all_stored()
    {
        var first = HoldWriterAsync(out var release);
        var all = Enumerable.Range(1, 1000).Select(id => AddAsync(id)).ToList();
        release.SetResult();
        await Task.WhenAll([first, .. all]);
        Assert.Equal(1000, (await NotesAsync()).Count);
    }

    [Fact]
    public async Task A_work_that_is_cancelled_while_it_waits_is_never_done()
    {
        var first = HoldWriterAsync(out var release);
        using var cancel = new CancellationTokenSource();
        var withdrawn = AddAsync(1, cancel.Token);
        var kept = AddAsync(2);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn);
        release.SetResult();
        await Task.WhenAll(first, kept);
        Assert.Equal([2L], await NotesAsync());
    }

    [Fact]
    public async Task A_commit_that_the_disk_refuses_is_told_to_everybody_in_it()
    {
        // The rule is checked at the commit, when all works of the transaction have succeeded.
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "CREATE TABLE lines (note BIGINT NOT NULL REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)", transaction: transaction), Cancel);
        var first = HoldWriterAsync(out var release);
        var neighbour = AddAsync(1);
        var orphan = database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync("INSERT INTO lines (note) VALUES (99)", transaction: transaction), Cancel);
        release.SetResult();
        await first;
        await Assert.ThrowsAnyAsync<DbException>(() => orphan);
        await Assert.ThrowsAnyAsync<DbException>(() => neighbour);
        await AddAsync(1);
        Assert.Equal([1L], await NotesAsync());
    }

    /// <summary>A work that keeps the writer until it is released, so that the next ones wait together.</summary>
    private Task HoldWriterAsync(out TaskCompletionSource release)
    {
        var held = release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return database.WriteAsync((_, _) => held.Task, Cancel);
    }

    private Task<int> AddAsync(int id, CancellationToken? cancel = null) =>
        database.WriteAsync((connection, transaction) => InsertAsync(connection, transaction, id), cancel ?? Cancel);

    private static Task<int> InsertAsync(DbConnection connection, DbTransaction transaction, int id) =>
        connection.ExecuteAsync("INSERT INTO notes (id) VALUES (@id)", new { id }, transaction);

    private Task<List<long>> NotesAsync() =>
        database.ReadAsync(async connection => (await connection.QueryAsync<long>("SELECT id FROM notes ORDER BY id")).AsList(), Cancel);
}
