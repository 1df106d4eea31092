using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>
/// A small FHIR server on a real socket that keeps what it is given, with versions, conditional create and If-Match, and that a test can make
/// misbehave: <see cref="On"/> answers a request in place of the server.
/// </summary>
internal sealed class ChartingSystem : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly Dictionary<string, JsonObject> resources = new(StringComparer.Ordinal);
    private readonly HashSet<string> deleted = new(StringComparer.Ordinal);
    private int nextId = 1;

    private ChartingSystem()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(ServeAsync);
    }

    public string BaseUrl => app.Urls.First() + "/fhir";

    /// <summary>Every request in order, <c>METHOD path</c>; without the capability statement.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Takes the place of the server where it returns true. Gets the server's own way of answering.</summary>
    public Func<HttpContext, Func<Task>, Task<bool>>? On { get; set; }

    /// <summary>The capability statement.</summary>
    public string Capabilities { get; set; } = Declaring("create update search-type", "create update search-type");

    public static async Task<ChartingSystem> StartAsync()
    {
        var server = new ChartingSystem();
        await server.app.StartAsync();
        return server;
    }

    /// <summary>Resources of a type, oldest first; copies.</summary>
    public IReadOnlyList<JsonObject> All(string type)
    {
        lock (gate) return [.. resources.Values.Where(resource => (string?)resource["resourceType"] == type).Select(Copy)];
    }

    /// <summary>Somebody else edits a resource: a new version.</summary>
    public void Edit(JsonObject resource, Action<JsonObject> edit)
    {
        lock (gate)
        {
            var stored = resources[KeyOf(resource)];
            edit(stored);
            Stamp(stored, VersionOf(stored) + 1);
        }
    }

    /// <summary>Somebody else adds a resource as it is, under a new id.</summary>
    public void AddTwin(JsonObject resource)
    {
        lock (gate) Insert(Copy(resource));
    }

    /// <summary>Somebody else deletes a resource.</summary>
    public void Delete(JsonObject resource)
    {
        lock (gate)
        {
            resources.Remove(KeyOf(resource));
            deleted.Add(KeyOf(resource));
        }
    }

    public int Count(string method, string type) => Requests.Count(request => request.StartsWith($"{method} /fhir/{type}", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        if (context.Request.Path == "/fhir/metadata")
        {
            await context.Response.WriteAsync(Capabilities);
            return;
        }
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        if (On is { } script && await script(context, () => AnswerAsync(context))) return;
        await AnswerAsync(context);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var body = context.Request.ContentLength is 0 || context.Request.Method == "GET" ? null : (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var (status, answer) = (context.Request.Method, parts.Length) switch
        {
            ("GET", 2) => (200, Search(parts[1], context.Request.Query)),
            ("GET", 3) => Read($"{parts[1]}/{parts[2]}"),
            ("POST", 2) => Create(parts[1], body!, context.Request.Headers["If-None-Exist"].ToString()),
            ("PUT", 3) => Update($"{parts[1]}/{parts[2]}", body!, context.Request.Headers.IfMatch.ToString()),
            _ => (404, null),
        };
        context.Response.StatusCode = status;
        if (answer?["meta"] is { } meta) context.Response.Headers.ETag = $"W/\"{meta["versionId"]}\"";
        if (answer is not null) await context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Search(string type, IQueryCollection query)
    {
        lock (gate)
        {
            var token = query["identifier"].ToString().Split('|');
            var target = query["target"].ToString();
            var found = resources.Values.Where(resource => (string?)resource["resourceType"] == type)
                .Where(resource => token.Length < 2 || HasIdentifier(resource, token[0], token[1]))
                .Where(resource => target.Length == 0 || ((string?)resource["target"]![0]!["reference"])!.StartsWith(target, StringComparison.Ordinal));
            var entries = found.Select(resource => new JsonObject { ["resource"] = Copy(resource), ["search"] = new JsonObject { ["mode"] = "match" } });
            return new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset", ["entry"] = new JsonArray([.. entries]) };
        }
    }

    private (int, JsonObject?) Read(string key)
    {
        lock (gate) return deleted.Contains(key) ? (410, null) : resources.TryGetValue(key, out var found) ? (200, Copy(found)) : (404, null);
    }

    private (int, JsonObject?) Create(string type, JsonObject body, string ifNoneExist)
    {
        lock (gate)
        {
            var token = Uri.UnescapeDataString(ifNoneExist.Replace("identifier=", "", StringComparison.Ordinal)).Split('|');
            var existing = token.Length < 2 ? null : resources.Values.FirstOrDefault(resource => (string?)resource["resourceType"] == type && HasIdentifier(resource, token[0], token[1]));
            return existing is null ? (201, Copy(Insert(body))) : (200, null);
        }
    }

    private (int, JsonObject?) Update(string key, JsonObject body, string ifMatch)
    {
        lock (gate)
        {
            if (deleted.Contains(key)) return (410, null);
            if (!resources.TryGetValue(key, out var stored)) return (404, null);
            if ((string?)body["id"] != key.Split('/')[1]) return (400, null);
            if (ifMatch.Length > 0 && ifMatch != $"W/\"{VersionOf(stored)}\"") return (412, null);
            resources[key] = body;
            Stamp(body, VersionOf(stored) + 1);
            return (200, Copy(body));
        }
    }

    private JsonObject Insert(JsonObject resource)
    {
        resource["id"] = "r" + nextId++;
        Stamp(resource, 1);
        resources[KeyOf(resource)] = resource;
        return resource;
    }

    private static void Stamp(JsonObject resource, int version)
    {
        var meta = resource["meta"] as JsonObject ?? [];
        resource["meta"] = null;
        meta["versionId"] = version.ToString(CultureInfo.InvariantCulture);
        meta["lastUpdated"] = TimeProvider.System.GetUtcNow().ToString("O");
        resource["meta"] = meta;
    }

    private static bool HasIdentifier(JsonObject resource, string system, string value) =>
        resource["identifier"] is JsonArray identifiers
        && identifiers.Any(identifier => (string?)identifier!["system"] == system && (string?)identifier["value"] == value);

    private static int VersionOf(JsonObject resource) => int.Parse((string)resource["meta"]!["versionId"]!);

    private static string KeyOf(JsonObject resource) => $"{resource["resourceType"]}/{resource["id"]}";

    private static JsonObject Copy(JsonObject resource) => resource.DeepClone().AsObject();

    /// <summary>A capability statement with these interactions, separated by blanks.</summary>
    public static string Declaring(string flag, string carePlan) => new JsonObject
    {
        ["resourceType"] = "CapabilityStatement",
        ["rest"] = new JsonArray(new JsonObject { ["mode"] = "server", ["resource"] = new JsonArray(Declared("Flag", flag), Declared("CarePlan", carePlan)) }),
    }.ToJsonString();

    private static JsonObject Declared(string type, string interactions) => new()
    {
        ["type"] = type,
        ["interaction"] = new JsonArray([.. interactions.Split(' ').Select(code => new JsonObject { ["code"] = code })]),
    };
}
