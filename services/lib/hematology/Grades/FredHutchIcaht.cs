namespace CarT.Fhir.Hematology;

/// <summary>
/// ICAHT as the grader of Liang et al. (Fred Hutch, published 8 April 2024) computes it, peculiarities included (P12.3): for comparison with series
/// graded by it. Its numbers are part of what was published, so no parameter changes them.
/// </summary>
internal static class FredHutchIcaht
{
    private const int EarlyToDay = 30;
    private const int LateFromDay = 31;
    private const int LateToDay = 100;
    private const int FillMaxGapDays = 7;
    private const int JoinMaxGapDays = 2;

    public static IcahtResult Grade(IReadOnlyCollection<CountOnDay> anc, FollowUp followUp)
    {
        var observed = DaySeries.Of(anc, 0, Math.Min(EarlyToDay, followUp.LastDay));
        // Q3: a single value is recycled to every day, however far away.
        var filled = observed.Fill(observed.Known == 1 ? EarlyToDay : FillMaxGapDays).Select(RoundToTen);
        var severe = Events(filled, Icaht.SeverePerUl);
        var longest500 = severe.Longest();
        var longest100 = Events(filled, Icaht.ProfoundPerUl).Longest();
        int? early = observed.Known == 0 ? null : Early(longest500, longest100, IsNeverRecovered(severe, filled));
        return new IcahtResult(early, Late(anc, followUp), longest500, longest100, observed.Known, filled.Known - observed.Known);
    }

    /// <summary>Q2: to the nearest ten, half to even, so that 505 is 500 and 515 is 520.</summary>
    private static Magnitude RoundToTen(Magnitude value) => new(decimal.Round(value.Value / 10, 0, MidpointRounding.ToEven) * 10, 0);

    /// <summary>Q1: one or two recovered days at the end of the window belong to the run before them.</summary>
    private static List<DayRun> Events(DaySeries filled, decimal limitPerUl)
    {
        var low = filled.Low(value => !value.IsAbove(limitPerUl));
        var runs = DayRuns.Of(low, JoinMaxGapDays);
        if (runs.Count > 0 && low.Length - 1 - runs[^1].End <= JoinMaxGapDays) runs[^1] = runs[^1] with { End = low.Length - 1 };
        return runs;
    }

    /// <summary>Q6: any one event decides, and a patient has one grade. An event that begins on day 4 does not count.</summary>
    private static bool IsNeverRecovered(List<DayRun> severe, DaySeries filled) =>
        severe.Exists(run => run.Start <= Icaht.NeverAboveFromDay && run.End == filled.Length - 1);

    /// <summary>More than 30 days at or below 500 are never recovered.</summary>
    private static int Early(int daysAtMost500, int daysAtMost100, bool neverRecovered) => (daysAtMost500, daysAtMost100) switch
    {
        _ when neverRecovered => 4,
        (_, >= 14) => 4,
        ( >= 14, _) or (_, >= 7) => 3,
        ( >= 7, _) => 2,
        ( >= 1, _) => 1,
        _ => 0,
    };

    /// <summary>The lowest day decides when it is the only one or the second is at most 1500.</summary>
    private static int? Late(IReadOnlyCollection<CountOnDay> anc, FollowUp followUp)
    {
        var days = DaySeries.Of(anc, LateFromDay, Math.Min(LateToDay, followUp.LastDay)).Values.Select(static day => day.Value.Value).Order().ToList();
        if (days.Count == 0) return null;
        return days.Count > 1 && days[1] > 1500 ? 0 : LateByLowest(days[0]);
    }

    /// <summary>Q4: above 100 only whole numbers have a grade.</summary>
    private static int LateByLowest(decimal lowest) => lowest switch
    {
        <= 100 => 4,
        _ when !decimal.IsInteger(lowest) => 0,
        <= 500 => 3,
        <= 1000 => 2,
        <= 1500 => 1,
        _ => 0,
    };
}
