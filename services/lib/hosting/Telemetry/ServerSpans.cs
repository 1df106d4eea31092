using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>
/// A span for each request to one of our routes: the route as it is declared, never the path, since a FHIR path holds ids. It begins a trace of its own
/// and is linked to the caller's, so that a caller decides neither which of its notifications are recorded nor that all of them are one trace.
/// </summary>
internal static class ServerSpans
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void UseServerSpans(this WebApplication app) => app.Use(async (context, next) =>
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        using var span = route is null || route.StartsWith("/health/", StringComparison.Ordinal) ? null : Begin(context, route);
        await next(context);
        Describe(span, context.Response.StatusCode);
    });

    private static Activity? Begin(HttpContext context, string route)
    {
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "_OTHER";
        var caller = Activity.Current is { Parent: null } server && ActivityContext.TryParse(server.ParentId, server.TraceStateString, out var remote)
            ? remote
            : (ActivityContext?)null;
        var span = CartTelemetry.Begin($"{method} {route}", ActivityKind.Server, caller);
        span?.SetTag("http.request.method", method).SetTag("http.route", route);
        return span;
    }

    private static void Describe(Activity? span, int status)
    {
        span?.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError) span?.SetStatus(ActivityStatusCode.Error);
    }
}
