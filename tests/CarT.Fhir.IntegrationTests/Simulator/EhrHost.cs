using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.Simulator;

/// <summary>A simulated charting system behind real HTTP on a free loopback port, with a calendar that the test moves.</summary>
internal sealed class EhrHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private EhrHost(WebApplication app, SimulatedEhr ehr, ReplayClock clock)
    {
        this.app = app;
        Ehr = ehr;
        Clock = clock;
        Base = app.Urls.Single() + "/fhir";
        Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(Base + "/") };
    }

    public SimulatedEhr Ehr { get; }

    public ReplayClock Clock { get; }

    public HttpClient Client { get; }

    public string Base { get; }

    public static async Task<EhrHost> Start(SimulatedEhrOptions? options = null)
    {
        var clock = new ReplayClock(new DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.Zero));
        var ehr = new SimulatedEhr(clock, options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        ehr.MapEndpoints(server);
        await server.StartAsync();
        return new EhrHost(server, ehr, clock);
    }

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Answer> Post(string path, JsonObject body, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, path, body, headers);

    public Task<Answer> Put(string path, JsonObject body, params (string Name, string Value)[] headers) => Send(HttpMethod.Put, path, body, headers);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public async Task<Answer> Send(HttpMethod method, string path, JsonObject? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/fhir+json"));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            response.StatusCode,
            text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(),
            text,
            response.Headers.ETag?.ToString(),
            response.Headers.Location?.OriginalString,
            response.Content.Headers.LastModified);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Ehr.DisposeAsync();
        await app.DisposeAsync();
    }
}

internal sealed record Answer(HttpStatusCode Status, JsonObject? Body, string Text, string? ETag, string? Location, DateTimeOffset? LastModified)
{
    public string? IssueCode => Body?["issue"]?[0]?["code"]?.GetValue<string>();

    public string Id => Body!["id"]!.GetValue<string>();

    public int Total => Body!["total"]!.GetValue<int>();

    public IReadOnlyList<JsonObject> Entries => [.. (Body!["entry"] as JsonArray ?? []).Select(entry => entry!.AsObject())];

    public IReadOnlyList<string> Ids => [.. Entries.Select(entry => entry["resource"]!["id"]!.GetValue<string>())];

    public string? Next => (Body!["link"] as JsonArray)?.FirstOrDefault(link => link!["relation"]!.GetValue<string>() == "next")?["url"]!.GetValue<string>();
}

internal static class Resources
{
    public static JsonObject Observation(string? id = null, string code = "751-8", string patient = "p1", string value = "0.30", string day = "2026-02-01", string status = "final")
    {
        var json = JsonNode.Parse($$$"""
            {"resourceType":"Observation","status":"{{{status}}}","code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}]},
             "subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{day}}}T06:30:00+01:00",
             "valueQuantity":{"value":{{{value}}},"unit":"10*3/uL","system":"http://unitsofmeasure.org","code":"10*3/uL"}}
            """)!.AsObject();
        if (id is not null) json["id"] = id;
        return json;
    }

    public static JsonObject Flag(string identifier, string? id = null, string status = "active")
    {
        var json = JsonNode.Parse($$$"""
            {"resourceType":"Flag","identifier":[{"system":"urn:cart-fhir:flag","value":"{{{identifier}}}"}],"status":"{{{status}}}",
             "code":{"text":"Test"},"subject":{"reference":"Patient/p1"},"period":{"start":"2026-02-01"}}
            """)!.AsObject();
        if (id is not null) json["id"] = id;
        return json;
    }

    /// <summary>A rest-hook subscription; criteria that are a canonical make it topic-based.</summary>
    public static JsonObject Subscription(string endpoint, string criteria, bool payload = true) => new()
    {
        ["resourceType"] = "Subscription",
        ["status"] = "requested",
        ["reason"] = "test",
        ["criteria"] = criteria,
        ["channel"] = new JsonObject
        {
            ["type"] = "rest-hook",
            ["endpoint"] = endpoint,
            ["payload"] = payload ? "application/fhir+json" : null,
            ["header"] = new JsonArray("Authorization: Bearer secret"),
        },
    };
}
