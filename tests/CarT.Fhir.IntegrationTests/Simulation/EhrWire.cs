using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>
/// The network between the processes and the EHR, and what stands in between. By the seed's chance a request is lost before it arrives, or arrives when
/// nobody waits any more; its answer is lost on the way back; a server or proxy answers in its place; a conditional create makes a twin; a search is
/// answered from an index that lags; and on the way the step may rest.
/// </summary>
internal sealed class Network(SimulatedEhr ehr, SimClock clock, FaultPlan plan, Chance chance)
{
    private static readonly TimeSpan IndexLag = TimeSpan.FromSeconds(30);
    private readonly List<FhirRequest> late = [];

    /// <summary>The time that the EHR tells with an answer; null where it tells none.</summary>
    public DateTimeOffset? ToldTime => plan.TellsTime ? clock.GetUtcNow() : null;

    /// <summary>The answer to a request.</summary>
    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    /// <exception cref="OperationCanceledException">The time-out of the sender ended meanwhile.</exception>
    public async Task<FhirAnswer> ExchangeAsync(FhirRequest request, CancellationToken timeout)
    {
        chance.Trace.Note($"http {request.Method} {request.Path}?{request.Query}");
        await chance.RestAsync($"before {request.Method} {request.Path}");
        if (chance.Strikes(plan.LostBefore, "http request lost")) throw new HttpRequestException("The request was lost");
        if (request.Method != "GET" && chance.Strikes(plan.Late, "http request late"))
        {
            late.Add(request);
            throw new HttpRequestException("The connection broke");
        }
        if (InPlaceOfTheServer(request) is { } other) return other;
        var answer = Answer(request);
        await chance.RestAsync($"after {request.Method} {request.Path}");
        // The server did it, and nobody listens any more.
        timeout.ThrowIfCancellationRequested();
        return chance.Strikes(plan.LostAfter, "http answer lost") ? throw new HttpRequestException("The answer was lost") : answer;
    }

    /// <summary>What is late arrives now; at the latest before the clock moves on.</summary>
    public void Land()
    {
        foreach (var request in late)
        {
            chance.Trace.Note($"lands {request.Method} {request.Path}");
            ehr.Answer(request);
        }
        late.Clear();
    }

    private FhirAnswer? InPlaceOfTheServer(FhirRequest request)
    {
        if (chance.Strikes(plan.ServerError, "http 500")) return Refusal(HttpStatusCode.InternalServerError, "exception");
        if (chance.Strikes(plan.Throttled, "http 429")) return Refusal(HttpStatusCode.TooManyRequests, "throttled") with { RetryAfter = chance.Next(1, 90) };
        if (chance.Strikes(plan.Unavailable, "http 503")) return Refusal(HttpStatusCode.ServiceUnavailable, "transient") with { RetryAfter = chance.Next(1, 30) };
        return request.Method == "PUT" && chance.Strikes(plan.Conflict, "http 412") ? Refusal(HttpStatusCode.PreconditionFailed, "conflict") : null;
    }

    private FhirAnswer Answer(FhirRequest request)
    {
        if (plan.Sabotage == Sabotage.UpdatesAreUnconditional) request = Without("If-Match", request);
        if (plan.Sabotage == Sabotage.CreatesAreBlind) request = Without("If-None-Exist", request);
        var isCreate = request.Method == "POST" && request.Header("If-None-Exist") is not null;
        if (isCreate && chance.Strikes(plan.DuplicateCreate, "http duplicate create"))
        {
            ehr.Answer(Without("If-None-Exist", request));
            return ehr.Answer(Without("If-None-Exist", request));
        }
        var answer = ehr.Answer(request);
        var isSearch = request.Method == "GET" && !request.Path.Contains('/');
        var isBlind = plan.Sabotage == Sabotage.CreatesAreBlind && request.Path == "Flag";
        return isSearch && answer.Status == 200 && (isBlind || chance.Strikes(plan.StaleSearch, "http stale search")) ? OfLaggingIndex(answer, isBlind) : answer;
    }

    private FhirAnswer OfLaggingIndex(FhirAnswer answer, bool isBlind)
    {
        var bundle = JsonNode.Parse(answer.Body.Span)!.AsObject();
        var known = (bundle["entry"]?.AsArray() ?? []).Where(entry => !isBlind && IsIndexed(entry!)).Select(entry => entry!.DeepClone()).ToArray();
        bundle["entry"] = new JsonArray(known);
        return answer with { Body = System.Text.Encoding.UTF8.GetBytes(bundle.ToJsonString()) };
    }

    private bool IsIndexed(JsonNode entry) =>
        entry["resource"]?["meta"]?["lastUpdated"]?.GetValue<string>() is not { } updated
        || DateTimeOffset.Parse(updated) < clock.GetUtcNow() - IndexLag;

    private static FhirRequest Without(string header, FhirRequest request) =>
        request with { Headers = request.Headers.Where(one => !one.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).ToDictionary(StringComparer.OrdinalIgnoreCase) };

    private static FhirAnswer Refusal(HttpStatusCode status, string code) => FhirAnswer.Outcome(status, code, "A fault of the simulation");
}

/// <summary>HTTP as a process speaks it, over the simulated network.</summary>
internal sealed class EhrWire(Network network) : HttpMessageHandler
{
    public const string Base = "http://ehr.test/fhir";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Response(await network.ExchangeAsync(await ReadAsync(request), cancellationToken), network.ToldTime);

    private static async Task<FhirRequest> ReadAsync(HttpRequestMessage request)
    {
        var address = request.RequestUri!;
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync();
        var path = address.AbsoluteUri[..^address.Query.Length][Base.Length..].Trim('/');
        return new FhirRequest(request.Method.Method, Uri.UnescapeDataString(path), address.Query.TrimStart('?'), headers, body, Base);
    }

    private static HttpResponseMessage Response(FhirAnswer answer, DateTimeOffset? now)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new ReadOnlyMemoryContent(answer.Body) };
        response.Headers.Date = now;
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        if (answer.ETag is { } tag) response.Headers.TryAddWithoutValidation("ETag", tag);
        if (answer.Location is { } location) response.Headers.TryAddWithoutValidation("Location", location);
        if (answer.RetryAfter is { } seconds) response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return response;
    }
}
