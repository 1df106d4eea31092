using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Gateway;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.IntegrationTests.Protocol;
using Dapper;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Gateway;

/// <summary>The gateway alone on a real host, and a client that has the secret.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const string Secret = "0123456789abcdef-test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WebApplication app;
    private readonly ConcurrentQueue<AssessmentApplied> receipts;
    private readonly TempFolder store;

    private GatewayHost(WebApplication app, ConcurrentQueue<AssessmentApplied> receipts, TempFolder store)
    {
        this.app = app;
        this.receipts = receipts;
        this.store = store;
        Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(app.Urls.Single()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
    }

    public HttpClient Client { get; }

    /// <param name="baseUrl">Our configured address, or null.</param>
    /// <param name="authentication"><c>bearer</c> or <c>none</c>.</param>
    public static async Task<GatewayHost> StartAsync(string? baseUrl = "https://gateway.example.org", string authentication = "bearer")
    {
        var folder = new TempFolder();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cart:Api:Secrets:0"] = Secret,
            ["Cart:Api:BaseUrl"] = baseUrl,
            ["Cart:Api:Authentication"] = authentication,
        });
        builder.Configuration.AddInMemoryCollection(TestStore.Settings(folder.Path));
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        // MassTransit keeps the logger of an earlier host in this flow, disposed by now.
        LogContext.Current = null;
        var heard = new ConcurrentQueue<AssessmentApplied>();
        builder.Services.AddSingleton(heard);
        builder.Services.AddSingleton(new ClinicalClock(new WardClock(Revisions.AsOf)));
        var built = await CartHost.BuildAsync(builder, [new GatewayModule(), new ReceiptModule()], CancellationToken.None);
        await built.StartAsync();
        return new GatewayHost(built, heard, folder);
    }

    /// <summary>Sends revisions and waits for the receipt of each.</summary>
    public async Task ApplyAsync(params AssessmentChanged[] revisions)
    {
        foreach (var revision in revisions)
        {
            var before = Receipts(revision);
            await SendAsync(revision);
            await UntilAsync(() => Task.FromResult(Receipts(revision) > before), "receipt");
        }
    }

    /// <summary>The revision of the newest receipt.</summary>
    public long LastReceipt => receipts.Last().Revision;

    public Task SendAsync<T>(T message)
        where T : class => app.Services.GetRequiredService<IBus>().Publish(message);

    public Task<HttpResponseMessage> GetAsync(string path, string? accept = null, string? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.RelativeOrAbsolute));
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return Client.SendAsync(request);
    }

    /// <summary>The body of a 200.</summary>
    public async Task<JsonNode> JsonAsync(string path)
    {
        using var answer = await GetAsync(path);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {body}");
        return JsonNode.Parse(body)!;
    }

    public Task<T?> QueryAsync<T>(string sql) =>
        app.Services.GetRequiredKeyedService<CartDatabase>("gateway").ReadAsync(connection => connection.ExecuteScalarAsync<T>(sql), CancellationToken.None);

    public async Task UntilAsync(Func<Task<bool>> happened, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await happened())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "waited in vain for: " + what);
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        store.Dispose();
    }

    private int Receipts(AssessmentChanged revision) =>
        receipts.Count(receipt => receipt is { Consumer: "gateway" } && receipt.Patient == revision.Patient && receipt.Revision >= revision.Revision);

    /// <summary>Stands for the protocol service.</summary>
    private sealed class ReceiptModule : IServiceModule
    {
        public string Name => "receipts";

        public void AddServices(IServiceCollection services, CartOptions options)
        {
            // The queue of the test is there already.
        }

        public void AddConsumers(IBusRegistrationConfigurator bus) => bus.AddConsumerOn<ReceiptReader>(WireNames.ProtocolAssessmentApplied, 1);

        public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options)
        {
            // None.
        }
    }

    private sealed class ReceiptReader(ConcurrentQueue<AssessmentApplied> receipts) : IConsumer<AssessmentApplied>
    {
        public Task Consume(ConsumeContext<AssessmentApplied> context)
        {
            receipts.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
