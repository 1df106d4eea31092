namespace CarT.Fhir.Hematology;

/// <summary>
/// Grades 0 to 4 of ICAHT, null where the data do not allow one; the longest runs of the early window at or below 500 and 100 /uL, in days; and how
/// many of its days had a value or were filled in.
/// </summary>
public readonly record struct IcahtResult(int? Early, int? Late, int LongestAtMost500, int LongestAtMost100, int DaysObserved, int DaysFilled);

/// <summary>
/// Immune effector cell-associated hematotoxicity by the absolute neutrophil count (EHA/EBMT consensus, Rejeski et al., Blood 2023;142(10):865-877),
/// early (days 0-30) and late (days 31-100), P12.1.
/// </summary>
public static class Icaht
{
    public const string Strict = "strict";

    /// <summary>As the grader that Fred Hutch published (P12.3).</summary>
    public const string FredHutch = "fred-hutch";

    internal const decimal SeverePerUl = 500;
    internal const decimal ProfoundPerUl = 100;

    // "Never above 500" counts from the days in which neutrophils fall after lymphodepletion.
    internal const int NeverAboveFromDay = 3;

    /// <summary>Grades the neutrophil counts of one patient, in /uL. The order of the counts changes nothing.</summary>
    /// <param name="mode"><see cref="Strict"/> or <see cref="FredHutch"/>.</param>
    /// <param name="anc">Counts of any day; those outside the windows and after the follow-up are not looked at.</param>
    /// <param name="parameters">Windows and gaps of the strict mode; the published grader has its own.</param>
    /// <param name="followUp">How far the patient is known.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mode is neither of the two.</exception>
    public static IcahtResult Grade(string mode, IReadOnlyCollection<CountOnDay> anc, GradeParameters parameters, FollowUp followUp) => mode switch
    {
        Strict => GradeStrictly(anc, parameters, followUp),
        FredHutch => FredHutchIcaht.Grade(anc, followUp),
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    /// <summary>P12.2.</summary>
    private static IcahtResult GradeStrictly(IReadOnlyCollection<CountOnDay> anc, GradeParameters parameters, FollowUp followUp)
    {
        var lastDay = Math.Min(parameters.EarlyToDay, followUp.LastDay);
        var observed = DaySeries.Of(anc, parameters.EarlyFromDay, lastDay);
        var filled = observed.Fill(parameters.FillMaxGapDays);
        var severe = filled.Low(static value => !value.IsAbove(SeverePerUl));
        var longest500 = DayRuns.Of(severe, parameters.JoinMaxGapDays).Longest();
        var longest100 = DayRuns.Of(filled.Low(static value => !value.IsAbove(ProfoundPerUl)), parameters.JoinMaxGapDays).Longest();
        int? early = observed.Known == 0 ? null
            : followUp.IsOver(parameters.EarlyToDay) && IsNeverAbove(severe, filled.From) ? 4
            : EarlyByDuration(longest500, longest100);
        return new IcahtResult(early, LateStrictly(anc, parameters, followUp), longest500, longest100, observed.Known, filled.Known - observed.Known);
    }

    /// <summary>Low without a day between from day 3 at the latest to the end: runs are not joined here, a single value above 500 breaks them.</summary>
    private static bool IsNeverAbove(bool[] severe, int from) =>
        DayRuns.Of(severe) is [.., var last] && last.End == severe.Length - 1 && from + last.Start <= NeverAboveFromDay;

    private static int EarlyByDuration(int daysAtMost500, int daysAtMost100) => (daysAtMost500, daysAtMost100) switch
    {
        (_, >= 14) => 4,
        (_, >= 7) or ( >= 14, _) => 3,
        ( >= 7, _) => 2,
        ( >= 1, _) => 1,
        _ => 0,
    };

    /// <summary>The second-lowest day decides: a late grade needs two occasions.</summary>
    private static int? LateStrictly(IReadOnlyCollection<CountOnDay> anc, GradeParameters parameters, FollowUp followUp)
    {
        var days = DaySeries.Of(anc, parameters.LateFromDay, Math.Min(parameters.LateToDay, followUp.LastDay)).Values.Select(static day => day.Value).Order().ToList();
        if (days.Count < 2) return null;
        var second = days[1];
        return !second.IsAbove(ProfoundPerUl) ? 4 : !second.IsAbove(SeverePerUl) ? 3 : !second.IsAbove(1000) ? 2 : !second.IsAbove(1500) ? 1 : 0;
    }
}
