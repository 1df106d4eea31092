using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;
using RabbitMQ.Client;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>
/// A database and a virtual host of its own at the servers of the test run, made with the files of <c>deploy/</c> and with no more rights than these give.
/// Skips the test where there are no such servers (<c>deploy/local/servers</c> starts them).
/// </summary>
internal sealed class TestServers
{
    // Where the files say cart: other tests use the same servers.
    private readonly string name = "cart" + Guid.NewGuid().ToString("N")[..12];
    private readonly NpgsqlConnectionStringBuilder postgres = new(Variable("CART_TEST_POSTGRES"));
    private readonly string host = Variable("CART_TEST_RABBITMQ_HOST");
    private readonly string port = Variable("CART_TEST_RABBITMQ_PORT");
    private readonly string control = Variable("CART_TEST_RABBITMQ_ENVIRONMENT");

    private TestServers()
    {
    }

    /// <param name="databasePassword">As the environment of the compose file has it.</param>
    /// <param name="busPassword">The same.</param>
    public static async Task<TestServers> PrepareAsync(string databasePassword, string busPassword)
    {
        var servers = new TestServers();
        await servers.MakeDatabaseAsync(databasePassword);
        await servers.MakeVirtualHostAsync(busPassword);
        return servers;
    }

    /// <summary>The environment of a service with the names of the containers replaced by where these servers are.</summary>
    public void Map(Dictionary<string, string> environment)
    {
        var store = new NpgsqlConnectionStringBuilder(environment["CART__Store__ConnectionString"]);
        Assert.Equal(("postgres", "cart", "cart"), (store.Host, store.Database, store.Username));
        (store.Host, store.Port, store.Database, store.Username) = (postgres.Host, postgres.Port, name, name);
        environment["CART__Store__ConnectionString"] = store.ToString();

        Assert.Equal(("rabbitmq", "cart", "cart"), (environment["CART__Bus__Host"], environment["CART__Bus__VirtualHost"], environment["CART__Bus__User"]));
        (environment["CART__Bus__Host"], environment["CART__Bus__Port"]) = (host, port);
        (environment["CART__Bus__VirtualHost"], environment["CART__Bus__User"]) = (name, name);
    }

    /// <summary>Messages of each queue.</summary>
    public async Task<Dictionary<string, int>> QueuesAsync() => (await RabbitAsync($"rabbitmqctl -q -p {name} list_queues --no-table-headers name messages"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
        .ToDictionary(pair => pair[0], pair => int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>Puts a message into a queue, as the bus library writes one.</summary>
    public async Task SendAsync(string queue, string password, string envelope)
    {
        var factory = new ConnectionFactory
        {
            HostName = host,
            Port = int.Parse(port, System.Globalization.CultureInfo.InvariantCulture),
            VirtualHost = name,
            UserName = name,
            Password = password,
        };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync(
            exchange: queue, routingKey: "", mandatory: false, new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true },
            System.Text.Encoding.UTF8.GetBytes(envelope));
    }

    /// <summary>The schemas of the database and the owner of each.</summary>
    public async Task<Dictionary<string, string>> SchemasAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.ToString()) { Database = name, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname LIKE 'cart\\_%'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var schemas = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync()) schemas.Add(reader.GetString(0), reader.GetString(1) == name ? "cart" : reader.GetString(1));
        return schemas;
    }

    public async Task RemoveAsync()
    {
        await RabbitAsync($"rabbitmqctl -q delete_vhost {name} && rabbitmqctl -q delete_user {name}");
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.ToString()) { Database = "postgres", Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE {name} WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
        await using var forget = new NpgsqlCommand($"DROP ROLE {name}", connection);
        await forget.ExecuteNonQueryAsync();
    }

    private async Task MakeDatabaseAsync(string password)
    {
        var file = Path.GetTempFileName();
        var sql = DeployFiles.Text("deploy/postgres/init.sql");
        foreach (var before in new[] { "ROLE ", "DATABASE ", "TO ", "\\connect " }) sql = sql.Replace(before + "cart", before + name, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, sql);
        var psql = System.Environment.GetEnvironmentVariable("CART_TEST_POSTGRES_BIN") is { } folder ? Path.Combine(folder, "psql") : "psql";
        await RunAsync(
            psql, ["-q", "-v", "ON_ERROR_STOP=1", "-h", postgres.Host!, "-p", $"{postgres.Port}", "-U", postgres.Username!, "-d", "postgres", "-f", file],
            ("CART_DB_PASSWORD", password), ("PGPASSWORD", postgres.Password ?? ""));
        File.Delete(file);
    }

    private async Task MakeVirtualHostAsync(string password)
    {
        var definitions = JsonNode.Parse(DeployFiles.Text("deploy/rabbitmq/definitions.json"))!;
        foreach (var made in definitions["vhosts"]!.AsArray()) made!["name"] = name;
        foreach (var permission in definitions["permissions"]!.AsArray()) (permission!["user"], permission["vhost"]) = (name, name);
        foreach (var policy in definitions["policies"]!.AsArray()) policy!["vhost"] = name;
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, definitions.ToJsonString());
        await RabbitAsync($"rabbitmqctl -q add_user {name} {password} && rabbitmqctl -q import_definitions {file}");
        File.Delete(file);
    }

    private Task<string> RabbitAsync(string command) => RunAsync("bash", ["-c", $". '{control}' && {command}"]);

    private static async Task<string> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await error}{output}");
        return output;
    }

    private static string Variable(string variable)
    {
        var value = System.Environment.GetEnvironmentVariable(variable);
        Assert.SkipUnless(value is { Length: > 0 }, variable + " is not set: deploy/local/servers starts the servers");
        return value!;
    }
}
