using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Listener;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>The listener in its real host, with a consumer in the place of the protocol service and a temporary directory as its store.</summary>
public sealed class ListenerHost : IAsyncDisposable
{
    public const string HookSecret = "hook-secret-of-the-tests";
    public const string ApiSecret = "api-secret-of-the-tests";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication app;
    private readonly HttpClient http;
    private readonly Protocol protocol;

    private ListenerHost(WebApplication app, Protocol protocol)
    {
        this.app = app;
        this.protocol = protocol;
        http = new HttpClient(new SocketsHttpHandler());
        http.BaseAddress = new Uri(app.Urls.First());
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", HookSecret);
    }

    public static Task<ListenerHost> StartAsync(
        string directory, FakeEhr ehr, bool receipts = true, ShiftedTime? time = null, Dictionary<string, string?>? settings = null) =>
        StartAsync(directory, ehr.BaseUrl, receipts, time, settings);

    /// <summary>The same before any FHIR server.</summary>
    public static async Task<ListenerHost> StartAsync(
        string directory, string baseUrl, bool receipts = true, ShiftedTime? time = null, Dictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Cart:Api:Secrets:0"] = ApiSecret,
            ["Cart:Sources:main:BaseUrl"] = baseUrl,
            ["Cart:Sources:main:Provides:0"] = "labs",
            ["Cart:Sources:main:Provides:1"] = "doses",
            ["Cart:Sources:main:Subscription:Secrets:0"] = HookSecret,
        });
        builder.Configuration.AddInMemoryCollection(TestStore.Settings(directory));
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders();
        if (time is not null) builder.Services.AddSingleton<TimeProvider>(time);
        // The bus library keeps its log in a static; of a host that is gone it would be a disposed one.
        LogContext.Current = null;
        var standIn = new Protocol(receipts);
        var host = await CartHost.BuildAsync(builder, [new ListenerModule(), standIn], CancellationToken.None);
        await host.StartAsync();
        return new ListenerHost(host, standIn);
    }

    /// <summary>A service of the host.</summary>
    internal T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Sends a body to the hook with the right secret.</summary>
    public Task<HttpResponseMessage> PostAsync(string body, string? contentType = "application/fhir+json") =>
        SendAsync(HttpMethod.Post, "/fhir/hook/main", new ByteArrayContent(Encoding.UTF8.GetBytes(body)), contentType);

    public Task<HttpResponseMessage> PutAsync(string reference, string body) =>
        SendAsync(HttpMethod.Put, "/fhir/hook/main/" + reference, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), "application/fhir+json");

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, string? contentType, string? secret = HookSecret)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (contentType is not null) content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret);
        if (secret is null) http.DefaultRequestHeaders.Authorization = null;
        return http.SendAsync(request);
    }

    /// <summary>Where the host listens.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>Sends a request as it is.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => http.SendAsync(request);

    /// <summary>From now on the place of the protocol service takes no message; disposing lets it go on.</summary>
    public IDisposable Stall() => protocol.Stall();

    /// <summary>The next message that reached the place of the protocol service.</summary>
    public async Task<FactsRecorded> NextFactsAsync() => await protocol.Seen.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>True when a message comes within the time.</summary>
    public async Task<bool> HasFactsWithinAsync(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            return await protocol.Seen.Reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public Task ReceiptAsync(IReadOnlyList<long> rowIds) =>
        app.Services.GetRequiredService<IBus>().Publish(new FactsApplied { Source = "main", RowIds = rowIds });

    public async Task<JsonElement> AdminAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, null, ApiSecret);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    /// <summary>The source in /admin/sources.</summary>
    public async Task<JsonElement> SourceAsync() => (await AdminAsync("/admin/sources"))[0];

    /// <summary>Waits until the source has this many rows in a status.</summary>
    public Task RowsAsync(string status, long count) => UntilAsync(async () =>
        (await SourceAsync()).GetProperty("rows").TryGetProperty(status, out var rows) && rows.GetInt64() == count);

    public async Task<List<JsonElement>> RefusedAsync() => [.. (await AdminAsync("/admin/refused")).GetProperty("items").EnumerateArray()];

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 400, "did not come true in time");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Stands where the protocol service stands: sees every message, and sends receipts or does not.</summary>
    private sealed class Protocol(bool receipts) : IServiceModule
    {
        public Channel<FactsRecorded> Seen { get; } = Channel.CreateUnbounded<FactsRecorded>();

        public bool Receipts { get; } = receipts;

        private volatile Task held = Task.CompletedTask;

        public IDisposable Stall()
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            held = gate.Task;
            return new Release(gate);
        }

        public string Name => "protocol-of-tests";

        public void AddServices(IServiceCollection services, CartOptions options) => services.AddSingleton(this);

        public void AddConsumers(IBusRegistrationConfigurator bus) => bus.AddConsumerOn<Consumer>(WireNames.ProtocolFactsRecorded, 4);

        public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options)
        {
        }

        private sealed class Release(TaskCompletionSource gate) : IDisposable
        {
            public void Dispose() => gate.SetResult();
        }

        private sealed class Consumer(Protocol protocol) : IConsumer<FactsRecorded>
        {
            public async Task Consume(ConsumeContext<FactsRecorded> context)
            {
                await protocol.held;
                await protocol.Seen.Writer.WriteAsync(context.Message);
                if (protocol.Receipts) await context.Publish(new FactsApplied { Source = context.Message.Source, RowIds = context.Message.RowIds });
            }
        }
    }
}

/// <summary>The machine's clock, moved forward by hand; timers run as ever.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long shiftTicks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref shiftTicks, by.Ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref shiftTicks));
}

/// <summary>A directory that is gone after the test.</summary>
public sealed class TemporaryStore : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cart-listener-").FullName;

    /// <summary>Changes the listener's database behind its back.</summary>
    public Task ExecuteAsync(string sql) => ScalarAsync(sql);

    /// <summary>The first value of a query on the listener's database.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = await TestStore.OpenAsync(Path, "listener");
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
