namespace CarT.Fhir.Hematology;

/// <summary>The largest value of each day, for upper limits (P3.1), in order of days. <see cref="Limit"/> is the ULN of the value, where it has one.</summary>
internal readonly record struct DailyMaximum(int Day, decimal Number, string? Comparator, decimal? Limit, string Resource, string? Received)
{
    public Magnitude Value => Magnitude.Of(Number, Comparator);

    /// <summary>How many values the day had that can be compared with this one.</summary>
    public int Of { get; init; } = 1;

    /// <summary>The smallest of them; of values with a limit, the smallest multiple of it.</summary>
    public Magnitude Least { get; init; } = Magnitude.Of(Number, Comparator);

    /// <summary>The value, or the multiple of its limit where it has one: what values of one day are compared by.</summary>
    public Magnitude Relative => Limit is > 0 and { } limit ? Value with { Value = Number / limit } : Value;

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
            if (order == 0) order = b.Relative.CompareTo(a.Relative);
            return order != 0 ? order : string.CompareOrdinal(a.Resource, b.Resource);
        });
        var kept = 0;
        for (int first = 0, next; first < values.Count; first = next)
        {
            var (largest, least) = (values[first], values[first]);
            var of = 1;
            for (next = first + 1; next < values.Count && values[next].Day == largest.Day; next++)
            {
                if ((values[next].Limit is null) != (largest.Limit is null)) continue;
                (least, of) = (values[next], of + 1);
            }

            values[kept++] = largest with { Of = of, Least = least.Relative };
        }

        values.RemoveRange(kept, values.Count - kept);
        return values;
    }

    public static DailyMaximum? LatestUpTo(this List<DailyMaximum> maxima, int day)
    {
        var index = maxima.FindLastIndex(m => m.Day <= day);
        return index < 0 ? null : maxima[index];
    }
}
