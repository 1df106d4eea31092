using System.Globalization;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>
/// The span of <c>meta.lastUpdated</c> that one poll asks for, and how far the watermark moves after it. Both are times by the stamps of the source. Pure.
/// </summary>
/// <param name="From">First instant, inclusive.</param>
/// <param name="To">End, exclusive. Some servers refuse an open range; it lies beyond anything that can be stamped now.</param>
internal readonly record struct PollWindow(DateTimeOffset From, DateTimeOffset To)
{
    // Of the clocks of two machines that both are set at all; a zone mistaken included.
    private static readonly TimeSpan LargestSkew = TimeSpan.FromDays(1);

    /// <summary>The window after a watermark.</summary>
    /// <param name="watermark">How far everything was seen.</param>
    /// <param name="wish">How far back somebody wants it read again, or null.</param>
    /// <param name="now">The machine's clock.</param>
    /// <param name="overlap">How long after its stamp a resource may become visible.</param>
    public static PollWindow After(DateTimeOffset watermark, DateTimeOffset? wish, DateTimeOffset now, TimeSpan overlap)
    {
        var seen = wish < watermark ? wish.Value : watermark;
        return new PollWindow(WholeMilliseconds(seen - overlap), WholeMilliseconds((seen > now ? seen : now) + LargestSkew));
    }

    /// <summary>
    /// The watermark after the last page: the newest stamp that came. Neither our clock nor the time that the source tells moves it on, since a node of its
    /// database may lag behind; a quiet question keeps its window. A clock that was set back takes the watermark with it.
    /// </summary>
    /// <param name="watermark">The watermark before.</param>
    /// <param name="newest">The newest stamp that the walk met; null when it met none.</param>
    /// <param name="said">The time that the source told when the walk began; null when it tells none.</param>
    /// <param name="lag">What is younger stays before the watermark.</param>
    public static DateTimeOffset Advance(DateTimeOffset watermark, DateTimeOffset? newest, DateTimeOffset? said, TimeSpan lag)
    {
        if (said < watermark) return said.Value;
        // A stamp of tomorrow must not hide what is stamped until then.
        var reached = newest > said - lag ? said - lag : newest;
        return reached > watermark ? reached.Value : watermark;
    }

    /// <summary>The search for what a criteria finds in the window, oldest first.</summary>
    /// <param name="criteria">As subscribed to: <c>Observation?code=…</c>, <c>Patient?</c>.</param>
    /// <param name="pageSize">Results on a page.</param>
    public string Search(string criteria, int pageSize)
    {
        var joint = criteria.EndsWith('?') ? "" : criteria.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        return string.Create(CultureInfo.InvariantCulture, $"{criteria}{joint}_lastUpdated=ge{Stamp(From)}&_lastUpdated=lt{Stamp(To)}&_sort=_lastUpdated&_count={pageSize}");
    }

    /// <summary>A FHIR instant in UTC, to the millisecond.</summary>
    public static string Stamp(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
