using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Short, checkable sentences that say why the state is what it is. No running day: they change only when the facts do (P11.4).</summary>
internal static class Reasons
{
    public static IReadOnlyList<string> WithoutInfusion { get; } = ["No CAR-T infusion is known"];

    public static IReadOnlyList<string> Of(EpisodeFold fold)
    {
        var reasons = fold.State switch
        {
            States.Closed => [fold.ClosedBecause!],
            States.Observing => [$"Before day {fold.Definition.Detection.FromDay} ({DateOf(fold, fold.Definition.Detection.FromDay)})"],
            States.Screening => Screening(fold),
            States.NoSevereCytopenia => Concluded(fold),
            States.Indeterminate => Obstacles(fold),
            States.SafetyHold => [.. Texts(fold.Thrombocytosis.Hold, fold.Hepatotoxicity.Hold), .. Severe(fold)],
            States.NonResponder => [.. Texts(fold.NonResponse.Cause), .. Severe(fold)],
            States.Responded or States.Tapering => Responded(fold),
            _ => Severe(fold),
        };
        if (fold.State == States.Tapering) reasons.Add(Tapering(fold));
        if (fold.HasTpoRa && fold.State is not (States.Closed or States.Responded or States.Tapering)) reasons.AddRange(Treatment(fold));
        return reasons;
    }

    private static List<string> Screening(EpisodeFold fold)
    {
        var detection = fold.Definition.Detection;
        var (from, to) = (DateOf(fold, detection.FromDay), DateOf(fold, detection.ScreeningToDay));
        return [$"Screening from {from} to {to} (days {detection.FromDay}-{detection.ScreeningToDay}); no lineage is severe"];
    }

    private static List<string> Concluded(EpisodeFold fold) => ["Above the thresholds without support: " + string.Join("; ", fold.All.Select(Latest))];

    private static string Latest(LineageFold lineage) =>
        $"{Wording.Lineage(lineage.Lineage)} {Wording.Values(lineage.Lineage, [lineage.Latest!])} on {Wording.Date(lineage.Latest!.Date)}";

    /// <summary>P6.4: what keeps the absence of severe cytopenia from being concluded.</summary>
    private static List<string> Obstacles(EpisodeFold fold)
    {
        var obstacles = new List<string>();
        if (!fold.Provides.Labs) obstacles.Add("The source provides no laboratory values");
        if (!fold.Provides.Transfusions) obstacles.Add("The source provides no transfusions");
        foreach (var lineage in fold.All)
        {
            if (CountObstacle(lineage, fold) is { } missing) obstacles.Add(missing);
            if (TransfusionObstacle(lineage, fold) is { } transfused) obstacles.Add(transfused);
        }

        return obstacles;
    }

    private static string? TransfusionObstacle(LineageFold lineage, EpisodeFold fold)
    {
        if (lineage.Lineage == Lineages.Anc || lineage.Transfusions.IsIndependent(fold.Day)) return null;
        var last = lineage.Transfusions.LastUpTo(fold.Day)!.Value.At.Date;
        return $"{Wording.Lineage(lineage.Lineage)}: transfused on {Wording.Date(last)}, less than {lineage.Transfusions.WindowDays} days ago";
    }

    private static string? CountObstacle(LineageFold lineage, EpisodeFold fold)
    {
        var from = fold.Definition.Detection.FromDay;
        if (!lineage.HasValueSince(from)) return $"No evaluable {Wording.LineageInside(lineage.Lineage)} since {DateOf(fold, from)} (day {from})";
        return lineage.Latest!.Class switch
        {
            ValueClass.Low => Latest(lineage) + " is low",
            ValueClass.Neutral => Latest(lineage) + " is supported by a transfusion",
            _ => null,
        };
    }

    private static List<string> Responded(EpisodeFold fold)
    {
        var resolved = fold.All.Where(static l => l is { LowAtBaseline: true, Resolution: not null }).Select(ResponseFold.ExplainResolution);
        return [.. resolved, LastTransfusions(fold)];
    }

    private static string LastTransfusions(EpisodeFold fold)
    {
        DateOnly?[] last = [fold.Platelets.Transfusions.LastUpTo(fold.Day)?.At.Date, fold.Hemoglobin.Transfusions.LastUpTo(fold.Day)?.At.Date];
        return last.Max() is { } date ? $"Last platelet or red-cell transfusion on {Wording.Date(date)}" : "No platelet or red-cell transfusion in the episode";
    }

    private static List<string> Severe(EpisodeFold fold) => Texts([.. fold.All.Select(static l => l.SevereCause), fold.Response.Relapse]);

    private static List<string> Texts(params IEnumerable<Finding?> findings) => [.. findings.OfType<Finding>().Select(static f => f.Text)];

    private static string Tapering(EpisodeFold fold)
    {
        var last = fold.Therapy.Eltrombopag!.LastUpTo(fold.Day)!;
        return $"Eltrombopag {Wording.Dose(last.Dose!)} daily, below the highest dose of {Wording.Number(last.HighestSoFar!.Value)} mg";
    }

    private static IEnumerable<string> Treatment(EpisodeFold fold)
    {
        foreach (var course in fold.Therapy.Courses)
        {
            if (course.LastUpTo(fold.Day) is not { } last) continue;
            var dose = last.Dose is { } known ? Wording.Dose(known) : "dose not stated";
            yield return $"{Wording.Sentence(course.Agent)} since {DateOf(fold, course.First.Day)}, last on {DateOf(fold, last.Day)} ({dose}{Origin(last)})";
        }
    }

    private static string Origin(DoseDay day) => day.Origins.First() switch
    {
        "MedicationStatement" => ", from a medication statement",
        "MedicationDispense" => ", from a medication dispense",
        _ => "",
    };

    private static string DateOf(EpisodeFold fold, int day) => Wording.Date(fold.Episode.DateOf(day));
}
