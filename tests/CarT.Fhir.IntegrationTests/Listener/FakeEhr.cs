using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>A FHIR server with just enough: read by id, and create and search of Subscriptions.</summary>
public sealed class FakeEhr : IAsyncDisposable
{
    private readonly WebApplication app;
    private int faults;
    private int created;
    private volatile TaskCompletionSource? hanging;

    private FakeEhr(WebApplication app) => this.app = app;

    /// <summary>Resources by <c>Type/id</c>.</summary>
    public ConcurrentDictionary<string, string> Resources { get; } = new();

    /// <summary>Paths that were read, in order.</summary>
    public ConcurrentQueue<string> Reads { get; } = new();

    /// <summary>Statuses with which paths are answered instead.</summary>
    public ConcurrentDictionary<string, int> Refuses { get; } = new();

    /// <summary>Searches of other types than Subscription, in order: <c>Type?query</c>.</summary>
    public ConcurrentQueue<string> Searches { get; } = new();

    /// <summary>Answers a search of another type than Subscription; null: 404.</summary>
    public Func<string, IResult?>? OnSearch { get; set; }

    public ConcurrentDictionary<string, JsonObject> Subscriptions { get; } = new();

    /// <summary>True for a server that takes no extension on the channel.</summary>
    public bool RefusesChannelExtensions { get; set; }

    /// <summary>True for a server that keeps no extension on the criteria.</summary>
    public bool ForgetsFilters { get; set; }

    /// <summary>A link to the next page in every answer to a search; null for none.</summary>
    public string? NextLink { get; set; }

    /// <summary>Answers <c>GET Subscription/{id}/{operation}</c>, given id, operation and query; null: the server has no operations.</summary>
    public Func<string, string, string, IResult>? Operation { get; set; }

    /// <summary>How many Subscriptions the server takes from one client.</summary>
    public int MostSubscriptions { get; set; } = int.MaxValue;

    /// <summary>False for a server that deletes nothing.</summary>
    public bool TakesDeletes { get; set; } = true;

    /// <summary>True for a server whose search shows no Subscription.</summary>
    public bool HidesFromSearch { get; set; }

    /// <summary>True for a server that shows neither the address nor the headers of a channel.</summary>
    public bool HidesChannels { get; set; }

    /// <summary>True for a server that takes a Subscription and keeps none.</summary>
    public bool ForgetsSubscriptions { get; set; }

    /// <summary>The answer to a read of a Subscription; null: it is answered.</summary>
    public int? SubscriptionReadsAre { get; set; }

    /// <summary>How often a Subscription was read.</summary>
    public int SubscriptionReads { get; private set; }

    /// <summary>What the server does with a Subscription that it has stored, before it answers its create.</summary>
    public Func<JsonObject, Task>? BeforeCreateAnswers { get; set; }

    /// <summary>Methods and paths of every write of a Subscription, in order.</summary>
    public ConcurrentQueue<string> Writes { get; } = new();

    public string BaseUrl => app.Urls.First() + "/fhir";

    public static async Task<FakeEhr> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var ehr = new FakeEhr(builder.Build());
        ehr.app.MapGet("/fhir/Subscription", ehr.Search);
        ehr.app.MapPost("/fhir/Subscription", ehr.CreateAsync);
        ehr.app.MapGet("/fhir/Subscription/{id}", ehr.ReadSubscription);
        ehr.app.MapPut("/fhir/Subscription/{id}", ehr.UpdateAsync);
        ehr.app.MapDelete("/fhir/Subscription/{id}", ehr.Delete);
        ehr.app.MapGet("/fhir/Subscription/{id}/{operation}", (string id, string operation, HttpRequest request) =>
            ehr.Operation?.Invoke(id, operation, request.QueryString.Value ?? "") ?? Results.NotFound());
        ehr.app.MapGet("/fhir/{type}/{id}", ehr.ReadAsync);
        ehr.app.MapGet("/fhir/{type}", ehr.SearchAsync);
        await ehr.app.StartAsync();
        return ehr;
    }

    /// <summary>Answers the next requests with 503 and a wish to wait.</summary>
    public void FailNext(int requests) => Interlocked.Exchange(ref faults, requests);

    /// <summary>From now on reads are accepted and not answered.</summary>
    public void Hang() => hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers what hangs, and everything after it.</summary>
    public void Recover()
    {
        var held = hanging;
        hanging = null;
        held?.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Recover();
        await app.DisposeAsync();
    }

    private async Task<IResult> ReadAsync(string type, string id, HttpResponse response)
    {
        Reads.Enqueue($"{type}/{id}");
        if (hanging is { } held) await held.Task.WaitAsync(response.HttpContext.RequestAborted);
        if (Fails(response)) return Results.StatusCode(503);
        if (Refuses.TryGetValue($"{type}/{id}", out var status)) return Results.StatusCode(status);
        return Resources.TryGetValue($"{type}/{id}", out var json) ? Results.Text(json, "application/fhir+json") : Results.NotFound();
    }

    private async Task<IResult> SearchAsync(string type, HttpRequest request)
    {
        var search = type + Uri.UnescapeDataString(request.QueryString.Value ?? "");
        Searches.Enqueue(search);
        if (hanging is { } held) await held.Task.WaitAsync(request.HttpContext.RequestAborted);
        return OnSearch?.Invoke(search) ?? Results.NotFound();
    }

    private IResult Search(string url, HttpResponse response)
    {
        if (Fails(response)) return Results.StatusCode(503);
        var found = Subscriptions.Values.Where(subscription => !HidesFromSearch && subscription["channel"]!["endpoint"]!.GetValue<string>() == url);
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "searchset",
            ["entry"] = new JsonArray([.. found.Select(subscription => new JsonObject { ["resource"] = Shown(subscription) })]),
        };
        if (NextLink is not null) bundle["link"] = new JsonArray(new JsonObject { ["relation"] = "next", ["url"] = NextLink });
        return Results.Text(bundle.ToJsonString(), "application/fhir+json");
    }

    private async Task<IResult> CreateAsync(HttpRequest request, HttpResponse response)
    {
        if (Fails(response)) return Results.StatusCode(503);
        var subscription = (await JsonSerializer.DeserializeAsync<JsonObject>(request.Body))!;
        if (RefusesChannelExtensions && subscription["channel"]!["extension"] is not null) return Results.StatusCode(422);
        if (Subscriptions.Count >= MostSubscriptions) return Results.StatusCode(400);
        var id = "s" + Interlocked.Increment(ref created);
        Writes.Enqueue("POST " + id);
        subscription["id"] = id;
        if (ForgetsFilters) subscription.Remove("_criteria");
        if (!ForgetsSubscriptions) Subscriptions[id] = subscription;
        if (BeforeCreateAnswers is { } act) await act(subscription);
        return Results.Text(Shown(subscription).ToJsonString(), "application/fhir+json", statusCode: 201);
    }

    private IResult ReadSubscription(string id)
    {
        SubscriptionReads++;
        if (SubscriptionReadsAre is { } status) return Results.StatusCode(status);
        return Subscriptions.TryGetValue(id, out var subscription) ? Results.Text(Shown(subscription).ToJsonString(), "application/fhir+json") : Results.NotFound();
    }

    private JsonNode Shown(JsonObject subscription)
    {
        var shown = subscription.DeepClone();
        if (!HidesChannels) return shown;
        shown["channel"]!.AsObject().Remove("endpoint");
        shown["channel"]!.AsObject().Remove("header");
        return shown;
    }

    private async Task<IResult> UpdateAsync(string id, HttpRequest request)
    {
        var subscription = (await JsonSerializer.DeserializeAsync<JsonObject>(request.Body))!;
        Writes.Enqueue("PUT " + id);
        Subscriptions[id] = subscription;
        return Results.Text(subscription.ToJsonString(), "application/fhir+json");
    }

    private IResult Delete(string id)
    {
        if (!TakesDeletes) return Results.StatusCode(405);
        Writes.Enqueue("DELETE " + id);
        return Subscriptions.TryRemove(id, out _) ? Results.NoContent() : Results.NotFound();
    }

    private bool Fails(HttpResponse response)
    {
        if (Interlocked.Decrement(ref faults) < 0) return false;
        response.Headers.RetryAfter = "0";
        return true;
    }
}
