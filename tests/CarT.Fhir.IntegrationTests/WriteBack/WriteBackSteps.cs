using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.R4.Client;
using CarT.Fhir.Simulator.Faults;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.WriteBack;
using CarT.Fhir.WriteBack.Reconciliation;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;
using Dapper;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>
/// Write-back step by step, without sockets, threads or waits: simulated charting systems in process, a clock that the test moves, and no hosted
/// service. The same steps, in the same order, as in a running process.
/// </summary>
internal sealed class WriteBackSteps : IAsyncDisposable
{
    private const int MostRounds = 1000;
    private readonly WebApplication app;
    private readonly ReplayClock clock;

    private WriteBackSteps(WebApplication app, ReplayClock clock, IReadOnlyDictionary<string, TargetSystem> targets)
    {
        this.app = app;
        this.clock = clock;
        Targets = targets;
    }

    /// <summary>By the name of the target.</summary>
    public IReadOnlyDictionary<string, TargetSystem> Targets { get; }

    /// <summary>The charting system of the target <c>chart</c>.</summary>
    public TargetSystem Chart => Targets["chart"];

    public DateTimeOffset Now => clock.GetUtcNow();

    public static Task<WriteBackSteps> BuildAsync(string[] targets, params RequestRule[] faultsOfChart) => BuildAsync(targets, seed: 1, faultsOfChart);

    /// <param name="targets">Names of the targets; the first of interest is <c>chart</c>.</param>
    /// <param name="seed">Of all chance.</param>
    /// <param name="faultsOfChart">Faults of <c>chart</c>.</param>
    /// <param name="store">Directory of the database, to go on with that of another; null: a new one.</param>
    /// <param name="mode">Of every target.</param>
    /// <param name="at">The time at the start; null: a morning.</param>
    public static async Task<WriteBackSteps> BuildAsync(
        string[] targets, int seed, RequestRule[] faultsOfChart, string? store = null, string mode = "live", DateTimeOffset? at = null)
    {
        var time = new ReplayClock(at ?? new DateTimeOffset(2026, 3, 25, 9, 0, 0, TimeSpan.Zero));
        var systems = targets.ToDictionary(name => name, name => new TargetSystem(name, time, seed, name == "chart" ? faultsOfChart : []), StringComparer.Ordinal);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cart:Api:Secrets:0"] = WriteBackHost.Secret,
            ["Cart:Sources:ward:Namespace"] = "ward-patients",
            ["Cart:Sources:ward:BaseUrl"] = systems["chart"].BaseUrl,
            ["Cart:Sources:ward:Provides:0"] = "labs",
            ["Cart:Sources:ward:Subscription:Secrets:0"] = WriteBackHost.Secret,
        });
        builder.Configuration.AddInMemoryCollection(systems.Values.SelectMany(system => new[]
        {
            KeyValuePair.Create($"Cart:Targets:{system.Name}:BaseUrl", (string?)system.BaseUrl),
            KeyValuePair.Create($"Cart:Targets:{system.Name}:Source", (string?)"ward"),
            KeyValuePair.Create($"Cart:Targets:{system.Name}:Mode", (string?)mode),
        }));
        builder.Configuration.AddInMemoryCollection(TestStore.Settings(store ?? WriteBackHost.NewStore()));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(new Jitter(new Random(seed)));
        builder.Services.AddSingleton(new FhirClients(time, address => systems.Values.Single(system => address.AbsoluteUri == system.BaseUrl).Handler(), quickRetries: 0));
        // The bus keeps the logging of the first host of a flow; a second one after it must not find that disposed.
        LogContext.Current = null;
        var host = await CartHost.BuildAsync(builder, [new WriteBackModule()], CancellationToken.None);
        await host.Services.GetRequiredService<IBusControl>().StartAsync(CancellationToken.None);
        var steps = new WriteBackSteps(host, time, systems);
        await steps.Get<Reconciler>().RegisterAsync(CancellationToken.None);
        await steps.ProbeAsync();
        return steps;
    }

    /// <summary>A revision becomes the wanted state of every target.</summary>
    public async Task WantAsync(AssessmentChanged message)
    {
        var wanted = Get<WantedState>();
        await Get<WantedStore>().WantAsync([.. Targets.Keys], message, stored => wanted.Next(stored, message), CancellationToken.None);
    }

    /// <summary>Everything that is due now in every target.</summary>
    public async Task RunAsync()
    {
        foreach (var target in Get<TargetRegistry>().All)
        {
            for (var rounds = 0; await Get<Reconciler>().TryOneAsync(target, "worker", CancellationToken.None); rounds++)
                Assert.True(rounds < MostRounds, "the work does not come to an end");
        }
    }

    /// <summary>Time goes on, and what is due by then is done.</summary>
    public Task RunAsync(TimeSpan later)
    {
        clock.AdvanceTo(Now + later);
        return RunAsync();
    }

    /// <summary>The machine works until nothing waits in a target, at most so long by the clock.</summary>
    public async Task SettleAsync(TimeSpan atMost, string target = "chart")
    {
        var end = Now + atMost;
        await RunAsync();
        while (await WaitingAsync(target) > 0)
        {
            Assert.True(Now < end, "not settled in time");
            await RunAsync(TimeSpan.FromSeconds(1));
        }
    }

    public async Task WriteAsync(AssessmentChanged message)
    {
        await WantAsync(message);
        await SettleAsync(TimeSpan.FromMinutes(30));
    }

    public Task ProbeAsync() => Get<CapabilityProbe>().ProbeDueAsync(CancellationToken.None);

    public Task<int> SweepAsync() => Get<LedgerRetention>().SweepAsync(CancellationToken.None);

    public Task<long> WaitingAsync(string target = "chart") => Get<TargetStore>().WaitingAsync(target, CancellationToken.None);

    /// <summary>Outcomes in the ledger for a type, in order.</summary>
    public async Task<string> OutcomesAsync(string type = "Flag", string target = "chart") => string.Join(' ', await Database.ReadAsync(
        connection => connection.QueryAsync<string>("SELECT outcome FROM ledger WHERE type = @type AND target = @target ORDER BY id", new { type, target }), CancellationToken.None));

    /// <summary>Changes the store behind the service's back.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        Database.WriteAsync((connection, transaction) => connection.ExecuteAsync(sql, parameters, transaction), CancellationToken.None);

    /// <summary>Rows of a table.</summary>
    public Task<long> CountAsync(string table) =>
        Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), CancellationToken.None);

    /// <summary>A target as operators see it.</summary>
    public async Task<JsonObject> TargetAsync(string name = "chart") =>
        JsonNode.Parse(await CallAsync("GET", "/admin/targets"))!.AsArray().Single(target => (string?)target!["name"] == name)!.AsObject();

    /// <summary>An operator has what was refused tried again.</summary>
    public Task RetryAsync(string target = "chart") => CallAsync("POST", "/admin/targets/{name}/retry", ("name", target));

    public async ValueTask DisposeAsync()
    {
        await app.Services.GetRequiredService<IBusControl>().StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        foreach (var target in Targets.Values) await target.Ehr.DisposeAsync();
    }

    private T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    private CartDatabase Database => app.Services.GetRequiredKeyedService<CartDatabase>(WriteBackModule.ServiceName);

    // Calls a route without a server.
    private async Task<string> CallAsync(string method, string pattern, params (string Name, string Value)[] values)
    {
        var endpoint = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Single(candidate =>
            candidate.RoutePattern.RawText == pattern && candidate.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains(method));
        using var body = new MemoryStream();
        await using var scope = app.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Method = method;
        context.Request.Headers.Authorization = "Bearer " + WriteBackHost.Secret;
        foreach (var (name, value) in values) context.Request.RouteValues[name] = value;
        context.Response.Body = body;
        await endpoint.RequestDelegate!(context);
        Assert.InRange(context.Response.StatusCode, 200, 299);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}

/// <summary>A simulated charting system with its faults, which notes each request.</summary>
internal sealed class TargetSystem
{
    public TargetSystem(string name, TimeProvider clock, int seed, RequestRule[] rules)
    {
        Name = name;
        Faults = new RequestFaults(seed, clock, rules);
        Ehr = new SimulatedEhr(clock, new SimulatedEhrOptions { Around = Answer });
        Ehr.Put(JsonNode.Parse("""{"resourceType":"Patient","id":"p1"}""")!.AsObject());
    }

    public string Name { get; }

    public string BaseUrl => $"http://{Name}.example/fhir";

    public SimulatedEhr Ehr { get; }

    public RequestFaults Faults { get; }

    /// <summary><c>METHOD path</c> of every request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>False for a server that keeps no versions: none in a resource, an ETag or a Location.</summary>
    public bool HasVersions { get; set; } = true;

    /// <summary>True for a server that finds a versioned reference by nothing but the whole of it (Medplum, fhir-candle).</summary>
    public bool FindsWholeReferences { get; set; }

    public HttpMessageHandler Handler() => new InProcessHandler(Ehr, BaseUrl);

    public int Count(string method, string type) => Requests.Count(request => request == $"{method} {type}" || request.StartsWith($"{method} {type}/", StringComparison.Ordinal));

    /// <summary>Status of every Flag, oldest first.</summary>
    public string Statuses => string.Join(' ', Ehr.All("Flag").Select(flag => (string?)flag["status"]));

    public JsonObject Flag => Assert.Single(Ehr.All("Flag"));

    private CarT.Fhir.Simulator.Server.FhirAnswer Answer(FhirRequest request, Func<FhirRequest, CarT.Fhir.Simulator.Server.FhirAnswer> serve)
    {
        Requests.Enqueue($"{request.Method} {request.Path}");
        if (FindsWholeReferences && request is { Method: "GET", Path: "Provenance" } && !request.Query.Contains("_history", StringComparison.Ordinal))
            request = request with { Query = "target=Flag/none" };
        var answer = Faults.Answer(request, serve);
        return HasVersions || answer.Body.IsEmpty ? answer : WithoutVersions(answer);
    }

    private static CarT.Fhir.Simulator.Server.FhirAnswer WithoutVersions(CarT.Fhir.Simulator.Server.FhirAnswer answer)
    {
        var body = JsonNode.Parse(answer.Body.Span)!.AsObject();
        foreach (var resource in (body["entry"] as JsonArray)?.Select(entry => entry!["resource"]) ?? [body]) (resource?["meta"] as JsonObject)?.Remove("versionId");
        return answer with
        {
            Body = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()),
            ETag = null,
            Location = answer.Location?.Split("/_history/")[0],
        };
    }
}
