using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>What would make a lineage severe at all, and what is missing to conclude that none is (P6).</summary>
internal static class DetectionOutlook
{
    public static string Severe(EpisodeFold fold)
    {
        var detection = fold.Definition.Detection;
        var low = string.Join(", ", fold.All.Select(static l => $"{Wording.LineageInside(l.Lineage)} {l.Low.LowWords(l.Lineage)}"));
        var from = $"from {fold.DateOf(detection.FromDay)} (day {detection.FromDay}) on";
        return $"A lineage becomes severe {from} with {Wording.Count(detection.LowValues)} low values on different days, neighbours at most "
            + $"{detection.LowMaxGapDays} days apart and no unsupported value above the threshold between ({low}), or with {Dependence(detection)}";
    }

    /// <summary>P6.2, behind a sentence on low values.</summary>
    public static string Dependence(DetectionParameters detection) =>
        $"platelet or red-cell transfusions on {Wording.Count(detection.DependentTransfusionDays)} days of {detection.DependentWindowDays} "
        + "and no such value after the first";

    /// <summary>P6.4.</summary>
    public static string Conclusion(EpisodeFold fold, int facts)
    {
        List<string> unknown = [];
        if (!fold.Provides.Labs) unknown.Add("laboratory values");
        if (!fold.Provides.Transfusions) unknown.Add("transfusions");
        if (unknown.Count > 0) return $"Without {Wording.List(unknown)} from the source the absence of severe cytopenia is never concluded";
        List<string> needs =
        [
            .. fold.All.Select(lineage => Value(fold, lineage, facts)).OfType<string>(),
            .. fold.All.Where(static l => l.Lineage != Lineages.Anc).Select(lineage => Independence(fold, lineage, facts)).OfType<string>(),
        ];
        var from = $"from {fold.DateOf(fold.Definition.Detection.ConcludeFromDay)} (day {fold.Definition.Detection.ConcludeFromDay}) on";
        return needs.Count == 0
            ? $"The absence of severe cytopenia is concluded {from} if no low value and no transfusion comes before"
            : $"The absence of severe cytopenia is concluded {from} with {Wording.List(needs)}";
    }

    private static string? Value(EpisodeFold fold, LineageFold lineage, int facts)
    {
        if (lineage.HasValueSince(fold.Definition.Detection.FromDay) && lineage.Latest!.Class == ValueClass.Recovered) return null;
        var from = lineage.Transfusions.UnsupportedFrom(fold.Day) is { } day && day > facts ? $" from {fold.DateOf(day)} on" : "";
        return $"{Wording.LineageInside(lineage.Lineage)} {lineage.Low.RecoveredWords(lineage.Lineage)}{from}";
    }

    private static string? Independence(EpisodeFold fold, LineageFold lineage, int facts) =>
        lineage.Transfusions.UnsupportedFrom(fold.Day) is { } day && day > facts
            ? $"no further {Wording.Transfusion(lineage.Lineage)} up to {fold.DateOf(day)}"
            : null;
}
