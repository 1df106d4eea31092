namespace CarT.Fhir.Protocol.FirstSight;

/// <summary>
/// How long the first revision of a patient with an infusion is held back: until the history is here from every source that was asked for it, and
/// then until no fact has come for a while, since what comes together should be judged together. Pure; ticks are UTC of the machine's clock.
/// </summary>
internal static class Hold
{
    /// <summary>The history is not all here; only a message can change that.</summary>
    public const long UntilHistoryIsHere = long.MaxValue;

    // A stream of results must not put off the first word about a patient for ever.
    private const int MostQuietPeriods = 12;

    /// <param name="backfills">How far the history is, at each source that was asked for it.</param>
    /// <param name="lastFact">When the newest fact of the patient came.</param>
    /// <param name="now">The time now.</param>
    /// <param name="quiet">How long no fact must have come.</param>
    /// <returns>Until when, or null when nothing is held back: also for a patient whose history nobody asked for.</returns>
    public static long? Until(IReadOnlyCollection<Backfill> backfills, long lastFact, long now, TimeSpan quiet)
    {
        if (backfills.Count == 0) return null;
        if (backfills.Any(backfill => backfill.IsOpen)) return UntilHistoryIsHere;
        var ended = backfills.Max(backfill => backfill.EndedTicks);
        var until = Math.Min(Math.Max(lastFact, ended) + quiet.Ticks, ended + Longest(quiet));
        return until > now && IsPlausible(until, now, quiet) ? until : null;
    }

    /// <summary>False for a time so far ahead that the clock must have been set back since; it is not waited for.</summary>
    public static bool IsPlausible(long until, long now, TimeSpan quiet) => until == UntilHistoryIsHere || until - now <= Longest(quiet);

    /// <summary>The longest that a quiet period can be put off, in ticks.</summary>
    public static long Longest(TimeSpan quiet) => quiet.Ticks * MostQuietPeriods;
}
