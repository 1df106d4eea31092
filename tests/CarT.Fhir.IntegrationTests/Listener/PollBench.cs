using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Listener;
using CarT.Fhir.Listener.Normalising;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;
using CarT.Fhir.Simulator.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>
/// The listener taken apart into its steps, before a simulated EHR in the same process, on a clock that stands still until the test moves it. Nothing runs
/// by itself.
/// </summary>
internal sealed class PollBench : IAsyncDisposable
{
    private const string Base = "http://ehr.test/fhir";
    private readonly TemporaryStore directory = new();
    private WebApplication app;

    private PollBench(Dictionary<string, string?> settings, TimeSpan ehrAhead)
    {
        Settings = settings;
        Ehr = new SimulatedEhr(new Ahead(Time, ehrAhead), new SimulatedEhrOptions { BaseUrl = Base });
        Wire = new Wire(Ehr, Time, ehrAhead);
        app = null!;
    }

    public static JsonObject Infusion => Clinical.Infusion("p1", new DateTimeOffset(2026, 2, 20, 6, 0, 0, TimeSpan.Zero));

    public static JsonObject Platelets(string id, decimal thousands, string status = "final") =>
        Clinical.Platelets("p1", id, new DateTimeOffset(2026, 3, 1, 6, 0, 0, TimeSpan.Zero), thousands, status);

    public StandingTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public SimulatedEhr Ehr { get; }

    public Wire Wire { get; }

    public TemporaryStore Store => directory;

    public Source Source => app.Services.GetRequiredService<SourceTable>().All.Single();

    public Poller Poller => app.Services.GetRequiredService<Poller>();

    private Dictionary<string, string?> Settings { get; }

    /// <param name="settings">More configuration of the source, below <c>Cart:Sources:main</c>.</param>
    /// <param name="ehrAhead">How far the clock of the EHR is ahead of ours.</param>
    public static async Task<PollBench> OpenAsync(Dictionary<string, string?>? settings = null, TimeSpan ehrAhead = default)
    {
        var bench = new PollBench(settings ?? [], ehrAhead);
        await bench.StartAsync();
        return bench;
    }

    /// <summary>Everything in memory is gone; the store is as it was.</summary>
    public async Task RestartAsync()
    {
        await app.DisposeAsync();
        await StartAsync();
    }

    /// <summary>One step of the poller, and all the rows that it left.</summary>
    public async Task<bool> PollAsync()
    {
        var polled = await Poller.PollOnceAsync(Source, CancellationToken.None);
        await WorkAsync();
        return polled;
    }

    /// <summary>The time of the next poll comes, and it is made.</summary>
    public async Task NextPollAsync()
    {
        Time.Advance(TimeSpan.FromMinutes(7));
        Xunit.Assert.True(await PollAsync());
    }

    /// <summary>Works every row that can be worked.</summary>
    public async Task WorkAsync()
    {
        var normaliser = app.Services.GetRequiredService<Normaliser>();
        while (await normaliser.WorkOneAsync(new Lane(Source, Asks: false), CancellationToken.None)
            || await normaliser.WorkOneAsync(new Lane(Source, Asks: true), CancellationToken.None))
        {
        }
    }

    /// <summary>A body arrives as if pushed, and is worked.</summary>
    public async Task PushAsync(string body)
    {
        await StoreAsync(body);
        await WorkAsync();
    }

    /// <summary>A body arrives and is not worked yet.</summary>
    public Task StoreAsync(string body) =>
        app.Services.GetRequiredService<ListenerStore>().AddAsync(
            new NewNotification
            {
                Source = Source.Name,
                ReceivedAt = Time.GetUtcNow(),
                Method = "POST",
                Headers = "{}",
                Body = System.Text.Encoding.UTF8.GetBytes(body),
                Kind = NotificationKind.Resource,
            },
            refusal: null, CancellationToken.None);

    /// <summary>A sender says that something changed and not what.</summary>
    public Task PingAsync(DateTimeOffset? receivedAt = null) =>
        app.Services.GetRequiredService<ListenerStore>().SettleAsync(
            new WorkedRow(0, Source.Name, RowStatus.Done) { ReceivedAt = receivedAt ?? Time.GetUtcNow(), AsksCatchUp = true }, CancellationToken.None);

    public async Task<long> RowsAsync() => (long)(await directory.ScalarAsync("SELECT COUNT(*) FROM notifications"))!;

    /// <summary>The watermark of the question for results.</summary>
    public async Task<DateTimeOffset> WatermarkAsync(string query = "Observation?%") => new(
        (long)(await directory.ScalarAsync($"SELECT watermark_ticks FROM poll_watermarks WHERE query LIKE '{query}'"))!, TimeSpan.Zero);

    public async Task<string?> OutcomeAsync() => await directory.ScalarAsync("SELECT outcome FROM polls") as string;

    /// <summary>Every version that was made ready to be sent, in order.</summary>
    public async Task<List<ResourceVersion>> VersionsAsync()
    {
        var bodies = await directory.ScalarAsync("SELECT '[' || STRING_AGG(body, ',') || ']' FROM (SELECT body FROM deliveries ORDER BY id) AS ordered") as string;
        return [.. JsonSerializer.Deserialize<List<List<ResourceVersion>>>(bodies ?? "[]", CartJson.Options)!.SelectMany(versions => versions)];
    }

    /// <summary>The versions of one resource that were made ready to be sent, in order.</summary>
    public async Task<List<ResourceVersion>> VersionsOfAsync(string reference) => (await VersionsAsync()).FindAll(version => version.Resource.Reference == reference);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Ehr.DisposeAsync();
        directory.Dispose();
    }

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Cart:Api:Secrets:0"] = ListenerHost.ApiSecret,
            ["Cart:Sources:main:BaseUrl"] = Base,
            ["Cart:Sources:main:Provides:0"] = "labs",
            ["Cart:Sources:main:Subscription:Secrets:0"] = ListenerHost.HookSecret,
            ["Cart:Sources:main:Poll:MaxRequestsPerMinute"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(TestStore.Settings(directory.Path));
        builder.Configuration.AddInMemoryCollection(Settings.ToDictionary(pair => "Cart:Sources:main:" + pair.Key, pair => pair.Value));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(new Jitter(new Random(1)));
        builder.Services.AddSingleton(new FhirClients(Time, _ => Wire));
        app = await CartHost.BuildAsync(builder, [new ListenerModule()], CancellationToken.None);
    }

    private sealed class Ahead(TimeProvider time, TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + by;
    }
}

/// <summary>A clock that stands still until it is moved. Timers never fire: nothing in a step waits.</summary>
internal sealed class StandingTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => now += by;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>The way to the simulated EHR, with what can go wrong on it.</summary>
internal sealed class Wire(SimulatedEhr ehr, TimeProvider time, TimeSpan ehrAhead) : HttpMessageHandler
{
    /// <summary>Every request, path and query, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers in the place of the EHR; null lets the request through.</summary>
    public Func<string, HttpResponseMessage?> Instead { get; set; } = _ => null;

    /// <summary>Ids of resources that no search shows yet.</summary>
    public HashSet<string> Hidden { get; } = [];

    /// <summary>Whether answers tell the time.</summary>
    public bool TellsTime { get; set; } = true;

    /// <summary>Whether the capability statement names the history.</summary>
    public bool DeclaresHistory { get; set; } = true;

    public static HttpResponseMessage Throttle(string retryAfter)
    {
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery["/fhir/".Length..];
        Requests.Enqueue(path);
        var response = Instead(path) ?? Answer(request, path);
        if (TellsTime) response.Headers.Date ??= time.GetUtcNow() + ehrAhead;
        return Task.FromResult(response);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string path)
    {
        var parts = path.Split('?', 2);
        var answer = ehr.Answer(new FhirRequest(
            request.Method.Method, parts[0], parts.Length > 1 ? parts[1] : "", new Dictionary<string, string>(), default, "http://ehr.test/fhir"));
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status);
        if (answer.ETag is not null) response.Headers.TryAddWithoutValidation("ETag", answer.ETag);
        if (!answer.Body.IsEmpty) response.Content = new ByteArrayContent(Altered(answer.Body.ToArray()));
        return response;
    }

    private byte[] Altered(byte[] body)
    {
        if (Hidden.Count == 0 && DeclaresHistory) return body;
        var json = JsonNode.Parse(body)!.AsObject();
        if (json["entry"] is JsonArray entries)
        {
            var shown = entries.Where(entry => !Hidden.Contains(IdOf(entry!))).Select(entry => entry!.DeepClone()).ToArray();
            if (json["total"] is { } total) json["total"] = total.GetValue<int>() - (entries.Count - shown.Length);
            json["entry"] = new JsonArray(shown);
        }
        if (!DeclaresHistory && json["resourceType"]!.GetValue<string>() == "CapabilityStatement") json.Remove("rest");
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    private static string IdOf(JsonNode entry) => entry["resource"]?["id"]?.GetValue<string>() ?? "";
}
