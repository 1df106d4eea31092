using CarT.Fhir.Hematology;
using Spectre.Console;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>The report for people: counts, times, one row per treated patient, and what was refused.</summary>
internal static class CohortTable
{
    public static void Write(CohortReport report)
    {
        TableOutput.Write(Counts(report));
        TableOutput.Write(Times(report));
        TableOutput.Write(Treated(report));
        if (report.Refused.Count > 0) TableOutput.Write(Refused(report));
    }

    private static Table Counts(CohortReport report)
    {
        var table = TableOutput.Titled("Cohort", "", "patients");
        table.AddRow("in the input", Text(report.Patients));
        table.AddRow("with a CAR-T infusion", Text(report.WithInfusion));
        foreach (var (product, count) in report.Products) table.AddRow("  " + Markup.Escape(product), Text(count));
        table.AddRow("screened", Text(report.Screened));
        table.AddRow("severe persistent cytopenia", Text(report.SeverePersistentCytopenia));
        table.AddRow("treated with a TPO-RA", Text(report.Treated));
        foreach (var (agent, count) in report.Agents) table.AddRow("  " + Markup.Escape(agent), Text(count));
        table.AddRow("response", Text(report.Responders));
        table.AddRow("complete resolution", Text(report.CompleteResponders));
        return table;
    }

    private static Table Times(CohortReport report)
    {
        var table = TableOutput.Titled("Days", "", "n", "median", "range");
        Add("infusion to start of the TPO-RA", report.StartDay);
        Add("start to hemoglobin resolved", report.DaysToHemoglobin);
        Add("start to platelets resolved", report.DaysToPlatelets);
        Add("start to ANC resolved", report.DaysToAnc);
        return table;

        void Add(string what, Spread days) => table.AddRow(what, Text(days.N), Text(days.Median), days.N == 0 ? "" : $"{days.Min}-{days.Max}");
    }

    private static Table Treated(CohortReport report)
    {
        var table = TableOutput.Titled("Treated patients", "patient", "product", "agents", "start day", "Hb", "platelets", "ANC", "response", "complete");
        foreach (var patient in report.PerPatient.Where(patient => patient.Agents.Count > 0))
        {
            table.AddRow(
                Markup.Escape(patient.Patient), Markup.Escape(patient.Product!), string.Join(", ", patient.Agents), Text(patient.StartDay),
                Text(patient.DaysToHemoglobin), Text(patient.DaysToPlatelets), Text(patient.DaysToAnc), YesNo(patient.Response), YesNo(patient.Complete));
        }
        return table;
    }

    private static Table Refused(CohortReport report)
    {
        var table = TableOutput.Titled("Refused", "resource", "code");
        foreach (var refusal in report.Refused) table.AddRow(Markup.Escape(refusal.Resource), refusal.Code);
        return table;
    }

    private static string Text(decimal? number) => number?.ToString() ?? "-";

    private static string YesNo(bool value) => value ? "yes" : "no";
}
