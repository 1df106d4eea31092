using System.Net;

namespace CarT.Fhir.Simulator.Server;

/// <summary>HTTP to <see cref="FhirRequest"/> and back.</summary>
internal static class HttpEndpoints
{
    private const string FhirJson = "application/fhir+json; charset=utf-8";

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string prefix, SimulatedEhr ehr) =>
        routes.Map($"{prefix}/{{**path}}", context => Handle(context, prefix, ehr));

    private static async Task Handle(HttpContext context, string prefix, SimulatedEhr ehr)
    {
        var request = await Read(context.Request, prefix, ehr.Options.BaseUrl);
        await Write(context.Response, Refuse(context.Request) ?? ehr.Answer(request), sendBody: request.Method != "HEAD");
    }

    private static async Task<FhirRequest> Read(HttpRequest http, string prefix, string? baseUrl)
    {
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, http.HttpContext.RequestAborted);
        return new FhirRequest(
            http.Method,
            http.RouteValues["path"] as string ?? "",
            http.QueryString.HasValue ? http.QueryString.Value![1..] : "",
            http.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(),
            baseUrl ?? $"{http.Scheme}://{http.Host}{http.PathBase}{prefix}");
    }

    private static FhirAnswer? Refuse(HttpRequest http)
    {
        var format = http.Query["_format"].ToString() is { Length: > 0 } asked ? asked : http.Headers.Accept.ToString();
        if (format.Contains("xml", StringComparison.OrdinalIgnoreCase) && !format.Contains("json", StringComparison.OrdinalIgnoreCase) && !format.Contains("*/*", StringComparison.Ordinal))
            return FhirAnswer.Outcome(HttpStatusCode.NotAcceptable, "not-supported", "The server speaks JSON only");
        var isResource = http.ContentLength is > 0 && !http.HasFormContentType;
        return isResource && http.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true
            ? FhirAnswer.Outcome(HttpStatusCode.UnsupportedMediaType, "not-supported", "The server reads JSON only")
            : null;
    }

    private static async Task Write(HttpResponse http, FhirAnswer answer, bool sendBody)
    {
        if (answer.Loss == AnswerLoss.Everything)
        {
            await Silence(http.HttpContext);
            return;
        }

        http.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers()) http.Headers[name] = value;
        if (answer.LastModified is { } modified) http.Headers.LastModified = modified.ToString("R");
        if (answer.Body.IsEmpty) return;
        http.ContentType = FhirJson;
        http.ContentLength = answer.Body.Length;
        if (!sendBody) return;
        await http.Body.WriteAsync(answer.Loss == AnswerLoss.HalfBody ? answer.Half : answer.Body, http.HttpContext.RequestAborted);
        if (answer.Loss != AnswerLoss.HalfBody) return;
        await http.Body.FlushAsync(http.HttpContext.RequestAborted);
        http.HttpContext.Abort();
    }

    // Until the client gives up or the server stops; then there is nobody left to answer.
    private static async Task Silence(HttpContext context)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }
}
