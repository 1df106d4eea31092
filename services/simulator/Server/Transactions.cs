using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server.Search;
using CarT.Fhir.Simulator.Server.Store;
using Microsoft.AspNetCore.WebUtilities;

namespace CarT.Fhir.Simulator.Server;

/// <summary>
/// Batch and transaction (R4 http.html#transaction). A transaction runs its deletes, creates, updates and reads in that order, all or nothing,
/// and replaces references to the <c>fullUrl</c> of an entry by the id that the entry got.
/// </summary>
internal sealed class Transactions(ResourceStore store, Writes writes, Func<FhirRequest, FhirAnswer> answer)
{
    private static readonly string[] Order = ["DELETE", "POST", "PUT", "PATCH", "GET", "HEAD"];

    private sealed record Entry(int Index, string? FullUrl, JsonObject? Resource, FhirRequest Request)
    {
        public string Type => Request.Path.Split('/')[0];
    }

    public FhirAnswer Run(FhirRequest request)
    {
        var bundle = Json.Resource(request.Body);
        var kind = Json.Text(bundle["type"]);
        if (Json.Text(bundle["resourceType"]) != "Bundle" || kind is not ("batch" or "transaction"))
            throw FhirProblemException.Invalid("The base accepts a Bundle of type batch or transaction");
        var entries = Json.Objects(bundle["entry"]).Select((entry, index) => Read(entry, index, request)).ToList();
        var answers = kind == "batch" ? entries.ConvertAll(entry => answer(entry.Request)) : store.Atomically(() => RunAll(entries));
        return new FhirAnswer((int)HttpStatusCode.OK, Json.Bytes(new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = kind + "-response",
            ["entry"] = new JsonArray([.. answers.Select(ResponseEntry)]),
        }));
    }

    private static Entry Read(JsonObject entry, int index, FhirRequest outer)
    {
        var request = entry["request"] as JsonObject;
        var url = (Json.Text(request?["url"]) ?? throw FhirProblemException.Invalid($"Entry {index} has no request.url")).Split('?', 2);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (member, header) in new[] { ("ifMatch", "If-Match"), ("ifNoneExist", "If-None-Exist"), ("ifNoneMatch", "If-None-Match") })
            if (Json.Text(request?[member]) is { } value)
                headers[header] = value;
        if (outer.Header("Prefer") is { } prefer) headers["Prefer"] = prefer;
        var path = url[0].StartsWith(outer.BaseUrl + "/", StringComparison.Ordinal) ? url[0][(outer.BaseUrl.Length + 1)..] : url[0].TrimStart('/');
        var resource = entry["resource"] as JsonObject;
        return new Entry(index, Json.Text(entry["fullUrl"]), resource, outer with
        {
            Method = Json.Text(request?["method"]) ?? "",
            Path = path,
            Query = url.Length > 1 ? url[1] : "",
            Headers = headers,
            Body = resource is null ? default : Json.Bytes(resource),
        });
    }

    private List<FhirAnswer> RunAll(List<Entry> entries)
    {
        var ids = entries.Where(entry => entry.FullUrl is not null).ToDictionary(entry => entry.FullUrl!, Target, StringComparer.Ordinal);
        var answers = new FhirAnswer[entries.Count];
        foreach (var entry in entries.OrderBy(entry => Array.IndexOf(Order, entry.Request.Method)))
        {
            var result = answers[entry.Index] = RunOne(entry, ids);
            if (result.Status >= 400) throw new FhirProblemException((HttpStatusCode)result.Status, "processing", $"Entry {entry.Index} failed: {Reason(result)}");
        }

        return [.. answers];
    }

    // A create gets its id before anything runs, so that entries can point at it in any order.
    private string Target(Entry entry)
    {
        var (method, type) = (entry.Request.Method, entry.Type);
        if (!SearchParameters.IsKnown(type)) throw FhirProblemException.Invalid($"Entry {entry.Index} names no resource type of this server");
        var condition = method == "POST" ? entry.Request.Header("If-None-Exist") : method == "PUT" && entry.Request.Query.Length > 0 ? entry.Request.Query : null;
        if (condition is not null && writes.Match(type, condition) is { } existing) return existing.Reference;
        return method == "POST" || condition is not null ? $"{type}/{store.NewId(type)}" : entry.Request.Path;
    }

    private FhirAnswer RunOne(Entry entry, Dictionary<string, string> ids)
    {
        if (entry.Resource is null) return answer(entry.Request);
        var resource = entry.Resource.DeepClone().AsObject();
        PointTo(resource, ids);
        var request = entry.Request with { Body = Json.Bytes(resource) };
        var isNew = entry.FullUrl is not null && (request.Method == "POST" || request.Query.Length > 0)
            && ids[entry.FullUrl].Split('/') is [var type, var id] && store.Head(type, id) is null;
        if (!isNew) return answer(request);
        var target = ids[entry.FullUrl!];
        resource["id"] = target.Split('/')[1];
        return answer(request with { Method = "PUT", Path = target, Query = "", Headers = Without(request.Headers, "If-None-Exist"), Body = Json.Bytes(resource) });
    }

    private void PointTo(JsonNode node, Dictionary<string, string> ids)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.OfType<JsonNode>()) PointTo(item, ids);
            return;
        }

        if (node is not JsonObject parent) return;
        if (Json.Text(parent["reference"]) is { } reference && Resolve(reference, ids) is { } target) parent["reference"] = target;
        foreach (var (_, child) in parent)
            if (child is not null)
                PointTo(child, ids);
    }

    private string? Resolve(string reference, Dictionary<string, string> ids)
    {
        if (ids.TryGetValue(reference, out var target)) return target;
        if (reference.Split('?', 2) is not [var type, var condition] || !SearchParameters.IsKnown(type)) return null;
        return writes.Match(type, condition)?.Reference
            ?? throw new FhirProblemException(HttpStatusCode.PreconditionFailed, "not-found", "A conditional reference matches nothing");
    }

    private static Dictionary<string, string> Without(IReadOnlyDictionary<string, string> headers, string name) =>
        headers.Where(header => !header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToDictionary(StringComparer.OrdinalIgnoreCase);

    private static string Reason(FhirAnswer failed) => Json.Text(Json.Object(failed.Body)["issue"]?[0]?["details"]?["text"]) ?? "no reason given";

    private static JsonObject ResponseEntry(FhirAnswer result)
    {
        var response = new JsonObject { ["status"] = $"{result.Status} {ReasonPhrases.GetReasonPhrase(result.Status)}" };
        if (result.Location is not null) response["location"] = result.Location;
        if (result.ETag is not null) response["etag"] = result.ETag;
        if (result.LastModified is { } modified) response["lastModified"] = modified.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var entry = new JsonObject();
        if (result.Body.Length > 0)
        {
            var resource = Json.Object(result.Body);
            if (Json.Text(resource["resourceType"]) == "OperationOutcome") response["outcome"] = resource;
            else entry["resource"] = resource;
        }

        entry["response"] = response;
        return entry;
    }
}
