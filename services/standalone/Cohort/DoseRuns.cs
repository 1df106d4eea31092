using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>Days in a row on which one agent was given at one dose; both ends included.</summary>
internal sealed record DoseRun(string Agent, Dose? Dose, int FromDay, int ToDay)
{
    /// <summary>For example <c>eltrombopag 50 mg, days 21-34</c>.</summary>
    public override string ToString() =>
        $"{Agent}{(Dose is { } known ? $" {known.Value} {known.Unit}" : "")}, {(FromDay == ToDay ? $"day {FromDay}" : $"days {FromDay}-{ToDay}")}";
}

/// <summary>Doses told in runs, as a clinician would say them.</summary>
internal static class DoseRuns
{
    public static IReadOnlyList<DoseRun> Of(IEnumerable<DoseOnDay> doses)
    {
        var runs = new List<DoseRun>();
        foreach (var dose in doses.OrderBy(dose => dose.Agent, StringComparer.Ordinal).ThenBy(dose => dose.Day))
        {
            if (runs.Count > 0 && runs[^1] is var last && last.Agent == dose.Agent && last.Dose == dose.Dose && dose.Day == last.ToDay + 1) runs[^1] = last with { ToDay = dose.Day };
            else runs.Add(new DoseRun(dose.Agent, dose.Dose, dose.Day, dose.Day));
        }
        return runs;
    }
}
