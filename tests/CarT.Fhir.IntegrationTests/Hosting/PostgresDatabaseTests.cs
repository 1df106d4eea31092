using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener;
using CarT.Fhir.Protocol;
using Dapper;
using Npgsql;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Hosting;

/// <summary>Several processes on one PostgreSQL database: each database object here has connections of its own, as a process has.</summary>
[Trait(TestStore.Trait, TestStore.Servers)]
public sealed class PostgresDatabaseTests : IDisposable
{
    private readonly List<CartDatabase> opened = [];
    private readonly string folder = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => opened.ForEach(database => database.Dispose());

    [Fact]
    public async Task Processes_that_share_a_store_in_turns_commit_in_the_order_in_which_they_read()
    {
        var databases = await OpenAsync(StoreSharing.InTurns, 3);
        await CreateAsync(databases[0], "CREATE TABLE feed (place BIGINT PRIMARY KEY)");
        await Task.WhenAll(Enumerable.Range(0, 90).Select(i => databases[i % 3].WriteAsync(async (connection, transaction) =>
        {
            var last = await connection.ExecuteScalarAsync<long?>("SELECT MAX(place) FROM feed", transaction: transaction) ?? 0;
            await connection.ExecuteAsync("INSERT INTO feed (place) VALUES (@place)", new { place = last + 1 }, transaction);
        }, Cancel)));
        Assert.Equal(90, await ScalarAsync(databases[0], "SELECT MAX(place) FROM feed"));
    }

    [Fact]
    public async Task Two_transactions_that_wait_for_each_other_are_both_stored()
    {
        var databases = await OpenAsync(StoreSharing.Together, 2);
        await CreateAsync(databases[0], "CREATE TABLE patients (id BIGINT PRIMARY KEY, revision BIGINT NOT NULL); INSERT INTO patients VALUES (1, 0), (2, 0)");
        using var bothHaveOne = new Barrier(2);
        var runs = 0;
        await Task.WhenAll(RaiseAsync(databases[0], 1, 2), RaiseAsync(databases[1], 2, 1));
        Assert.Equal(4, await ScalarAsync(databases[0], "SELECT SUM(revision)::BIGINT FROM patients"));
        Assert.Equal(3, runs);

        Task RaiseAsync(CartDatabase database, int first, int second) => Task.Run(() => database.WriteAsync(async (connection, transaction) =>
        {
            await connection.ExecuteAsync("UPDATE patients SET revision = revision + 1 WHERE id = @first", new { first }, transaction);
            if (Interlocked.Increment(ref runs) <= 2) bothHaveOne.SignalAndWait(TimeSpan.FromSeconds(10));
            await connection.ExecuteAsync("UPDATE patients SET revision = revision + 1 WHERE id = @second", new { second }, transaction);
        }, Cancel));
    }

    [Fact]
    public async Task A_work_that_finds_somebody_else_was_first_is_run_again()
    {
        var database = (await OpenAsync(StoreSharing.Together, 1))[0];
        var runs = 0;
        var result = await database.WriteAsync((_, _) => ++runs < 3 ? throw new WriteCollisionException() : Task.FromResult(runs), Cancel);
        Assert.Equal(3, result);
    }

    [Fact]
    public async Task A_work_that_collides_for_ever_is_given_up()
    {
        var database = (await OpenAsync(StoreSharing.Together, 1))[0];
        await Assert.ThrowsAsync<WriteCollisionException>(() => database.WriteAsync<int>((_, _) => throw new WriteCollisionException(), Cancel));
    }

    [Fact]
    public async Task A_store_of_one_process_is_refused_to_a_second_one()
    {
        var databases = await OpenAsync(StoreSharing.Alone, 1);
        var refused = await Assert.ThrowsAsync<CartOptionsException>(() => OpenAsync(StoreSharing.Alone, 1));
        Assert.Contains("another process works on the test store", refused.Message, StringComparison.Ordinal);
        databases[0].Dispose();
        await OpenAsync(StoreSharing.Alone, 1);
    }

    [Fact]
    public async Task A_store_that_another_process_took_while_the_connection_was_lost_takes_no_write_until_that_one_ends()
    {
        var first = (await OpenAsync(StoreSharing.Alone, 1))[0];
        await CreateAsync(first, "CREATE TABLE notes (id BIGINT PRIMARY KEY)");
        await EndConnectionsAsync();
        var second = (await OpenAsync(StoreSharing.Alone, 1))[0];

        // The first write after it finds the connection broken, the next that the store is taken.
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AddAsync(first, 1));
        await Assert.ThrowsAsync<StoreTakenException>(() => AddAsync(first, 1));
        await AddAsync(second, 2);
        second.Dispose();
        await AddAsync(first, 3);
        Assert.Equal(2, await NotesAsync());
    }

    [Fact]
    public async Task A_lost_connection_costs_one_write_and_not_the_process()
    {
        var database = (await OpenAsync(StoreSharing.Alone, 1))[0];
        await CreateAsync(database, "CREATE TABLE notes (id BIGINT PRIMARY KEY)");
        await AddAsync(database, 1);
        await EndConnectionsAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AddAsync(database, 2));
        await AddAsync(database, 2);
        Assert.Equal(2, await NotesAsync());
    }

    [Fact]
    public async Task Replicas_that_start_at_once_migrate_once()
    {
        var replicas = Enumerable.Range(0, 4).Select(_ => Open("protocol", StoreSharing.Together)).ToList();
        await Task.WhenAll(replicas.Select(replica => Migrations.ApplyAsync(replica, typeof(ProtocolModule).Assembly, TimeProvider.System, Cancel)));
        var files = typeof(ProtocolModule).Assembly.GetManifestResourceNames().Count(name => name.StartsWith("migrations/", StringComparison.Ordinal));
        Assert.Equal(files, await ScalarAsync(replicas[3], "SELECT COUNT(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task Each_service_has_its_own_schema()
    {
        await Migrations.ApplyAsync(Open("protocol", StoreSharing.Together), typeof(ProtocolModule).Assembly, TimeProvider.System, Cancel);
        await Migrations.ApplyAsync(Open("listener", StoreSharing.Alone), typeof(ListenerModule).Assembly, TimeProvider.System, Cancel);
        await using var connection = await TestServerAsync();
        Assert.Equal(
            ["cart_listener", "cart_protocol"],
            await connection.QueryAsync<string>("SELECT schemaname FROM pg_tables WHERE tablename = 'schema_migrations' ORDER BY schemaname"));
    }

    [Theory]
    [InlineData("Password=whirlPool", 20)]
    [InlineData("Maximum Pool Size=3", 3)]
    public async Task A_process_takes_twenty_connections_at_most_where_nobody_asks_for_another_number(string more, int most)
    {
        var database = Open("test", StoreSharing.Together, server => server.Replace("Maximum Pool Size=20", more, StringComparison.Ordinal));
        await database.PrepareAsync(Cancel);
        var (together, seen) = (0, new List<int>());
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => database.ReadAsync(async _ =>
        {
            lock (seen) seen.Add(++together);
            await Task.Delay(1000, Cancel);
            lock (seen) together--;
            return 0;
        }, Cancel)));
        Assert.InRange(seen.Max(), 1, most);
    }

    private async Task<List<CartDatabase>> OpenAsync(StoreSharing sharing, int count)
    {
        var databases = new List<CartDatabase>();
        for (var i = 0; i < count; i++)
        {
            databases.Add(Open("test", sharing));
            await databases[^1].PrepareAsync(Cancel);
        }
        return databases;
    }

    private CartDatabase Open(string service, StoreSharing sharing, Func<string, string>? otherwise = null)
    {
        Assert.SkipWhen(TestStore.Server is null, "no PostgreSQL server was started for the tests (./check starts one)");
        var server = TestStore.DatabaseOf(folder);
        var options = new StoreOptions { Kind = StoreOptions.Postgres, ConnectionString = otherwise is null ? server : otherwise(server) };
        opened.Add(CartDatabase.Open(options, service, sharing));
        return opened[^1];
    }

    private async Task<NpgsqlConnection> TestServerAsync()
    {
        var connection = new NpgsqlConnection(TestStore.DatabaseOf(folder) + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private async Task EndConnectionsAsync()
    {
        await using var connection = await TestServerAsync();
        await connection.ExecuteAsync("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'cart-fhir-test'");
    }

    // On a connection of the test: those in the pools of the product are dead, and each costs a read.
    private async Task<long> NotesAsync()
    {
        await using var connection = await TestServerAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM cart_test.notes");
    }

    private static Task<int> CreateAsync(CartDatabase database, string sql) =>
        database.WriteAsync((connection, transaction) => connection.ExecuteAsync(sql, transaction: transaction), Cancel);

    private static Task<int> AddAsync(CartDatabase database, long id) =>
        database.WriteAsync((connection, transaction) => connection.ExecuteAsync("INSERT INTO notes (id) VALUES (@id)", new { id }, transaction), Cancel);

    private static Task<long> ScalarAsync(CartDatabase database, string sql) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(sql), Cancel);
}
