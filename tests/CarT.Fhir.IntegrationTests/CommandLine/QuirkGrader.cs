namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary>In what the published grader of ICAHT differs from the strict mode (P12.3).</summary>
[Flags]
internal enum Quirks
{
    None = 0,
    TrailingGap = 1,
    Rounding = 2,
    SingleValue = 4,
    JoinedNeverAbove = 8,
    LastMeasurement = 16,
    Fraction = 32,
    SingleLate = 64,
    LowestLate = 128,
}

/// <summary>What a grader says of one series.</summary>
internal readonly record struct IcahtRow(int? Early, int? Late, int LongestAtMost500, int LongestAtMost100);

/// <summary>
/// ICAHT written a second time, with each quirk of the published grader to be switched on by itself: none is the strict mode, all are the mode
/// fred-hutch. It shares nothing with the product.
/// </summary>
internal static class QuirkGrader
{
    public const Quirks OfTheEarlyGrade = Quirks.TrailingGap | Quirks.Rounding | Quirks.SingleValue | Quirks.JoinedNeverAbove | Quirks.LastMeasurement;
    public const Quirks OfTheLateGrade = Quirks.Fraction | Quirks.SingleLate | Quirks.LowestLate;
    public const Quirks All = OfTheEarlyGrade | OfTheLateGrade;

    public static IcahtRow Grade(IReadOnlyList<(int Day, decimal Anc)> series, Quirks quirks)
    {
        var end = quirks.HasFlag(Quirks.LastMeasurement) && series.Count > 1 ? Math.Min(30, series.Max(count => count.Day)) : 30;
        var measured = series.Where(count => count.Day >= 0 && count.Day <= end).GroupBy(count => count.Day).ToDictionary(day => day.Key, day => day.Min(count => count.Anc));
        var days = Filled(measured, end, measured.Count == 1 && quirks.HasFlag(Quirks.SingleValue));
        if (quirks.HasFlag(Quirks.Rounding)) days = [.. days.Select(value => value is { } v ? Math.Round(v / 10, MidpointRounding.ToEven) * 10 : (decimal?)null)];
        var (days500, days100) = (Longest(Runs(days, 500, 2, quirks)), Longest(Runs(days, 100, 2, quirks)));
        var neverAbove = Runs(days, 500, quirks.HasFlag(Quirks.JoinedNeverAbove) ? 2 : 0, quirks).Exists(run => run.First <= 3 && run.Last == end);
        int? early = measured.Count == 0 ? null : neverAbove || days100 >= 14 ? 4 : days100 >= 7 || days500 >= 14 ? 3 : days500 >= 7 ? 2 : days500 >= 1 ? 1 : 0;
        return new IcahtRow(early, Late(series, quirks), days500, days100);
    }

    private static List<decimal?> Filled(Dictionary<int, decimal> measured, int end, bool toAllDays)
    {
        var days = new List<decimal?>();
        for (var day = 0; day <= end; day++)
        {
            var before = measured.Keys.Where(other => other <= day).Select(other => (int?)other).Max();
            var after = measured.Keys.Where(other => other >= day).Select(other => (int?)other).Min();
            var isNear = toAllDays || (after ?? end + 1) - (before ?? -1) - 1 <= 7;
            days.Add(measured.TryGetValue(day, out var value) ? value : isNear ? Between(measured, before, after, day) : null);
        }
        return days;
    }

    private static decimal? Between(Dictionary<int, decimal> measured, int? before, int? after, int day) => (before, after) switch
    {
        ({ } a, { } b) => ((measured[a] * (b - day)) + (measured[b] * (day - a))) / (b - a),
        ({ } a, null) => measured[a],
        (null, { } b) => measured[b],
        _ => null,
    };

    private static List<(int First, int Last)> Runs(List<decimal?> days, decimal limit, int mostBetween, Quirks quirks)
    {
        var runs = new List<(int First, int Last)>();
        foreach (var day in Enumerable.Range(0, days.Count).Where(day => days[day] <= limit))
        {
            if (runs.Count > 0 && day - runs[^1].Last - 1 <= mostBetween) runs[^1] = (runs[^1].First, day);
            else runs.Add((day, day));
        }
        if (quirks.HasFlag(Quirks.TrailingGap) && runs.Count > 0 && days.Count - 1 - runs[^1].Last <= 2) runs[^1] = (runs[^1].First, days.Count - 1);
        return runs;
    }

    private static int Longest(List<(int First, int Last)> runs) => runs.Select(run => run.Last - run.First + 1).DefaultIfEmpty().Max();

    private static int? Late(IReadOnlyList<(int Day, decimal Anc)> series, Quirks quirks)
    {
        var lowest = series.Where(count => count.Day is >= 31 and <= 100).GroupBy(count => count.Day).Select(day => day.Min(count => count.Anc)).Order().Take(2).ToList();
        if (lowest.Count == 0 || lowest.Count == 1 && !quirks.HasFlag(Quirks.SingleLate)) return null;
        var isByLowest = lowest.Count == 1 || quirks.HasFlag(Quirks.LowestLate) && lowest[1] <= 1500;
        var value = isByLowest ? lowest[0] : lowest[1];
        if (value <= 100) return 4;
        if (quirks.HasFlag(Quirks.Fraction) && value != Math.Floor(value)) return 0;
        return value <= 500 ? 3 : value <= 1000 ? 2 : value <= 1500 ? 1 : 0;
    }
}
