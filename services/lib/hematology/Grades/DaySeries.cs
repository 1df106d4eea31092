namespace CarT.Fhir.Hematology;

/// <summary>Consecutive days, both included, counted from the first day of a series.</summary>
internal readonly record struct DayRun(int Start, int End)
{
    public int Length => End - Start + 1;
}

/// <summary>The daily minimum of one lineage on each day of a window; null where a day has no value.</summary>
internal sealed class DaySeries
{
    private readonly Magnitude?[] days;

    private DaySeries(int from, Magnitude?[] days)
    {
        From = from;
        this.days = days;
    }

    /// <summary>The first day of the window.</summary>
    public int From { get; }

    /// <summary>Days of the window.</summary>
    public int Length => days.Length;

    /// <summary>Days that have a value.</summary>
    public int Known => days.Count(static day => day is not null);

    /// <summary>The days that have a value, in order.</summary>
    public IEnumerable<(int Day, Magnitude Value)> Values
    {
        get
        {
            for (var i = 0; i < days.Length; i++)
                if (days[i] is { } value) yield return (From + i, value);
        }
    }

    /// <summary>The minimum of each day of [from, to]; counts of other days are not looked at.</summary>
    public static DaySeries Of(IEnumerable<CountOnDay> counts, int from, int to)
    {
        var minima = new Magnitude?[Math.Max(0, to - from + 1)];
        foreach (var count in counts)
        {
            if (count.Day < from || count.Day > to) continue;
            ref var day = ref minima[count.Day - from];
            if (day is not { } known || count.Magnitude.CompareTo(known) < 0) day = count.Magnitude;
        }

        return new DaySeries(from, minima);
    }

    /// <summary>
    /// The same window with the missing days filled where at most <paramref name="maxGapDays"/> lie together: on a straight line between two values,
    /// flat at the ends. Longer gaps stay missing altogether (P12.2).
    /// </summary>
    public DaySeries Fill(int maxGapDays)
    {
        var filled = (Magnitude?[])days.Clone();
        var before = -1;
        for (var i = 0; i <= days.Length; i++)
        {
            if (i < days.Length && days[i] is null) continue;
            if (i - before - 1 <= maxGapDays) FillBetween(filled, before, i);
            before = i;
        }

        return new DaySeries(From, filled);
    }

    public DaySeries Select(Func<Magnitude, Magnitude> change) => new(From, Array.ConvertAll(days, day => day is { } value ? change(value) : (Magnitude?)null));

    /// <summary>Whether each day has a value that is low; a missing day is not low.</summary>
    public bool[] Low(Predicate<Magnitude> isLow) => Array.ConvertAll(days, day => day is { } value && isLow(value));

    private void FillBetween(Magnitude?[] filled, int before, int after)
    {
        var left = before < 0 ? null : days[before];
        var right = after < days.Length ? days[after] : null;
        for (var i = before + 1; i < after; i++)
            filled[i] = left is { } a && right is { } b ? Magnitude.Between(a, b, i - before, after - before) : left ?? right;
    }
}

/// <summary>Low days as runs.</summary>
internal static class DayRuns
{
    /// <summary>Runs of low days; those with at most <paramref name="joinMaxGapDays"/> other days between are one, and the days between count.</summary>
    public static List<DayRun> Of(bool[] low, int joinMaxGapDays = 0)
    {
        var runs = new List<DayRun>();
        for (var i = 0; i < low.Length; i++)
        {
            if (!low[i]) continue;
            if (runs.Count > 0 && i - runs[^1].End - 1 <= joinMaxGapDays) runs[^1] = runs[^1] with { End = i };
            else runs.Add(new DayRun(i, i));
        }

        return runs;
    }

    public static int Longest(this List<DayRun> runs) => runs.Count == 0 ? 0 : runs.Max(static run => run.Length);
}
