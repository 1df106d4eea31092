using CarT.Fhir.Contracts;
using Spectre.Console;

namespace CarT.Fhir.Standalone.Evaluate;

/// <summary>Assessments for people: one row per patient.</summary>
internal static class AssessmentTable
{
    public static Table Of(IReadOnlyList<Assessment> assessments, IReadOnlyList<DataQualityFinding> withoutPatient)
    {
        var table = new Table().RoundedBorder();
        foreach (var title in new[] { "patient", "day", "state", "ANC", "platelets", "Hb", "active flags", "proposals", "refused" }) table.AddColumn(title);
        foreach (var assessment in assessments)
        {
            table.AddRow(
                Cell(assessment.Patient), Cell(assessment.Episode?.Day.ToString() ?? ""), Cell(assessment.State),
                Cell(Lineage(assessment.Lineages.Anc)), Cell(Lineage(assessment.Lineages.Platelets)), Cell(Lineage(assessment.Lineages.Hemoglobin)),
                Cell(string.Join('\n', assessment.Flags.Where(flag => flag.Status == FlagStatuses.Active).Select(flag => $"{flag.Code} since {flag.Since:yyyy-MM-dd}"))),
                Cell(string.Join('\n', assessment.CarePlan.Activities.Select(activity => activity.Code))),
                Cell(string.Join('\n', assessment.DataQuality.Select(finding => $"{finding.Code} {finding.Resource}"))));
        }
        foreach (var finding in withoutPatient) table.AddRow(Cell("-"), Cell(""), Cell(""), Cell(""), Cell(""), Cell(""), Cell(""), Cell(""), Cell($"{finding.Code} {finding.Resource}"));
        return table;
    }

    private static string Lineage(LineageSummary lineage) =>
        lineage.Latest is { } latest ? $"{lineage.Status} ({latest.Comparator}{latest.Value} {latest.Unit})" : lineage.Status;

    private static Markup Cell(string text) => new(Markup.Escape(text));
}
