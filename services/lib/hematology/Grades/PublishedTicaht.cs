namespace CarT.Fhir.Hematology;

/// <summary>
/// T-ICAHT as the code published with the paper counts it: limits inclusive, a missing day is the mean of its neighbours (a step, not a line), runs with
/// at most six days between are one, the early grade looks as far as day 37, and a day with two results is left out. Its numbers are part of
/// what was published, so no parameter changes them.
/// </summary>
internal static class PublishedTicaht
{
    private const int EarlyToDay = 37;
    private const int LateFromDay = 31;
    private const int LateToDay = 100;
    private const int JoinMaxGapDays = 6;

    public static int? Early(IReadOnlyCollection<CountOnDay> platelets, FollowUp followUp)
    {
        var days = Days(platelets, 0, Math.Min(EarlyToDay, followUp.LastDay));
        if (!days.Exists(static day => day is not null)) return null;
        var filled = Fill(days, carryEnds: true);
        return (Longest(filled, 50_000), Longest(filled, 20_000)) switch
        {
            (_, >= 14) => 4,
            (_, >= 1) => 3,
            ( >= 7, _) => 2,
            ( >= 1, _) => 1,
            _ => 0,
        };
    }

    public static int? Late(IReadOnlyCollection<CountOnDay> platelets, FollowUp followUp)
    {
        var days = Days(platelets, LateFromDay, Math.Min(LateToDay, followUp.LastDay));
        var values = days.OfType<Magnitude>().Order().ToList();
        if (values.Count < 2) return null;
        if (Longest(Fill(days, carryEnds: false), 20_000) >= 14) return 4;
        var second = values[1];
        return !second.IsAbove(20_000) ? 3 : !second.IsAbove(50_000) ? 2 : !second.IsAbove(100_000) ? 1 : 0;
    }

    /// <summary>The days of the window without those that have two results; null where there is none.</summary>
    private static List<Magnitude?> Days(IReadOnlyCollection<CountOnDay> platelets, int from, int to)
    {
        var byDay = platelets.ToLookup(static count => count.Day);
        var days = new List<Magnitude?>();
        for (var day = from; day <= to; day++)
        {
            var results = byDay[day].Take(2).ToList();
            if (results.Count < 2) days.Add(results.Count == 1 ? results[0].Magnitude : null);
        }

        return days;
    }

    private static List<Magnitude> Fill(List<Magnitude?> days, bool carryEnds)
    {
        var filled = new List<Magnitude>(days.Count);
        for (var i = 0; i < days.Count; i++)
        {
            var left = days[..(i + 1)].FindLast(static day => day is not null);
            var right = days[i..].Find(static day => day is not null);
            if (left is { } a && right is { } b) filled.Add(Magnitude.Between(a, b, 1, 2));
            else if (carryEnds) filled.Add((left ?? right)!.Value);
        }

        return filled;
    }

    private static int Longest(List<Magnitude> filled, decimal limitPerUl) =>
        DayRuns.Of([.. filled.Select(value => !value.IsAbove(limitPerUl))], JoinMaxGapDays).Longest();
}
