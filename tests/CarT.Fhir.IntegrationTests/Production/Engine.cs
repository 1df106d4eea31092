using System.Net;
using System.Text;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.Standalone.Demo;
using Dapper;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>
/// The production engine: a listener, two of protocol, two of write-back and a gateway, each a process of its own, on PostgreSQL and RabbitMQ, with a
/// simulated EHR that is source and target.
/// </summary>
internal sealed class Engine : IAsyncDisposable
{
    public const string ApiSecret = "api-secret-of-the-test-run";
    public const string HookSecret = "hook-secret-of-the-test";
    private const string Database = "cart";
    private const string VirtualHost = "cart";
    private const string Tablespace = "small_disk";
    private const int LinesTold = 6;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(5) }, disposeHandler: false);
    private readonly string folder = Directory.CreateTempSubdirectory("cart-engine-").FullName;
    private readonly string listenerUrl = $"http://127.0.0.1:{LoopbackPort.Free()}";
    private readonly List<ServiceProcess> processes = [];

    private Engine(LocalServers servers, Hospital hospital, EhrFaults ehrFaults)
    {
        Servers = servers;
        Hospital = hospital;
        EhrFaults = ehrFaults;
    }

    public LocalServers Servers { get; }

    public Hospital Hospital { get; }

    public EhrFaults EhrFaults { get; }

    /// <summary>More of the environment of what is started from now on.</summary>
    public Dictionary<string, string> MoreEnvironment { get; } = [];

    public string ConnectionString => $"{Servers.Postgres};Database={Database}";

    public static async Task<Engine> StartAsync()
    {
        var servers = await LocalServers.StartAsync();
        var faults = new EhrFaults();
        var engine = new Engine(servers, await Hospital.OpenAsync(options: new SimulatedEhrOptions { Intercept = faults.Answer }), faults);
        try
        {
            await engine.PrepareServersAsync();
            await engine.StartAllAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of each, and a second of protocol and write-back.</summary>
    public async Task StartAllAsync()
    {
        foreach (var service in (string[])["listener", "protocol", "protocol", "writeback", "writeback", "gateway"]) Start(service);
        foreach (var process in processes.Where(process => !process.HasEnded)) await process.ReadyAsync();
    }

    public IReadOnlyList<ServiceProcess> Of(string service) => [.. processes.Where(process => process.Service == service && !process.HasEnded)];

    /// <summary>Starts one more process of a service, which dies at a failpoint when one is given.</summary>
    public ServiceProcess Start(string service, string? failpoint = null)
    {
        var environment = Environment();
        foreach (var (key, value) in MoreEnvironment) environment[key] = value;
        if (failpoint is not null) environment[CartProcess.FailpointVariable] = failpoint;
        var url = service == "listener" ? listenerUrl : $"http://127.0.0.1:{LoopbackPort.Free()}";
        var process = ServiceProcess.Start(service, url, folder, environment);
        processes.Add(process);
        return process;
    }

    /// <summary>Ends every process of these services, or of all: kill -9.</summary>
    public async Task KillAsync(params string[] services)
    {
        foreach (var process in processes.Where(process => services.Length == 0 || services.Contains(process.Service))) await process.KillAsync();
    }

    /// <summary>Everything that a test may have left broken is put right: EHR, servers, environment, processes.</summary>
    public async Task MendAsync()
    {
        EhrFaults.Recover();
        MoreEnvironment.Clear();
        await KillAsync();
        foreach (var server in (string[])["rabbitmq", "postgres"])
        {
            await Servers.KillAsync(server);
            await Servers.ResumeAsync(server);
        }
        await StartAllAsync();
    }

    /// <summary>How each process is, and the end of what it said. The patients of these tests are made up.</summary>
    public async Task<string> DescribeAsync()
    {
        var lines = new List<string>();
        foreach (var process in processes.Where(process => process.Service is "listener" || !process.WasKilled))
        {
            var state = process.HasEnded ? "ended" : await process.IsReadyAsync() ? "ready" : "not ready";
            lines.Add($"{process.Service} {state}: {string.Join(" | ", process.Said().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LinesTold))}");
        }
        return string.Join(System.Environment.NewLine, lines);
    }

    /// <summary>The EHR tells of a change. True when it was acknowledged.</summary>
    public async Task<bool> NotifyAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, listenerUrl + path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + HookSecret);
        request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            using var answer = await Http.SendAsync(request, patience.Token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A number from the store of a service.</summary>
    public async Task<long> CountAsync(string service, string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Search Path=cart_{service};Pooling=false");
        await connection.OpenAsync();
        return await connection.ExecuteScalarAsync<long>(sql, parameters);
    }

    /// <summary>What is not done anywhere: at the door, on the way, at the readers, at the target.</summary>
    public async Task<long> BacklogAsync() =>
        await CountAsync("listener", "SELECT (SELECT COUNT(*) FROM notifications WHERE status = 'received') + (SELECT COUNT(*) FROM deliveries WHERE done_ticks IS NULL) + (SELECT COUNT(*) FROM backfills WHERE state <> 'done')")
        + await CountAsync("protocol", "SELECT COUNT(*) FROM patients WHERE due_reason IS NOT NULL OR LEAST(writeback_done_revision, gateway_done_revision) < revision")
        + await CountAsync("writeback", "SELECT COUNT(*) FROM patients WHERE settled_revision < revision");

    public async Task AtRestAsync(int seconds = 90)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await BacklogAsync() is > 0 and var left)
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds)) throw new TimeoutException($"After {seconds} s there is still a backlog of {left}");
            await Task.Delay(100);
        }
    }

    /// <summary>A connection to the broker, beside the product's own.</summary>
    public Task<IConnection> ConnectAsync() => new ConnectionFactory
    {
        HostName = Servers.BrokerHost,
        Port = Servers.BrokerPort,
        VirtualHost = VirtualHost,
        UserName = Servers.BrokerUser,
        Password = Servers.BrokerPassword,
    }.CreateConnectionAsync();

    /// <summary>Whether there is such a queue. Asked on a channel of its own, which the broker closes when there is none.</summary>
    public async Task<bool> HasQueueAsync(string queue)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            await channel.QueueDeclarePassiveAsync(queue);
            return true;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }

    /// <summary>What <c>rabbitmqctl list_queues</c> tells, a line a queue, its columns separated by tabs.</summary>
    public async Task<IReadOnlyList<string[]>> QueuesAsync(params string[] columns) =>
        [.. (await Servers.BrokerControlAsync(["list_queues", "-p", VirtualHost, "--no-table-headers", .. columns]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync();
        await Hospital.DisposeAsync();
        await Servers.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Writes a backup of all stores as they are at one moment (<c>pg_dump</c>), while everything runs.</summary>
    public Task BackUpAsync(string file) => LocalServers.RunAsync(Path.Combine(Servers.PostgresBin, "pg_dump"), ["--format=custom", "--file=" + file, "--dbname=" + Uri]);

    /// <summary>The database is lost, and made anew from a backup. Nothing may run meanwhile.</summary>
    public async Task RestoreAsync(string file)
    {
        await Servers.ExecuteAsync($"DROP DATABASE {Database} WITH (FORCE)");
        await CreateDatabaseAsync();
        await LocalServers.RunAsync(Path.Combine(Servers.PostgresBin, "pg_restore"), ["--no-tablespaces", "--exit-on-error", "--dbname=" + Uri, file]);
    }

    private string Uri
    {
        get
        {
            var server = new NpgsqlConnectionStringBuilder(Servers.Postgres);
            return $"postgresql://{server.Username}@{server.Host}:{server.Port}/{Database}";
        }
    }

    private Task CreateDatabaseAsync() =>
        Servers.ExecuteAsync($"CREATE DATABASE {Database} TEMPLATE template0{(Servers.Disk is null ? "" : " TABLESPACE " + Tablespace)}");

    private async Task PrepareServersAsync()
    {
        if (Servers.Disk is { } disk)
        {
            await LocalServers.RunAsync("install", ["-d", "-m", "0700", .. IsRoot ? (string[])["-o", "postgres"] : [], disk + "/tables"]);
            await Servers.ExecuteAsync($"CREATE TABLESPACE {Tablespace} LOCATION '{disk}/tables'");
        }
        await CreateDatabaseAsync();
        await Servers.BrokerControlAsync("add_vhost", VirtualHost);
        await Servers.BrokerControlAsync("set_permissions", "-p", VirtualHost, Servers.BrokerUser, ".*", ".*", ".*");
    }

    private static bool IsRoot => System.Environment.UserName == "root";

    private Dictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["CART__Store__Kind"] = "postgres",
        ["CART__Store__ConnectionString"] = ConnectionString,
        ["CART__Bus__Kind"] = "rabbitmq",
        ["CART__Bus__Host"] = Servers.BrokerHost,
        ["CART__Bus__Port"] = $"{Servers.BrokerPort}",
        ["CART__Bus__VirtualHost"] = VirtualHost,
        ["CART__Bus__User"] = Servers.BrokerUser,
        ["CART__Bus__Password"] = Servers.BrokerPassword,
        ["CART__Api__BaseUrl"] = "http://127.0.0.1",
        ["CART__Api__Secrets__0"] = ApiSecret,
        ["CART__Sources__main__BaseUrl"] = Hospital.Base,
        ["CART__Sources__main__Provides__0"] = "labs",
        ["CART__Sources__main__Provides__1"] = "doses",
        ["CART__Sources__main__Provides__2"] = "transfusions",
        ["CART__Sources__main__Subscription__Secrets__0"] = HookSecret,
        ["CART__Sources__main__Poll__Every"] = "00:00:05",
        ["CART__Sources__main__Poll__MaxRequestsPerMinute"] = "0",
        ["CART__FirstSight__Quiet"] = "00:00:00.3",
        ["CART__Targets__main__BaseUrl"] = Hospital.Base,
        ["CART__Targets__main__Source"] = "main",
        ["Logging__LogLevel__Default"] = "Warning",
    };
}
