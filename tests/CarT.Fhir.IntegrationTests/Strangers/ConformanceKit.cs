using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.Listener;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>
/// A server that behaves like the client suite of Inferno's Subscriptions R5 Backport test kit 0.12.1: it takes one Subscription of a bearer that it knows, serves
/// create, read and <c>$status</c> and nothing else (no search, no update, no delete), shakes hands, goes on only when that was answered by exactly 200,
/// and sends one event.
/// </summary>
public sealed class ConformanceKit : IAsyncDisposable
{
    public const string Bearer = "run-42";
    public const string Topic = "https://kit.example.org/topics/lab-result";
    private const string Backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    private readonly WebApplication app;
    private readonly HttpClient http = new(new SocketsHttpHandler());
    private readonly ConcurrentQueue<string> requests = new();
    private JsonObject? subscription;
    private string status = "requested";
    private int events;

    private ConformanceKit(WebApplication app) => this.app = app;

    /// <summary>Method and path of every request that came, in order.</summary>
    public IReadOnlyCollection<string> Requests => requests;

    /// <summary>The issues with which creates were refused, in order.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    /// <summary>The Subscription as it was created; null before.</summary>
    public JsonObject? Subscription => subscription;

    public string BaseUrl => app.Urls.First() + "/suite/fhir";

    public static async Task<ConformanceKit> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var kit = new ConformanceKit(builder.Build());
        kit.app.Use((context, next) =>
        {
            kit.requests.Enqueue($"{context.Request.Method} {context.Request.Path.Value![("/suite/fhir".Length)..]}");
            context.Response.StatusCode = 404;
            return context.Request.Headers.Authorization == "Bearer " + Bearer ? next(context) : Task.CompletedTask;
        });
        kit.app.MapPost("/suite/fhir/Subscription", kit.CreateAsync);
        kit.app.MapGet("/suite/fhir/Subscription/{id}", kit.Read);
        kit.app.MapGet("/suite/fhir/Subscription/{id}/$status", (string id) => kit.IsOurs(id) ? Json(kit.StatusBundle("query-status", "searchset"), 200) : Results.NotFound());
        await kit.app.StartAsync();
        return kit;
    }

    /// <summary>The handshake, with the headers that the Subscription asks for.</summary>
    public async Task<HttpResponseMessage> ShakeHandsAsync()
    {
        var answer = await SendAsync(StatusBundle("handshake", "history"));
        status = answer.StatusCode == HttpStatusCode.OK ? "active" : "error";
        return answer;
    }

    /// <summary>One event in the form that the Subscription asks for. A Subscription that is not active has none.</summary>
    public async Task<HttpResponseMessage> NotifyAsync(string observationId)
    {
        if (status != "active") throw new InvalidOperationException("The handshake was not answered by 200.");
        events++;
        var bundle = StatusBundle("event-notification", "history");
        var payload = subscription!["channel"]!["_payload"]!["extension"]![0]!["valueCode"]!.GetValue<string>();
        var happening = new JsonObject { ["name"] = "notification-event", ["part"] = new JsonArray(Part("event-number", "valueString", "1"), Part("timestamp", "valueInstant", Now())) };
        bundle["entry"]![0]!["resource"]!["parameter"]!.AsArray().Add(happening);
        if (payload == "empty") return await SendAsync(bundle);
        var url = $"{BaseUrl}/Observation/{observationId}";
        happening["part"]!.AsArray().Add(new JsonObject { ["name"] = "focus", ["valueReference"] = new JsonObject { ["reference"] = url } });
        bundle["entry"]!.AsArray().Add(JsonNode.Parse(Bodies.Entry(url, "POST", payload == "full-resource" ? Bodies.Platelets(observationId) : null)));
        return await SendAsync(bundle);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    private async Task<IResult> CreateAsync(HttpRequest request)
    {
        var wanted = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        var channel = wanted["channel"]?.AsObject();
        var fault = Text(wanted, "resourceType") != "Subscription" ? "invalid"
            : Text(channel, "type") != "rest-hook" ? "business-rule"
            : !IsHttpUrl(Text(channel, "endpoint")) || !IsHttpUrl(Text(wanted, "criteria")) ? "value"
            : channel!["extension"]?.AsArray().Any(extension => Text(extension!.AsObject(), "url") == Backport + "backport-heartbeat-period") == true ? "not-supported"
            : subscription is not null ? "business-rule"
            : null;
        if (fault is not null)
        {
            Refusals.Enqueue(fault);
            return Json(new JsonObject { ["resourceType"] = "OperationOutcome", ["issue"] = new JsonArray(new JsonObject { ["severity"] = "error", ["code"] = fault }) }, 400);
        }
        wanted["id"] = Guid.NewGuid().ToString();
        wanted["status"] = "requested";
        if (Text(channel, "payload") is not ("application/fhir+json" or "application/json")) channel!["payload"] = "application/fhir+json";
        subscription = wanted;
        return Json(wanted, 201);
    }

    private IResult Read(string id)
    {
        if (!IsOurs(id)) return Results.NotFound();
        var shown = subscription!.DeepClone().AsObject();
        shown["status"] = status;
        return Json(shown, 200);
    }

    private bool IsOurs(string id) => subscription is not null && Text(subscription, "id") == id;

    private JsonObject StatusBundle(string type, string bundleType)
    {
        var url = $"{BaseUrl}/Subscription/{Text(subscription, "id")}";
        var parameters = new JsonObject
        {
            ["resourceType"] = "Parameters",
            ["parameter"] = new JsonArray(
                new JsonObject { ["name"] = "subscription", ["valueReference"] = new JsonObject { ["reference"] = url } },
                Part("topic", "valueCanonical", Topic),
                Part("status", "valueCode", type == "handshake" ? "requested" : status),
                Part("type", "valueCode", type),
                Part("events-since-subscription-start", "valueString", events.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        };
        var entry = new JsonObject { ["fullUrl"] = "urn:uuid:" + Guid.NewGuid(), ["resource"] = parameters };
        if (bundleType == "searchset") entry["search"] = new JsonObject { ["mode"] = "match", ["score"] = 1 };
        else
        {
            entry["request"] = new JsonObject { ["method"] = "GET", ["url"] = url + "/$status" };
            entry["response"] = new JsonObject { ["status"] = "200" };
        }
        return new JsonObject { ["resourceType"] = "Bundle", ["type"] = bundleType, ["timestamp"] = Now(), ["entry"] = new JsonArray(entry) };
    }

    private Task<HttpResponseMessage> SendAsync(JsonObject bundle)
    {
        var channel = subscription!["channel"]!.AsObject();
        var request = new HttpRequestMessage(HttpMethod.Post, Text(channel, "endpoint"));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(bundle.ToJsonString()));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Text(channel, "payload")!);
        foreach (var header in channel["header"]?.AsArray() ?? [])
        {
            var (name, value) = header!.GetValue<string>().Split(": ", 2) is [var left, var right] ? (left, right) : throw new InvalidOperationException("A header without a value.");
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return http.SendAsync(request);
    }

    private static JsonObject Part(string name, string type, string value) => new() { ["name"] = name, [type] = value };

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsHttpUrl(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    private static string? Text(JsonObject? json, string name) => json?[name]?.GetValue<string>();

    private static IResult Json(JsonObject body, int status) => Results.Text(body.ToJsonString(), "application/json", Encoding.UTF8, status);
}
