using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>The tables of the page: the numbers of the cohort, and the data behind each picture.</summary>
internal static class CohortPageTables
{
    public static void Numbers(StringBuilder html, CohortReport report)
    {
        html.Append("<ul class=\"numbers\">");
        Number(report.WithInfusion, "infused");
        Number(report.Screened, "screened");
        Number(report.SeverePersistentCytopenia, "severe persistent cytopenia");
        Number(report.Treated, "treated with a TPO-RA");
        Number(report.Responders, "responded");
        Number(report.CompleteResponders, "resolved completely");
        html.Append("</ul>\n");
        html.Append("<p>Products: ").Append(Counted(report.Products)).Append(". Agents: ").Append(Counted(report.Agents)).Append(".</p>\n");
        Begin(html, null, "Days", "", Cell.Number("n"), Cell.Number("median"), Cell.Number("range"));
        Row(html, ["infusion to the first TPO-RA", .. Days(report.StartDay)]);
        Row(html, ["first TPO-RA to hemoglobin resolved", .. Days(report.DaysToHemoglobin)]);
        Row(html, ["first TPO-RA to platelets resolved", .. Days(report.DaysToPlatelets)]);
        Row(html, ["first TPO-RA to ANC resolved", .. Days(report.DaysToAnc)]);
        End(html, null);

        void Number(int count, string what) => html.Append("<li><b>").Append(count).Append("</b>").Append(what).Append("</li>");
    }

    /// <summary>Behind the swimmer plot.</summary>
    public static void Courses(StringBuilder html, IReadOnlyList<PatientCourse> patients)
    {
        Begin(html, "Data behind this picture", "Days from the infusion", "patient", "product", Cell.Number("followed to"), "TPO-RA (dose, days)", "severe", "resolved", "platelets given", "red cells given", Cell.Number("response"), Cell.Number("complete"));
        foreach (var patient in patients)
        {
            var episode = patient.Episode!;
            Row(html, [
                patient.Patient, episode.Product, Cell.Number(episode.LastDay), Doses(episode),
                Phases(episode, LineagePhase.Severe), string.Join("; ", episode.Lineages.Where(l => l.ResolvedDay is not null).Select(l => $"{SwimmerPlot.NameOf(l.Lineage)} {l.ResolvedDay}")),
                string.Join(", ", episode.Transfusions.Where(bag => bag.Platelets).Select(bag => bag.Day)), string.Join(", ", episode.Transfusions.Where(bag => bag.RedCells).Select(bag => bag.Day)),
                Cell.Number(episode.ResponseDay), Cell.Number(episode.CompleteDay)]);
        }
        End(html, "details");
    }

    /// <summary>Behind the counts of one patient.</summary>
    public static void Counts(StringBuilder html, EpisodeCourse episode)
    {
        Begin(html, "Data behind this picture", "L: low; S: under a transfusion", Cell.Number("day"), "date", Cell.Number("ANC /uL"), Cell.Number("platelets /uL"), Cell.Number("hemoglobin g/dL"), "given");
        var byLineage = episode.Lineages.Select(lineage => lineage.Values.ToDictionary(value => value.Day)).ToList();
        var given = episode.Transfusions.Select(bag => (bag.Day, Text: bag is { Platelets: true, RedCells: true } ? "blood" : bag.Platelets ? "platelets" : "red cells"))
            .Concat(episode.Doses.Select(dose => (dose.Day, Text: dose.Agent + (dose.Dose is { } known ? $" {known.Value} {known.Unit}" : "")))).ToLookup(item => item.Day, item => item.Text);
        foreach (var day in byLineage.SelectMany(values => values.Keys).Concat(given.Select(items => items.Key)).Distinct().Order())
        {
            Row(html, [
                Cell.Number(day), episode.InfusedOn.AddDays(day).ToString("yyyy-MM-dd"), .. byLineage.Select(values => Cell.Number(values.TryGetValue(day, out var value) ? Text(value) : "")),
                string.Join(", ", given[day])]);
        }
        End(html, "details");
    }

    public static void Patients(StringBuilder html, CohortReport report, IReadOnlyList<PatientCourse> courses)
    {
        html.Append("<h2>All patients</h2>\n");
        Begin(html, $"{report.Patients} patients", "Days to resolution from the first TPO-RA, of lineages that were low at baseline", "patient", "product", "state on the last day", "agents", Cell.Number("start day"), Cell.Number("hemoglobin"), Cell.Number("platelets"), Cell.Number("ANC"), "response", "complete");
        foreach (var (patient, course) in report.PerPatient.Zip(courses))
        {
            Row(html, [
                patient.Patient, patient.Product ?? "no infusion", course.Episode?.State ?? States.NoInfusion, string.Join(", ", patient.Agents), Cell.Number(patient.StartDay), Cell.Number(patient.DaysToHemoglobin),
                Cell.Number(patient.DaysToPlatelets), Cell.Number(patient.DaysToAnc), patient.Response ? "yes" : "", patient.Complete ? "yes" : ""]);
        }
        End(html, "details");
    }

    public static void Refused(StringBuilder html, CohortReport report)
    {
        if (report.Refused.Count == 0) return;
        html.Append("<h2>Refused</h2>\n<p>").Append(report.Refused.Count).Append(" resources could not be used in whole or in part; everything else was.</p>\n");
        Begin(html, "Refused resources", "", "resource", "code");
        foreach (var refusal in report.Refused) Row(html, [refusal.Resource, refusal.Code]);
        End(html, "details");
    }

    private static string Counted(IReadOnlyDictionary<string, int> counts) => Svg.Escape(counts.Count == 0 ? "none" : string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}")));

    private static Cell[] Days(Spread days) => [Cell.Number(days.N), Cell.Number(days.Median), Cell.Number(days.N == 0 ? "" : $"{days.Min}-{days.Max}")];

    private static string Doses(EpisodeCourse episode) => string.Join("; ", DoseRuns.Of(episode.Doses).GroupBy(run => run.Agent, StringComparer.Ordinal)
        .Select(agent => $"{agent.Key}: {string.Join(", ", agent.Select(run => $"{(run.Dose is { } dose ? $"{dose.Value} {dose.Unit} " : "")}{(run.FromDay == run.ToDay ? run.FromDay : $"{run.FromDay}-{run.ToDay}")}"))}"));

    private static string Phases(EpisodeCourse episode, LineagePhase phase) => string.Join("; ", episode.Lineages
        .Where(lineage => lineage.Spans.Any(span => span.Phase == phase))
        .Select(lineage => $"{SwimmerPlot.NameOf(lineage.Lineage)} {string.Join(", ", lineage.Spans.Where(span => span.Phase == phase).Select(span => $"{span.FromDay}-{span.ToDay}"))}"));

    private static string Text(ValueOnDay value) => $"{value.Comparator}{value.Value}{(value.Low ? " L" : "")}{(value.Supported ? " S" : "")}";

    private static void Begin(StringBuilder html, string? summary, string caption, params Cell[] headings)
    {
        if (summary is not null) html.Append("<details><summary>").Append(Svg.Escape(summary)).Append("</summary>");
        html.Append("<table><caption>").Append(Svg.Escape(caption)).Append("</caption><thead><tr>");
        foreach (var heading in headings) html.Append("<th scope=\"col\"").Append(heading.Look).Append('>').Append(Svg.Escape(heading.Text)).Append("</th>");
        html.Append("</tr></thead><tbody>\n");
    }

    private static void Row(StringBuilder html, Cell[] cells)
    {
        html.Append("<tr>");
        foreach (var cell in cells) html.Append("<td").Append(cell.Look).Append('>').Append(Svg.Escape(cell.Text)).Append("</td>");
        html.Append("</tr>\n");
    }

    private static void End(StringBuilder html, string? details) => html.Append("</tbody></table>").Append(details is null ? "\n" : "</details>\n");

    /// <summary>Words, or a number, which stands on the right.</summary>
    private readonly record struct Cell(string Text, bool IsNumber)
    {
        public string Look => IsNumber ? " class=\"n\"" : "";

        public static Cell Number(object? number) => new(number?.ToString() ?? "", true);

        public static implicit operator Cell(string text) => new(text, false);
    }
}
