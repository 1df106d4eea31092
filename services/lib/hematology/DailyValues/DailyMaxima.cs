namespace CarT.Fhir.Hematology;

/// <summary>The largest value of each day, for upper limits (P3.1), in order of days. <see cref="Limit"/> is the ULN of the value, where it has one.</summary>
internal readonly record struct DailyMaximum(int Day, decimal Number, string? Comparator, decimal? Limit, string Resource)
{
    public Magnitude Value => Magnitude.Of(Number, Comparator);

    /// <summary>The number as people read it, its comparator included.</summary>
    public string Text => Comparator + Wording.Number(Number);

    /// <summary>Whether the value reaches this multiple of its own upper limit of normal; false without one (P9.7).</summary>
    public bool ReachesTimesLimit(decimal times) => Limit is { } limit && Value.IsAtLeast(times * limit);
}

internal static class DailyMaxima
{
    /// <summary>One maximum per day; for values with a limit, the largest multiple of it.</summary>
    public static List<DailyMaximum> Of(List<DailyMaximum> values)
    {
        values.Sort(static (a, b) =>
        {
            var order = a.Day.CompareTo(b.Day);
            if (order == 0) order = (b.Limit is not null).CompareTo(a.Limit is not null);
            if (order == 0) order = Relative(b).CompareTo(Relative(a));
            return order != 0 ? order : string.CompareOrdinal(a.Resource, b.Resource);
        });
        var kept = 0;
        for (var i = 0; i < values.Count; i++)
        {
            if (i == 0 || values[i].Day != values[i - 1].Day) values[kept++] = values[i];
        }

        values.RemoveRange(kept, values.Count - kept);
        return values;
    }

    public static DailyMaximum? LatestUpTo(this List<DailyMaximum> maxima, int day)
    {
        var index = maxima.FindLastIndex(m => m.Day <= day);
        return index < 0 ? null : maxima[index];
    }

    private static Magnitude Relative(DailyMaximum value) =>
        value.Limit is > 0 and { } limit ? value.Value with { Value = value.Number / limit } : value.Value;
}
