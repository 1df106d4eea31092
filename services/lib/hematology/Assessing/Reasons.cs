using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// Short, checkable sentences: why the state is what it is, the treatment and the transfusions that were looked at, then what would change it
/// (<see cref="Outlook"/>). No running day: they change only when the facts or the state do (P11.4).
/// </summary>
internal static class Reasons
{
    public static IReadOnlyList<string> WithoutInfusion { get; } = ["No CAR-T infusion is known", Outlook.WithoutInfusion];

    public static IReadOnlyList<string> Of(EpisodeFold fold)
    {
        var reasons = fold.State switch
        {
            States.Closed => [fold.Closing.Explain()],
            States.Observing => [$"Before day {fold.Definition.Detection.FromDay} ({fold.DateOf(fold.Definition.Detection.FromDay)})"],
            States.Screening => Screening(fold),
            States.NoSevereCytopenia => Concluded(fold),
            States.Indeterminate => Obstacles(fold),
            States.SafetyHold => [.. Texts(fold.Thrombocytosis.Hold, fold.Hepatotoxicity.Hold), .. Severe(fold)],
            States.NonResponder => [.. Texts(fold.NonResponse.Cause), .. Severe(fold)],
            States.Responded or States.Tapering => Responded(fold),
            _ => Severe(fold),
        };
        if (fold.State == States.Tapering) reasons.Add(Tapering(fold));
        if (fold.HasTpoRa && !fold.IsClosed) reasons.AddRange(Treatment(fold));
        if (!fold.Provides.Doses && fold.State == States.SeverePersistentCytopenia)
            reasons.Add("The source provides no doses, so nothing is known of a TPO-RA");
        if (fold.State is not (States.Closed or States.Observing)) reasons.Add(Transfusions(fold));
        if (fold.State is not (States.Closed or States.Indeterminate))
            reasons.AddRange(fold.All.Where(static l => l.Latest?.Class == ValueClass.Neutral).Select(Supported));
        reasons.AddRange(Outlook.Of(fold));
        return reasons;
    }

    private static List<string> Screening(EpisodeFold fold)
    {
        var detection = fold.Definition.Detection;
        var (from, to) = (fold.DateOf(detection.FromDay), fold.DateOf(detection.ScreeningToDay));
        return [$"Screening from {from} to {to} (days {detection.FromDay}-{detection.ScreeningToDay}); no lineage is severe"];
    }

    private static List<string> Concluded(EpisodeFold fold) =>
        ["Above the thresholds without support: " + string.Join("; ", fold.All.Select(static l => ValueWording.Dated(l.Lineage, l.Latest!)))];

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
        var last = lineage.Transfusions.LastUpTo(fold.Day)!.Value;
        var (name, kind) = (Wording.Lineage(lineage.Lineage), Wording.Transfusion(lineage.Lineage));
        return $"{name}: {kind} on {SupportWording.Last(last)}, independent from {fold.DateOf(last.Day + lineage.Transfusions.WindowDays)}";
    }

    private static string? CountObstacle(LineageFold lineage, EpisodeFold fold)
    {
        var from = fold.Definition.Detection.FromDay;
        if (!lineage.HasValueSince(from)) return $"No evaluable {Wording.LineageInside(lineage.Lineage)} since {fold.DateOf(from)} (day {from})";
        return lineage.Latest!.Class switch
        {
            ValueClass.Low => $"{ValueWording.Dated(lineage.Lineage, lineage.Latest)} is low ({lineage.Low.LowWords(lineage.Lineage)})",
            ValueClass.Neutral => Supported(lineage),
            _ => null,
        };
    }

    /// <summary>Why a value above the threshold builds nothing (P5.3).</summary>
    private static string Supported(LineageFold lineage)
    {
        var by = lineage.Transfusions.SupportOf(lineage.Latest!) is { } transfusion
            ? $"by the {Wording.Transfusion(lineage.Lineage)} on {SupportWording.Last(transfusion)}"
            : "by G-CSF";
        return $"{ValueWording.Dated(lineage.Lineage, lineage.Latest!)} is supported {by}";
    }

    private static List<string> Responded(EpisodeFold fold) => fold.Response.Complete is { } complete
        ? [complete.Text]
        : [.. fold.All.Where(static l => l is { LowAtBaseline: true, Resolution: not null }).Select(ResponseFold.ExplainResolution)];

    private static string Transfusions(EpisodeFold fold) =>
        Wording.Sentence(SupportWording.Independence(fold.Episode, fold.Platelets, fold.Hemoglobin, fold.Day, fold.Provides.Transfusions));

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
            var current = fold.DateOf(fold.Therapy.CurrentUpTo(course, fold.Day)!.Value);
            yield return $"{Wording.Sentence(course.Agent)} since {fold.DateOf(course.First.Day)}, last on {fold.DateOf(last.Day)}, current up to {current} "
                + $"({dose}{Origin(last)})";
        }
    }

    private static string Origin(DoseDay day) => day.Origins.First() switch
    {
        "MedicationStatement" => ", from a medication statement",
        "MedicationDispense" => ", from a medication dispense",
        _ => "",
    };
}
