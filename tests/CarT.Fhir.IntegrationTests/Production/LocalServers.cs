using System.Diagnostics;
using Npgsql;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>
/// A RabbitMQ node and a PostgreSQL cluster of these tests alone, which can be stopped as by a power cut and started again with their data
/// (<c>deploy/local/servers</c>). Where the machine allows it, the databases of the services lie on a small disk of their own, which a test can fill.
/// </summary>
internal sealed class LocalServers : IAsyncDisposable
{
    private const string DiskSize = "160m";
    private readonly string folder;
    private readonly IReadOnlyDictionary<string, string> environment;

    private LocalServers(string folder, IReadOnlyDictionary<string, string> environment, string? disk)
    {
        this.folder = folder;
        this.environment = environment;
        Disk = disk;
    }

    /// <summary>Connection string of a superuser, without a database.</summary>
    public string Postgres => environment["CART_TEST_POSTGRES"];

    /// <summary>Folder of PostgreSQL's programs.</summary>
    public string PostgresBin => environment["CART_TEST_POSTGRES_BIN"];

    public string BrokerHost => environment["CART_TEST_RABBITMQ_HOST"];

    public ushort BrokerPort => ushort.Parse(environment["CART_TEST_RABBITMQ_PORT"], System.Globalization.CultureInfo.InvariantCulture);

    public string BrokerTlsPort => environment["CART_TEST_RABBITMQ_TLS_PORT"];

    /// <summary>File of the broker's certificate, which nobody trusts by himself.</summary>
    public string BrokerCertificate => environment["CART_TEST_RABBITMQ_CERTIFICATE"];

    public string BrokerUser => environment["CART_TEST_RABBITMQ_USER"];

    public string BrokerPassword => environment["CART_TEST_RABBITMQ_PASSWORD"];

    /// <summary>Folder of the small disk, or null where the machine does not let us make one.</summary>
    public string? Disk { get; }

    public static bool AreWanted { get; } = TestStore.Server is not null;

    public static async Task<LocalServers> StartAsync()
    {
        var here = Directory.CreateTempSubdirectory("cart-servers-").FullName;
        await ScriptAsync("start", here);
        return new LocalServers(here, await ReadAsync(Path.Combine(here, "env")), await MakeDiskAsync(here));
    }

    /// <summary>Kills a server (<c>rabbitmq</c> or <c>postgres</c>): it has no time to say or to flush anything.</summary>
    public Task KillAsync(string server) => ScriptAsync("stop", folder, server);

    /// <summary>Starts it again, on the same port and with its data.</summary>
    public Task ResumeAsync(string server) => ScriptAsync("resume", folder, server);

    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection($"{Postgres};Database={database};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the node.</summary>
    public Task<string> BrokerControlAsync(params string[] arguments) =>
        RunAsync("bash", ["-c", ". \"$0\" && exec rabbitmqctl --quiet \"$@\"", environment["CART_TEST_RABBITMQ_ENVIRONMENT"], .. arguments]);

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {error}");
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        await ScriptAsync("stop", folder);
        if (Disk is not null) await RunAsync("umount", ["-l", Disk]);
        Directory.Delete(folder, recursive: true);
    }

    // What the script starts keeps running, so that nothing of ours may be joined to it.
    private static Task<string> ScriptAsync(string verb, params string[] arguments) =>
        RunAsync("bash", ["-c", "\"$0\" \"$@\" >/dev/null 2>\"$2/said\" || { cat \"$2/said\" >&2; exit 1; }", Environment.GetEnvironmentVariable("CART_TEST_SERVERS")!, verb, .. arguments]);

    private static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string file) =>
        (await RunAsync("bash", ["-c", ". \"$0\"; env", file])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);

    private static async Task<string?> MakeDiskAsync(string folder)
    {
        var disk = Path.Combine(folder, "disk");
        Directory.CreateDirectory(disk);
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={DiskSize},mode=0777", "tmpfs", disk]) { UseShellExecute = false, RedirectStandardError = true })!;
        await mount.WaitForExitAsync();
        return mount.ExitCode == 0 ? disk : null;
    }
}
