namespace CarT.Fhir.Hematology;

/// <summary>The course of neutrophil recovery (Rejeski et al., Blood 2021;138(24):2499-2513; P12.6).</summary>
internal static class Phenotype
{
    public const string Quick = "quick";
    public const string Intermittent = "intermittent";
    public const string Aplastic = "aplastic";

    /// <summary>
    /// Aplastic: severely low without a break for two weeks, filled as for ICAHT. Intermittent: fell, recovered, and fell again after day 21. Quick: fell,
    /// recovered, and was never low again, with a value after day 21. Null where none of them holds.
    /// </summary>
    public static string? Of(IReadOnlyCollection<CountOnDay> anc, GradeParameters grades, FollowUp followUp)
    {
        var parameters = grades.Phenotype;
        var observed = DaySeries.Of(anc, grades.EarlyFromDay, Math.Min(parameters.ToDay, followUp.LastDay));
        var aplastic = observed.Fill(grades.FillMaxGapDays).Low(value => value.IsBelow(parameters.AplasticBelowPerUl));
        return DayRuns.Of(aplastic).Longest() >= parameters.AplasticDays ? Aplastic : ByRecovery(observed, parameters);
    }

    private static string? ByRecovery(DaySeries observed, PhenotypeParameters parameters)
    {
        var (fell, recovered, fellAgain, lastDay) = (false, false, false, int.MinValue);
        foreach (var (day, value) in observed.Values)
        {
            var isLow = value.IsBelow(parameters.RecoveredAbovePerUl);
            if (isLow && recovered && day > parameters.DipAfterDay) return Intermittent;
            fellAgain |= isLow && recovered;
            fell |= isLow;
            recovered |= fell && value.IsAbove(parameters.RecoveredAbovePerUl);
            lastDay = day;
        }

        return recovered && !fellAgain && lastDay > parameters.DipAfterDay ? Quick : null;
    }
}
