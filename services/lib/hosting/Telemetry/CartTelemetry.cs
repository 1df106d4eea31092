using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>The one activity source and the one meter of the product. Tags hold codes, source names and counts; never a name, an identifier or a value.</summary>
public static class CartTelemetry
{
    public const string Name = "CarT.Fhir";

    public static string Version { get; } =
        typeof(CartTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static ActivitySource Source { get; } = new(Name, Version);

    public static Meter Meter { get; } = new(Name, Version);

    /// <summary>Starts a span that continues the trace stored with a row or a message, so that one trace spans the whole way.</summary>
    /// <param name="name">Low-cardinality span name.</param>
    /// <param name="kind">Kind of the span.</param>
    /// <param name="traceParent">W3C traceparent as stored, or null for a new trace.</param>
    public static Activity? Continue(string name, ActivityKind kind, string? traceParent) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var parent)
            ? Source.StartActivity(name, kind, parent)
            : Source.StartActivity(name, kind);

    /// <summary>The W3C traceparent of the current span, to be stored with a row or a message; null when nobody listens.</summary>
    public static string? CurrentTraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;
}
