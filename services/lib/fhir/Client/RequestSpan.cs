using System.Diagnostics;
using System.Net;

namespace CarT.Fhir.R4.Client;

/// <summary>
/// The span of one request to a FHIR server: the form of its path (<c>Observation/{id}</c>), never the path itself, which holds ids, and never the
/// query, which names patients.
/// </summary>
internal static class RequestSpan
{
    private static readonly ActivitySource Source = new("CarT.Fhir.Client");

    /// <param name="method">Method.</param>
    /// <param name="relative">Address below the base, as we made it up; of a later page, that of the first.</param>
    /// <param name="server">Base of the server.</param>
    public static Activity? Start(HttpMethod method, string relative, Uri server)
    {
        if (!Source.HasListeners()) return null;
        var template = TemplateOf(relative);
        return Source.StartActivity($"{method.Method} {template}", ActivityKind.Client)
            ?.SetTag("http.request.method", method.Method).SetTag("url.template", template).SetTag("server.address", server.Host).SetTag("server.port", server.Port);
    }

    /// <summary>Says what came of it.</summary>
    public static void Answered(Activity? span, FhirAnswer answer)
    {
        if (span is null) return;
        span.SetTag("cart.verdict", answer.Verdict.ToString());
        if (answer.Status is { } status) span.SetTag("http.response.status_code", (int)status);
        if (answer.Fault is { } fault) span.SetTag("error.type", fault);
        if (answer.Status is null or >= HttpStatusCode.BadRequest) span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Types, operations and history stay; everything else is an id. Pure.</summary>
    internal static string TemplateOf(string relative) =>
        string.Join('/', relative.Split('?')[0].Split('/').Select((segment, i) => i == 0 && IsType(segment) || segment is ['_' or '$', ..] ? segment : "{id}"));

    private static bool IsType(string segment) => segment.Length > 0 && segment.All(char.IsAsciiLetter);
}
