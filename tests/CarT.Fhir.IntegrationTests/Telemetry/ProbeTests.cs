using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Protocol;
using CarT.Fhir.Standalone.Demo;
using Dapper;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>Each probe fails for its own reason and for no other: only a process that a restart helps is called dead.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class ProbeTests : IAsyncDisposable
{
    private static readonly TimeSpan LongerThanAnyTurn = Heartbeats.LongestTurn + TimeSpan.FromSeconds(1);
    private readonly string store = Directory.CreateTempSubdirectory("cart-probes-").FullName;
    private readonly MachineTime time = new();
    private readonly string url = $"http://127.0.0.1:{LoopbackPort.Free()}";
    private WebApplication? app;

    [Fact]
    public async Task All_three_are_well_in_a_host_that_works()
    {
        await StartAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), await ProbesAsync());
        Assert.Equal(["database-protocol", "masstransit-bus", "startup", "workers"], (await ReadyAsync()).Keys.Order());
    }

    [Fact]
    public async Task Startup_is_not_over_before_the_bus_and_the_workers_run_and_no_longer_when_the_host_stops()
    {
        var host = await BuildAsync();
        Assert.Equal(HealthStatus.Unhealthy, await StartupAsync(host));

        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, await StartupAsync(host));

        host.Lifetime.StopApplication();
        Assert.Equal(HealthStatus.Unhealthy, await StartupAsync(host));
    }

    [Fact]
    public async Task Ready_fails_while_the_database_does_not_answer_and_live_does_not()
    {
        var host = await StartAsync();
        var database = host.Services.GetRequiredKeyedService<CartDatabase>("protocol");
        await AlterAsync(database, "ALTER TABLE schema_migrations RENAME TO gone");
        time.Advance(LongerThanAnyTurn);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), await ProbesAsync());
        Assert.Equal("Unhealthy", (await ReadyAsync())["database-protocol"]);

        await AlterAsync(database, "ALTER TABLE gone RENAME TO schema_migrations");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), await ProbesAsync());
    }

    [Fact]
    public async Task Ready_fails_while_the_bus_is_not_connected_and_live_does_not()
    {
        var host = await StartAsync();
        await host.Services.GetRequiredService<IBusControl>().StopAsync(TestContext.Current.CancellationToken);
        time.Advance(LongerThanAnyTurn);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), await ProbesAsync());
        Assert.Equal("Unhealthy", (await ReadyAsync())["masstransit-bus"]);
    }

    [Fact]
    public async Task Ready_fails_when_a_worker_has_died()
    {
        var worker = new MortalWorker();
        await StartAsync(builder =>
        {
            builder.Services.AddHostedService(_ => worker);
            // The host would stop at once; an orchestrator may ask before it has.
            builder.Services.PostConfigure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        });
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), await ProbesAsync());

        worker.Die();

        await UntilAsync(async () => (await ProbesAsync()).Ready == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("Unhealthy", (await ReadyAsync())["workers"]);
        Assert.Equal(HttpStatusCode.OK, (await ProbesAsync()).Live);
    }

    [Fact]
    public async Task Live_fails_when_a_worker_hangs_in_its_turn_and_not_before_the_longest_turn_is_over()
    {
        await using var hospital = await Hospital.OpenAsync();
        var hang = new TaskCompletionSource();
        var failpoints = new Failpoints(name => new ValueTask(name == Failpoints.ListenerRead ? hang.Task : Task.CompletedTask));
        await using var cart = await CartInProcess.StartAsync(hospital, "none", prepare: builder =>
        {
            builder.Services.AddSingleton(failpoints);
            builder.Services.AddSingleton<TimeProvider>(time);
        });
        var platelets = Clinical.Platelets("p1", "plt-1", time.GetUtcNow(), 12);
        // Else it would be read at the source, and who waits for a source is not stuck.
        platelets["meta"] = JsonNode.Parse("""{"versionId":"1","lastUpdated":"2026-01-01T08:00:00Z"}""");
        using var notification = new HttpRequestMessage(HttpMethod.Put, "/fhir/hook/main/Observation/plt-1")
        {
            Headers = { { "Authorization", "Bearer " + CartProcess.HookSecret } },
            Content = new StringContent(platelets.ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/fhir+json")),
        };
        (await cart.Http.SendAsync(notification, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        // It hangs by now, or will in a moment.
        await UntilAsync(() => Task.FromResult(cart.Services.GetRequiredService<Heartbeats>().Running.Contains("listener.normalise")));
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync(cart.Http, "live"));

        time.Advance(LongerThanAnyTurn);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ProbeAsync(cart.Http, "live"));

        hang.SetResult();
        await UntilAsync(async () => await ProbeAsync(cart.Http, "live") == HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        Directory.Delete(store, recursive: true);
    }

    private async Task<WebApplication> BuildAsync(Action<WebApplicationBuilder>? prepare = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = url;
        foreach (var (key, value) in TestStore.Settings(store)) builder.Configuration[key] = value;
        builder.Configuration["Cart:Api:Secrets:0"] = CartInProcess.ApiSecret;
        builder.Services.AddSingleton<TimeProvider>(time);
        prepare?.Invoke(builder);
        return app = await CartHost.BuildAsync(builder, [new ProtocolModule()], TestContext.Current.CancellationToken);
    }

    private async Task<WebApplication> StartAsync(Action<WebApplicationBuilder>? prepare = null)
    {
        var host = await BuildAsync(prepare);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private static async Task<HealthStatus> StartupAsync(WebApplication host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("startup"), TestContext.Current.CancellationToken)).Status;

    private static Task<int> AlterAsync(CartDatabase database, string sql) =>
        database.WriteAsync((connection, transaction) => connection.ExecuteAsync(sql, transaction: transaction), TestContext.Current.CancellationToken);

    private async Task<(HttpStatusCode Live, HttpStatusCode Startup, HttpStatusCode Ready)> ProbesAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(url) };
        return (await ProbeAsync(http, "live"), await ProbeAsync(http, "startup"), await ProbeAsync(http, "ready"));
    }

    private async Task<Dictionary<string, string>> ReadyAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(url) };
        using var answer = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        var checks = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["checks"]!.AsObject();
        return checks.ToDictionary(check => check.Key, check => check.Value!.GetValue<string>());
    }

    private static async Task<HttpStatusCode> ProbeAsync(HttpClient http, string probe)
    {
        using var answer = await http.GetAsync("/health/" + probe, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
            await Task.Delay(30);
        }
    }

    private sealed class MortalWorker : BackgroundService
    {
        private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Die() => end.SetException(new InvalidOperationException("it died"));

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => end.Task.WaitAsync(stoppingToken);
    }
}
