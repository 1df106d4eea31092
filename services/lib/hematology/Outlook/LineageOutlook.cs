using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>What would resolve a lineage, make it severe, end its resolution, or begin or end its dependence on transfusions (P6, P7).</summary>
internal static class LineageOutlook
{
    public static IEnumerable<string> Of(EpisodeFold fold, LineageFold lineage, int facts)
    {
        if (lineage is { WasLow: true, Resolution: null }) yield return Resolution(fold, lineage, facts);
        foreach (var more in MoreLow(fold, lineage, facts)) yield return more;
        if (Dependence(fold, lineage, facts) is { } dependence) yield return dependence;
    }

    private static string Resolution(EpisodeFold fold, LineageFold lineage, int facts)
    {
        var rule = fold.Definition.Resolution;
        var run = lineage.TowardsResolution;
        var unsupportedFrom = lineage.Transfusions.UnsupportedFrom(fold.Day) ?? 0;
        var goesOn = run.Count > 0 && run[^1].Day + rule.MaxGapDays >= Math.Max(facts, unsupportedFrom)
            && !(rule.TransfusionRestarts && lineage.Transfusions.AnyAfter(run[0], fold.Day));
        return goesOn ? Continued(fold, lineage, unsupportedFrom) : Begun(fold, lineage, unsupportedFrom > facts);
    }

    private static string Continued(EpisodeFold fold, LineageFold lineage, int unsupportedFrom)
    {
        var rule = fold.Definition.Resolution;
        var run = lineage.TowardsResolution;
        var by = fold.DateOf(run[^1].Day + rule.MaxGapDays);
        var from = unsupportedFrom > run[^1].Day ? $" from {fold.DateOf(unsupportedFrom)} on" : "";
        var transfusion = $"no {Wording.Transfusion(lineage.Lineage)} before";
        var what = rule.Values - run.Count == 1
            ? $"{Value(lineage)} on another day{from} by {by}, with {transfusion} it, resolves the lineage"
            : $"{Values(lineage, rule.Values - run.Count, "more ")} on other days{from}, the first by {by}, neighbours at most {rule.MaxGapDays} days apart "
                + $"and {transfusion} the last, resolve the lineage";
        return $"{Wording.Lineage(lineage.Lineage)}: {what}{Gcsf(fold, lineage)} ({SoFar(lineage, run)})";
    }

    private static string Begun(EpisodeFold fold, LineageFold lineage, bool isSupported)
    {
        var rule = fold.Definition.Resolution;
        var from = isSupported && lineage.Transfusions.LastUpTo(fold.Day) is { } last
            ? $" from {fold.DateOf(last.Day + lineage.Transfusions.WindowDays)} on (last {Wording.Transfusion(lineage.Lineage)} on {SupportWording.Last(last)})"
            : "";
        return $"{Wording.Lineage(lineage.Lineage)}: {Values(lineage, rule.Values, "")} in a row on different days{from}, neighbours at most {rule.MaxGapDays} "
            + $"days apart and no {Wording.Transfusion(lineage.Lineage)} from the first to the last, resolve the lineage{Gcsf(fold, lineage)}";
    }

    /// <summary>P6.1 and P7.7: low values that are not enough yet. A severe lineage cannot become severe again.</summary>
    private static List<string> MoreLow(EpisodeFold fold, LineageFold lineage, int facts)
    {
        var (detection, resolution) = (fold.Definition.Detection, fold.Definition.Resolution);
        var severe = lineage.IsSevere ? null : MoreLow(fold, lineage, lineage.TowardsSevere, detection.LowValues, detection.LowMaxGapDays, facts);
        var loss = lineage.Resolution is null
            ? null
            : MoreLow(fold, lineage, lineage.TowardsLoss, resolution.LostLowValues, resolution.LostMaxGapDays, facts);
        if (severe is not null && severe == loss) return [$"{severe} the lineage severe and the resolution lost ({SoFar(lineage, lineage.TowardsLoss)})"];
        List<string> sentences = [];
        if (severe is not null) sentences.Add($"{severe} the lineage severe ({SoFar(lineage, lineage.TowardsSevere)})");
        if (loss is not null) sentences.Add($"{loss} the resolution lost ({SoFar(lineage, lineage.TowardsLoss)})");
        return sentences;
    }

    private static string? MoreLow(EpisodeFold fold, LineageFold lineage, IReadOnlyList<DailyValue> soFar, int needed, int gap, int facts)
    {
        if (soFar.Count == 0 || soFar.Count >= needed || soFar[^1].Day + gap < facts) return null;
        var (missing, by, low) = (needed - soFar.Count, fold.DateOf(soFar[^1].Day + gap), lineage.Low.OfLowWords(lineage.Lineage));
        var what = missing == 1
            ? $"one more value {low} on another day by {by}"
            : $"{Wording.Count(missing)} more values {low} on other days, the first by {by} and neighbours at most {gap} days apart";
        var between = $"with no unsupported value {lineage.Low.RecoveredWords(lineage.Lineage)} between";
        return $"{Wording.Lineage(lineage.Lineage)}: {what}, {between}, {(missing == 1 ? "makes" : "make")}";
    }

    /// <summary>P6.2. Before the first day of detection only what will be true on it counts.</summary>
    private static string? Dependence(EpisodeFold fold, LineageFold lineage, int facts)
    {
        var detection = fold.Definition.Detection;
        var (dependence, kind) = (lineage.Dependence, Wording.Transfusion(lineage.Lineage));
        var (name, recovered) = (Wording.Lineage(lineage.Lineage), lineage.Low.RecoveredWords(lineage.Lineage));
        var isLater = fold.Day < detection.FromDay;
        if (dependence.BeginsOn is { } begins)
        {
            var given = Wording.Dates(dependence.DatesOfLatest(detection.DependentTransfusionDays));
            return $"{name}: transfusion-dependent from {fold.DateOf(begins)} on by the {kind}s on {given}, unless an unsupported value {recovered} comes before";
        }

        if (!isLater && dependence.EndsOn is { } end)
        {
            var from = fold.DateOf(lineage.Transfusions.UnsupportedFrom(fold.Day)!.Value);
            return $"{name}: the transfusion dependence ends on {fold.DateOf(end)} without another {kind}, or with a value {recovered} from {from} on";
        }

        return dependence.OneMoreUpTo is { } by && by >= Math.Max(facts, detection.FromDay)
            ? $"{name}: one more {kind} on another day by {fold.DateOf(by)}, with no unsupported value {recovered} before, makes the lineage "
                + $"transfusion-dependent (the last was on {SupportWording.Last(lineage.Transfusions.LastUpTo(fold.Day)!.Value)})"
            : null;
    }

    private static string Value(LineageFold lineage) => $"one more value {lineage.Low.RecoveredWords(lineage.Lineage)}";

    private static string Values(LineageFold lineage, int count, string more) =>
        $"{Wording.Count(count)} {more}{(count == 1 ? "value" : "values")} {lineage.Low.RecoveredWords(lineage.Lineage)}";

    private static string SoFar(LineageFold lineage, IReadOnlyList<DailyValue> values) =>
        $"{ValueWording.Dated(lineage.Lineage, values)} {(values.Count == 1 ? "counts" : "count")} so far";

    /// <summary>A definition may let no ANC count that was drawn soon after G-CSF (P4.3).</summary>
    private static string Gcsf(EpisodeFold fold, LineageFold lineage) =>
        lineage.Lineage == Lineages.Anc && fold.Definition.Support.ExcludeGcsfDays is > 0 and var days ? $", each without G-CSF on its last {days} days" : "";
}
