using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using CarT.Fhir.Hosting.Options;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CarT.Fhir.IntegrationTests;

/// <summary>
/// The store of a test, which a test knows by a folder: SQLite files in it, or with <c>CART_TEST_STORE=postgres</c> a database of its own at the server
/// of <c>CART_TEST_POSTGRES</c>. The same tests hold for both.
/// </summary>
internal static class TestStore
{
    /// <summary>Marks tests that are about the files of SQLite.</summary>
    public const string Trait = "Store";

    public const string SqliteOnly = "sqlite";

    /// <summary>Marks tests that need a broker or a database server.</summary>
    public const string Servers = "servers";

    // A database takes some megabytes of the disk.
    private const int MostDatabases = 150;
    private static readonly Lock Gate = new();
    private static readonly Queue<string> Made = new();

    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("CART_TEST_STORE") == StoreOptions.Postgres;

    /// <summary>The server, or null where the tests run without.</summary>
    public static string? Server { get; } = Environment.GetEnvironmentVariable("CART_TEST_POSTGRES");

    /// <summary>The configuration of the store of a folder.</summary>
    public static Dictionary<string, string?> Settings(string folder) => IsPostgres
        ? new() { ["Cart:Store:Kind"] = StoreOptions.Postgres, ["Cart:Store:ConnectionString"] = DatabaseOf(folder) }
        : new() { ["Cart:Store:Path"] = folder };

    public static StoreOptions Options(string folder) => IsPostgres
        ? new() { Kind = StoreOptions.Postgres, ConnectionString = DatabaseOf(folder) }
        : new() { Path = folder, Sync = "normal" };

    /// <summary>The connection string of the database of a folder, which is made when it is the first time.</summary>
    public static string DatabaseOf(string folder)
    {
        var name = "t_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..20];
        lock (Gate)
        {
            if (!Made.Contains(name)) Make(name);
        }
        return $"{Server};Database={name};Maximum Pool Size=20";
    }

    /// <summary>A connection to the store of a service, beside the product's own.</summary>
    public static async Task<DbConnection> OpenAsync(string folder, string service)
    {
        if (!IsPostgres) return await OpenFileAsync(folder, service);
        var connection = new NpgsqlConnection($"{DatabaseOf(folder)};Search Path=cart_{service};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A connection to the file of a service; it fails where there is none yet.</summary>
    public static async Task<DbConnection> OpenFileAsync(string folder, string service)
    {
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, service + ".db"),
            Mode = SqliteOpenMode.ReadWrite,
            DefaultTimeout = 30,
            Pooling = false,
        };
        var connection = new SqliteConnection(file.ToString());
        await connection.OpenAsync();
        return connection;
    }

    private static void Make(string name)
    {
        using var connection = new NpgsqlConnection($"{Server};Database=postgres");
        connection.Open();
        if (Made.Count >= MostDatabases) connection.Execute($"DROP DATABASE IF EXISTS {Made.Dequeue()} WITH (FORCE)");
        connection.Execute($"CREATE DATABASE {name} TEMPLATE template0");
        Made.Enqueue(name);
    }
}
