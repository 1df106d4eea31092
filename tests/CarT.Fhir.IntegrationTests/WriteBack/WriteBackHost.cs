using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.WriteBack;
using Dapper;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>Write-back as it is deployed, with a charting system to write to and the neighbours that read its messages.</summary>
internal sealed class WriteBackHost : IAsyncDisposable
{
    public const string Secret = "a-secret-for-the-tests";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly WebApplication app;

    private WriteBackHost(WebApplication app, Neighbours neighbours, MovableTime time, LogLines logs)
    {
        this.app = app;
        Neighbours = neighbours;
        Time = time;
        Logs = logs;
    }

    public Neighbours Neighbours { get; }

    public MovableTime Time { get; }

    public LogLines Logs { get; }

    public string Url => app.Urls.First();

    /// <param name="target">The charting system of the target <c>chart</c>.</param>
    /// <param name="store">Directory of the database; another host can go on with it.</param>
    /// <param name="mode">Of the target <c>chart</c>.</param>
    /// <param name="settings">More configuration, or other.</param>
    public static Task<WriteBackHost> StartAsync(
        ChartingSystem target, string store, string mode = "live", IReadOnlyDictionary<string, string?>? settings = null) =>
        StartAsync(target.BaseUrl, store, mode, settings);

    /// <param name="target">Base of the FHIR server that is the target <c>chart</c>.</param>
    /// <param name="store">Directory of the database; another host can go on with it.</param>
    /// <param name="mode">Of the target <c>chart</c>.</param>
    /// <param name="settings">More configuration, or other.</param>
    public static async Task<WriteBackHost> StartAsync(
        string target, string store, string mode = "live", IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cart:Api:Secrets:0"] = Secret,
            ["Cart:Sources:ward:Namespace"] = "ward-patients",
            ["Cart:Sources:ward:BaseUrl"] = target,
            ["Cart:Sources:ward:Provides:0"] = "labs",
            ["Cart:Sources:ward:Subscription:Secrets:0"] = Secret,
            ["Cart:Targets:chart:BaseUrl"] = target,
            ["Cart:Targets:chart:Source"] = "ward",
            ["Cart:Targets:chart:Mode"] = mode,
        });
        builder.Configuration.AddInMemoryCollection(TestStore.Settings(store));
        if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
        var logs = new LogLines();
        builder.Logging.AddProvider(logs);
        var time = new MovableTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        var neighbours = new Neighbours();
        builder.Services.AddSingleton(neighbours);
        // The bus keeps the logging of the first host of a flow; a second one after it must not find that disposed.
        LogContext.Current = null;
        var built = await CartHost.BuildAsync(builder, [new WriteBackModule(), new NeighboursModule()], CancellationToken.None);
        await built.StartAsync();
        return new WriteBackHost(built, neighbours, time, logs);
    }

    public static string NewStore() => Directory.CreateTempSubdirectory("cart-writeback-").FullName;

    public Task PublishAsync(AssessmentChanged message) => app.Services.GetRequiredService<IBus>().Publish(message);

    /// <summary>Publishes and waits until the target has what this revision wants, or the outcome that stands for it.</summary>
    public async Task SettleAsync(AssessmentChanged message)
    {
        await PublishAsync(message);
        await SettledAsync(message.Patient, message.Revision);
    }

    public Task SettledAsync(PatientKey patient, long revision) =>
        UntilAsync(
            async () => await ScalarAsync<long?>("SELECT settled_revision FROM patients WHERE patient = @Id", patient) >= revision,
            $"revision {revision} of {patient.Id} settled");

    /// <summary>Outcomes in the ledger for a resource type, in order.</summary>
    public async Task<IReadOnlyList<string>> OutcomesAsync(string type) =>
        await Database.ReadAsync(
            async connection => (await connection.QueryAsync<string>("SELECT outcome FROM ledger WHERE type = @type ORDER BY id", new { type })).AsList(), CancellationToken.None);

    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        Database.ReadAsync(connection => connection.ExecuteScalarAsync<T>(sql, parameters), CancellationToken.None);

    /// <summary>Changes the store behind the service's back.</summary>
    public Task<int> ExecuteAsync(string sql) =>
        Database.WriteAsync((connection, transaction) => connection.ExecuteAsync(sql, transaction: transaction), CancellationToken.None);

    /// <summary>A target as operators see it.</summary>
    public async Task<JsonObject> TargetAsync(string name = "chart")
    {
        using var http = Operator();
        return JsonNode.Parse(await http.GetStringAsync(Url + "/admin/targets"))!.AsArray().Single(target => (string?)target!["name"] == name)!.AsObject();
    }

    /// <summary>An operator asks for what was refused to be tried again.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> RetryAsync(string target)
    {
        using var http = Operator();
        using var answer = await http.PostAsync($"{Url}/admin/targets/{target}/retry", null);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) Assert.Fail("not in time: " + what);
            await Task.Delay(20);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static HttpClient Operator()
    {
        var http = new HttpClient(new SocketsHttpHandler());
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        return http;
    }

    private CartDatabase Database => app.Services.GetRequiredKeyedService<CartDatabase>(WriteBackModule.ServiceName);
}

/// <summary>The machine's clock, which a test can move forward.</summary>
internal sealed class MovableTime : TimeProvider
{
    private TimeSpan ahead;

    public void Advance(TimeSpan by) => ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}

/// <summary>Every line that was logged, with the exception that went with it.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(string? Event, string Text, Exception? Error)> All { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue((eventId.Name, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}

/// <summary>What the protocol service and the gateway would have received.</summary>
internal sealed class Neighbours
{
    public ConcurrentQueue<AssessmentApplied> Receipts { get; } = new();

    public ConcurrentQueue<WriteBackSettled> Settled { get; } = new();
}

internal sealed class NeighboursModule : IServiceModule
{
    public string Name => "neighbours";

    public void AddServices(IServiceCollection services, CartOptions options)
    {
    }

    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumerOn<ReceiptConsumer>("test-receipts", 1);
        bus.AddConsumerOn<SettledConsumer>("test-settled", 1);
    }

    public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options)
    {
    }

    internal sealed class ReceiptConsumer(Neighbours neighbours) : IConsumer<AssessmentApplied>
    {
        public Task Consume(ConsumeContext<AssessmentApplied> context)
        {
            neighbours.Receipts.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    internal sealed class SettledConsumer(Neighbours neighbours) : IConsumer<WriteBackSettled>
    {
        public Task Consume(ConsumeContext<WriteBackSettled> context)
        {
            neighbours.Settled.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
