namespace CarT.Fhir.Hematology;

/// <summary>
/// Faults that concern several parameters together, which no schema tells. One is said only where each of these parameters is sound by itself: an author
/// sees all that is wrong at once and nothing that follows from it.
/// </summary>
internal static class DefinitionCheck
{
    public static void Check(ProtocolDefinition definition, List<string> faults)
    {
        List<string> found = [];
        foreach (var (paths, isMet, fault) in Requirements(definition))
        {
            if (!isMet && !Array.Exists(paths, path => IsFaulty(path, faults))) found.Add($"{paths[0]}: {fault}");
        }

        faults.AddRange(found);
    }

    /// <summary>The parameters concerned, the one to complain of first; whether it is met; and what to say if not.</summary>
    private static IEnumerable<(string[] Paths, bool IsMet, string Fault)> Requirements(ProtocolDefinition d) =>
    [
        (["episode.splitDoseFromDay", "episode.sameInfusionMaxDays"], d.Episode.SplitDoseFromDay > d.Episode.SameInfusionMaxDays, "must lie after sameInfusionMaxDays"),
        (["episode.splitDoseToDay", "episode.splitDoseFromDay"], d.Episode.SplitDoseToDay >= d.Episode.SplitDoseFromDay, "must not lie before splitDoseFromDay"),
        (["detection.screeningToDay", "detection.fromDay"], d.Detection.ScreeningToDay >= d.Detection.FromDay, "must not lie before fromDay"),
        (["detection.concludeFromDay", "detection.screeningToDay"], d.Detection.ConcludeFromDay == d.Detection.ScreeningToDay + 1, "must be the day after screeningToDay"),
        (["escalation.lowStartCapMgPerDay", "escalation.capMgPerDay"], d.Escalation.LowStartCapMgPerDay <= d.Escalation.CapMgPerDay, "must not be above capMgPerDay"),
        (["grades.earlyToDay", "grades.earlyFromDay"], d.Grades.EarlyToDay >= d.Grades.EarlyFromDay, "must not lie before earlyFromDay"),
        (["grades.lateFromDay", "grades.earlyToDay"], d.Grades.LateFromDay > d.Grades.EarlyToDay, "must lie after earlyToDay"),
        (["grades.lateToDay", "grades.lateFromDay"], d.Grades.LateToDay >= d.Grades.LateFromDay, "must not lie before lateFromDay"),
        (["grades.carHematotoxToDay", "grades.carHematotoxFromDay"], d.Grades.CarHematotoxToDay >= d.Grades.CarHematotoxFromDay, "must not lie before carHematotoxFromDay"),
        .. d.Thrombocytosis.ByAgent.SelectMany(static agent => Rising($"thrombocytosis.{agent.Agent}", agent.Limits)),
    ];

    private static IEnumerable<(string[] Paths, bool IsMet, string Fault)> Rising(string agent, PlateletLimits limits) =>
    [
        ([$"{agent}.reduceAbovePerUl", $"{agent}.resumeBelowPerUl"], limits.ReduceAbovePerUl >= limits.ResumeBelowPerUl, "must not be below resumeBelowPerUl"),
        ([$"{agent}.holdAbovePerUl", $"{agent}.reduceAbovePerUl"], limits.HoldAbovePerUl >= limits.ReduceAbovePerUl, "must not be below reduceAbovePerUl"),
    ];

    /// <summary>Whether a fault is told of the parameter or of a section around it.</summary>
    private static bool IsFaulty(string path, List<string> faults)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            var part = path[..end] + ":";
            if (faults.Exists(fault => fault.StartsWith(part, StringComparison.Ordinal))) return true;
        }

        return false;
    }
}
