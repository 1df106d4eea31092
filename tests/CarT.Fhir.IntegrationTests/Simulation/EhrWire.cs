using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>
/// The way from a process to the EHR and back. By the seed's chance a request is lost before it arrives or its answer on the way back, a server or proxy
/// answers in its place, a conditional create makes a twin, a search is answered from an index that lags; and on the way the step may rest.
/// </summary>
internal sealed class EhrWire(SimulatedEhr ehr, SimClock clock, FaultPlan plan, Chance chance) : HttpMessageHandler
{
    public const string Base = "http://ehr.test/fhir";

    private static readonly TimeSpan IndexLag = TimeSpan.FromSeconds(30);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = await ReadAsync(request);
        chance.Trace.Note($"http {exchange.Method} {exchange.Path}?{exchange.Query}");
        await chance.RestAsync($"before {exchange.Method}");
        if (chance.Strikes(plan.LostBefore, "http request lost")) throw new HttpRequestException("The request was lost");
        if (InPlaceOfTheServer(exchange) is { } other) return Response(other);
        var answer = Answer(exchange);
        await chance.RestAsync($"after {exchange.Method}");
        // A time-out that ended while the exchange was under way: the server did it, and nobody listens any more.
        cancellationToken.ThrowIfCancellationRequested();
        return chance.Strikes(plan.LostAfter, "http answer lost") ? throw new HttpRequestException("The answer was lost") : Response(answer);
    }

    private FhirAnswer? InPlaceOfTheServer(FhirRequest exchange)
    {
        if (chance.Strikes(plan.ServerError, "http 500")) return Refusal(HttpStatusCode.InternalServerError, "exception");
        if (chance.Strikes(plan.Throttled, "http 429")) return Refusal(HttpStatusCode.TooManyRequests, "throttled") with { RetryAfter = chance.Next(1, 90) };
        if (chance.Strikes(plan.Unavailable, "http 503")) return Refusal(HttpStatusCode.ServiceUnavailable, "transient") with { RetryAfter = chance.Next(1, 30) };
        return exchange.Method == "PUT" && chance.Strikes(plan.Conflict, "http 412") ? Refusal(HttpStatusCode.PreconditionFailed, "conflict") : null;
    }

    private FhirAnswer Answer(FhirRequest exchange)
    {
        var isCreate = exchange.Method == "POST" && exchange.Header("If-None-Exist") is not null;
        if (isCreate && chance.Strikes(plan.DuplicateCreate, "http duplicate create"))
        {
            var unconditional = exchange with { Headers = exchange.Headers.Where(header => header.Key != "If-None-Exist").ToDictionary(StringComparer.OrdinalIgnoreCase) };
            ehr.Answer(unconditional);
            return ehr.Answer(unconditional);
        }
        var answer = ehr.Answer(exchange);
        var isSearch = exchange.Method == "GET" && !exchange.Path.Contains('/');
        return isSearch && answer.Status == 200 && chance.Strikes(plan.StaleSearch, "http stale search") ? OfLaggingIndex(answer) : answer;
    }

    private FhirAnswer OfLaggingIndex(FhirAnswer answer)
    {
        var bundle = JsonNode.Parse(answer.Body.Span)!.AsObject();
        var known = (bundle["entry"]?.AsArray() ?? []).Where(entry => IsIndexed(entry!)).Select(entry => entry!.DeepClone()).ToArray();
        bundle["entry"] = new JsonArray(known);
        return answer with { Body = System.Text.Encoding.UTF8.GetBytes(bundle.ToJsonString()) };
    }

    private bool IsIndexed(JsonNode entry) =>
        entry["resource"]?["meta"]?["lastUpdated"]?.GetValue<string>() is not { } updated
        || DateTimeOffset.Parse(updated) < clock.GetUtcNow() - IndexLag;

    private static FhirAnswer Refusal(HttpStatusCode status, string code) => FhirAnswer.Outcome(status, code, "A fault of the simulation");

    private static async Task<FhirRequest> ReadAsync(HttpRequestMessage request)
    {
        var address = request.RequestUri!;
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync();
        var path = address.AbsoluteUri[..^address.Query.Length][Base.Length..].Trim('/');
        return new FhirRequest(request.Method.Method, Uri.UnescapeDataString(path), address.Query.TrimStart('?'), headers, body, Base);
    }

    private static HttpResponseMessage Response(FhirAnswer answer)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new ReadOnlyMemoryContent(answer.Body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        if (answer.ETag is { } tag) response.Headers.TryAddWithoutValidation("ETag", tag);
        if (answer.Location is { } location) response.Headers.TryAddWithoutValidation("Location", location);
        if (answer.RetryAfter is { } seconds) response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return response;
    }
}
