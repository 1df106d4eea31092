using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>The one activity source and the one meter of the product. Tags hold codes, source names and counts; never a name, an identifier or a value.</summary>
public static class CartTelemetry
{
    public const string Name = "CarT.Fhir";

    // A message that joins more results than this names the first ones only.
    private const int MaxLinks = 32;

    public static string Version { get; } =
        typeof(CartTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static ActivitySource Source { get; } = new(Name, Version);

    public static Meter Meter { get; } = new(Name, Version);

    /// <summary>A histogram of seconds.</summary>
    /// <param name="name">Name of the instrument.</param>
    /// <param name="description">For people.</param>
    /// <param name="bounds">Upper bounds of the buckets that a reader should use, in seconds; the usual ones are made for milliseconds.</param>
    public static Histogram<double> Seconds(string name, string description, params double[] bounds) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    /// <summary>Starts a span that continues the trace stored with a row or a message, so that one trace spans the whole way.</summary>
    /// <param name="name">Low-cardinality span name.</param>
    /// <param name="kind">Kind of the span.</param>
    /// <param name="traceParent">W3C traceparent as stored, or null: then the span is a child of the current one, or begins a trace.</param>
    /// <param name="joined">What else led here, as stored; the span is linked to it.</param>
    public static Activity? Continue(string name, ActivityKind kind, string? traceParent, IEnumerable<string?>? joined = null)
    {
        if (!Source.HasListeners()) return null;
        var links = joined?.Where(other => other != traceParent).Distinct().Select(ContextOf).OfType<ActivityContext>().Take(MaxLinks)
            .Select(context => new ActivityLink(context));
        return Source.StartActivity(name, kind, ContextOf(traceParent) ?? default, links: links);
    }

    /// <summary>Begins a trace of our own, whatever is going on around it.</summary>
    /// <param name="name">Low-cardinality span name.</param>
    /// <param name="kind">Kind of the span.</param>
    /// <param name="cause">What led to it, in a trace of somebody else; the span is linked to it.</param>
    public static Activity? Begin(string name, ActivityKind kind, ActivityContext? cause = null)
    {
        if (!Source.HasListeners()) return null;
        // Else it would be the parent. What is set here ends with the asynchronous method that called us.
        Activity.Current = null;
        return Source.StartActivity(name, kind, default(ActivityContext), links: cause is { } context ? [new ActivityLink(context)] : null);
    }

    /// <summary>
    /// The W3C traceparent of the current span of ours, to be stored with a row or a message; null when nobody listens. Spans of the web server are not
    /// exported, and are marked as not recorded: what continued one of those would never be seen.
    /// </summary>
    public static string? CurrentTraceParent
    {
        get
        {
            for (var current = Activity.Current; current is not null; current = current.Parent)
            {
                if (current.Source.Name == Name) return current.Id;
            }
            return null;
        }
    }

    private static ActivityContext? ContextOf(string? traceParent) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context) ? context : null;
}
