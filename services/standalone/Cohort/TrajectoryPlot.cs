using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>
/// The counts of one patient: three panels over the same days, each with its threshold. ANC and platelets stand on a scale of powers of ten, so that
/// 20 and 200 can be told apart.
/// </summary>
internal static class TrajectoryPlot
{
    private const decimal Top = 26;
    private const decimal Panel = 128;
    private const decimal Gap = 16;

    public static string Draw(PatientCourse patient, LowParameters low)
    {
        var episode = patient.Episode!;
        var axis = new DayAxis(episode.LastDay);
        var height = Top + (3 * (Panel + Gap));
        var svg = new Svg(DayAxis.Width, height, $"Counts of {patient.Patient} by day from the infusion, with the thresholds");
        axis.Draw(svg, Top - 6, height - Gap);
        for (var i = 0; i < episode.Lineages.Count; i++)
        {
            var top = Top + (i * (Panel + Gap));
            var scale = CountScale.Of(episode.Lineages[i].Lineage, low, top, top + Panel);
            Therapy(svg, axis, episode, top);
            Lineage(svg, axis, episode, episode.Lineages[i], scale);
        }
        return svg.ToString();
    }

    private static void Therapy(Svg svg, DayAxis axis, EpisodeCourse episode, decimal top)
    {
        foreach (var run in DoseRuns.Of(episode.Doses))
            svg.Rect("therapy", axis.At(run.FromDay), top, axis.At(run.ToDay + 1) - axis.At(run.FromDay), Panel, run.ToString());
    }

    private static void Lineage(Svg svg, DayAxis axis, EpisodeCourse episode, LineageCourse lineage, CountScale scale)
    {
        foreach (var tick in scale.Ticks)
        {
            svg.Line("grid", DayAxis.From, scale.At(tick.Value), DayAxis.To, scale.At(tick.Value));
            svg.Text(DayAxis.From - 6, scale.At(tick.Value) + 4, tick.Label, "end", "quiet");
        }
        svg.Text(8, scale.Top + 14, scale.Name, look: "name");
        svg.Text(8, scale.Top + 30, scale.Unit, look: "quiet");
        svg.Line("threshold", DayAxis.From, scale.At(scale.Threshold), DayAxis.To, scale.At(scale.Threshold), scale.ThresholdText);
        svg.Text(8, scale.Top + 46, scale.ThresholdText);
        foreach (var bag in episode.Transfusions.Where(bag => bag.Supports(lineage.Lineage)))
            svg.Line("bag", axis.At(bag.Day), scale.Bottom - 10, axis.At(bag.Day), scale.Bottom, $"Transfusion, day {bag.Day}");
        if (lineage.ResolvedDay is { } resolved)
        {
            svg.Line("mark", axis.At(resolved), scale.Top, axis.At(resolved), scale.Bottom, $"First of the values that resolved it, day {resolved}");
            svg.Text(axis.At(resolved) + 4, scale.Top + 12, $"resolved d{resolved}");
        }
        svg.Polyline("path", lineage.Values.Select(value => (axis.At(value.Day), scale.At(value.Value))));
        foreach (var value in lineage.Values) Point(svg, axis.At(value.Day), scale.At(value.Value), value, scale);
    }

    private static void Point(Svg svg, decimal x, decimal y, ValueOnDay value, CountScale scale)
    {
        var meaning = $"day {value.Day}: {value.Comparator}{value.Value} {scale.Unit}{(value.Supported ? ", under a transfusion" : "")}{(value.Low ? ", low" : "")}";
        if (value.Low) svg.Circle("low", x, y, 3.2m, meaning);
        else if (value.Supported) svg.Cross("supported", x, y, 3.2m, meaning);
        else svg.Circle("recovered", x, y, 3.2m, meaning);
    }
}
