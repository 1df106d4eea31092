using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>
/// One block of four lanes per patient: the TPO-RA, and each lineage with the time in which it was Severe, the day of its first resolution, and
/// its transfusions.
/// </summary>
internal static class SwimmerPlot
{
    private const decimal Top = 34;
    private const decimal Block = 92;
    private const decimal Lane = 19;
    private const decimal Bar = 9;
    private const decimal HighestDoseMg = 150;

    public static string Draw(IReadOnlyList<PatientCourse> patients)
    {
        var axis = new DayAxis(patients.Max(patient => patient.Episode!.LastDay));
        var height = Top + (patients.Count * Block) + 6;
        var svg = new Svg(DayAxis.Width, height, $"Swimmer plot of {patients.Count} patients: TPO-RA, severe time, transfusions and resolution of each lineage, by day from the infusion");
        axis.Draw(svg, Top - 6, height - 6);
        for (var i = 0; i < patients.Count; i++) Patient(svg, axis, patients[i], Top + (i * Block));
        return svg.ToString();
    }

    private static void Patient(Svg svg, DayAxis axis, PatientCourse patient, decimal top)
    {
        var episode = patient.Episode!;
        svg.Line("grid", 4, top, DayAxis.To, top);
        svg.Text(8, top + 16, patient.Patient[(patient.Patient.IndexOf('/', StringComparison.Ordinal) + 1)..], look: "name");
        svg.Text(8, top + 32, episode.Product, look: "quiet");
        Therapy(svg, axis, episode, top + 8);
        for (var i = 0; i < episode.Lineages.Count; i++) Lineage(svg, axis, episode, episode.Lineages[i], top + 8 + ((i + 1) * Lane));
        if (episode.DeathDay is { } death) svg.Cross("end", axis.At(death), top + 46, 6, $"Died on day {death}");
    }

    private static void Therapy(Svg svg, DayAxis axis, EpisodeCourse episode, decimal y)
    {
        svg.Text(DayAxis.From - 8, y + 12, "TPO-RA", "end", "quiet");
        svg.Line("grid", axis.At(0), y + 13, axis.At(episode.LastDay), y + 13);
        svg.Triangle("end", axis.At(0), y + 7, 5, $"CAR-T infusion on {episode.InfusedOn:yyyy-MM-dd}");
        foreach (var run in DoseRuns.Of(episode.Doses).Where(run => run.Agent != Agents.Romiplostim))
            svg.Rect("dose", axis.At(run.FromDay), y + 13 - HeightOf(run), axis.At(run.ToDay + 1) - axis.At(run.FromDay), HeightOf(run), run.ToString());
        foreach (var run in DoseRuns.Of(episode.Doses).Where(run => run.Agent == Agents.Romiplostim))
            svg.Diamond("weekly", axis.At(run.FromDay), y + 7, 6, run.ToString());
    }

    private static void Lineage(Svg svg, DayAxis axis, EpisodeCourse episode, LineageCourse lineage, decimal y)
    {
        svg.Text(DayAxis.From - 8, y + 11, NameOf(lineage.Lineage), "end", "quiet");
        svg.Rect("followed", axis.At(0), y + 2, axis.At(episode.LastDay) - axis.At(0), Bar);
        foreach (var span in lineage.Spans)
        {
            var (look, what) = span.Phase == LineagePhase.Severe ? ("severe", "severe") : ("resolved", "resolved");
            svg.Rect(look, axis.At(span.FromDay), y + 2, axis.At(Math.Min(span.ToDay + 1, episode.LastDay)) - axis.At(span.FromDay), Bar, $"{NameOf(lineage.Lineage)} {what}, days {span.FromDay}-{span.ToDay}");
        }
        foreach (var bag in episode.Transfusions.Where(bag => bag.Supports(lineage.Lineage)))
            svg.Line("bag", axis.At(bag.Day), y, axis.At(bag.Day), y + Bar + 4, $"Transfusion, day {bag.Day}");
        if (lineage.ResolvedDay is { } day) svg.Circle("first", axis.At(day), y + 2 + (Bar / 2), 5, Resolved(lineage, day));
    }

    private static decimal HeightOf(DoseRun run) => run.Dose is { Unit: "mg" } known ? 3 + (10 * Math.Min(known.Value, HighestDoseMg) / HighestDoseMg) : 4;

    private static string Resolved(LineageCourse lineage, int day) => lineage.DaysFromTpoRaStart is { } days
        ? $"{NameOf(lineage.Lineage)} resolved on day {day}, {days} days from the start of the TPO-RA"
        : $"{NameOf(lineage.Lineage)} resolved on day {day}";

    public static string NameOf(string lineage) => lineage switch
    {
        Lineages.Anc => "ANC",
        Lineages.Platelets => "platelets",
        _ => "hemoglobin",
    };
}
