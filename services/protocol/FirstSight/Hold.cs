using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Protocol.FirstSight;

/// <summary>
/// How long the first revision of a patient with an infusion is held back: until the history is here from every source that was asked for it, and
/// then until no fact has come for a while, since what comes together should be judged together. Never longer than the longest wait: a source that is
/// gone must not silence the patient. Pure; ticks are UTC of the machine's clock.
/// </summary>
internal static class Hold
{
    /// <summary>Since when a patient is held back whose hold an operator ended.</summary>
    public const long EndedByOperator = 0;

    // A stream of results must not put off the first word about a patient for ever.
    private const int MostQuietPeriods = 12;

    /// <param name="backfills">How far the history is, at each source that was asked for it.</param>
    /// <param name="lastFact">When the newest fact of the patient came.</param>
    /// <param name="since">Since when the patient is held back; now when it is not yet.</param>
    /// <param name="now">The time now.</param>
    /// <param name="options">How long is waited.</param>
    /// <returns>Until when, or null when nothing is held back: also for a patient whose history nobody asked for.</returns>
    public static long? Until(IReadOnlyCollection<Backfill> backfills, long lastFact, long since, long now, FirstSightOptions options)
    {
        if (backfills.Count == 0) return null;
        // A start that lies ahead is one before the clock was set back.
        var latest = Math.Min(since, now) + options.LongestWait.Ticks;
        var until = backfills.Any(backfill => backfill.IsOpen) ? latest : Math.Min(latest, Quiet(backfills, lastFact, now, options.Quiet));
        return until > now ? until : null;
    }

    /// <summary>The longest that anybody is held back, in ticks. A time further ahead is one before the clock was set back.</summary>
    public static long Longest(FirstSightOptions options) => Math.Max(Longest(options.Quiet), options.LongestWait.Ticks);

    private static long Longest(TimeSpan quiet) => quiet.Ticks * MostQuietPeriods;

    // The history is here: until it is quiet, and not at all when the clock was set back since.
    private static long Quiet(IReadOnlyCollection<Backfill> backfills, long lastFact, long now, TimeSpan quiet)
    {
        var ended = backfills.Max(backfill => backfill.EndedTicks);
        var until = Math.Min(Math.Max(lastFact, ended) + quiet.Ticks, ended + Longest(quiet));
        return until - now <= Longest(quiet) ? until : now;
    }
}
