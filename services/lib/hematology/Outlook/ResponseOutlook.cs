namespace CarT.Fhir.Hematology;

/// <summary>What is missing for a response or a complete resolution, and what would end a response (P8).</summary>
internal static class ResponseOutlook
{
    public static string Missing(EpisodeFold fold, int facts)
    {
        var qualifying = fold.Response.Qualifying;
        if (!fold.Provides.Transfusions) return "A response cannot be met: the source provides no transfusions";
        if (qualifying.Count == 0)
            return $"A response cannot be met: no lineage was low at the TPO-RA start on {fold.DateOf(fold.Therapy.StartDay!.Value)}";
        List<string> needs = [];
        if (qualifying.All(static l => l.Resolution is null)) needs.Add(string.Join(" or ", qualifying.Select(Inside)) + " resolved");
        needs.AddRange(fold.All.Where(static l => l.Dependence.Holds).Select(static l => $"the transfusion dependence of {Inside(l)} ended"));
        needs.AddRange(fold.All.Where(l => l.Dependence.BeginsOn <= IndependentFrom(fold))
            .Select(l => $"no transfusion dependence of {Inside(l)} (from {fold.DateOf(l.Dependence.BeginsOn!.Value)} on as it stands)"));
        var independence = Independence(fold, facts).ToList();
        if (needs.Count == 0 && independence.Count > 0)
            return $"The response is met on {fold.DateOf(IndependentFrom(fold))} with {Wording.List(independence)}, if no resolution is lost before";
        var pending = independence.Count > 0 ? $" ({Wording.List(independence)})" : "";
        return $"A response needs {Wording.List([.. needs, "independence of platelet and red-cell transfusions" + pending])}";
    }

    public static IEnumerable<string> WhileMet(EpisodeFold fold, int facts)
    {
        var (resolution, detection) = (fold.Definition.Resolution, fold.Definition.Detection);
        var resolved = fold.Response.Qualifying.Where(static l => l.Resolution is not null).ToList();
        var low = Wording.List([.. resolved.Select(static l => $"{Inside(l)} {l.Low.LowWords(l.Lineage)}")]);
        var each = resolved.Count > 1 ? ", each of them" : "";
        yield return $"The response ends with {Wording.Count(resolution.LostLowValues)} low values ({low}{each}) on different days, "
            + $"neighbours at most {resolution.LostMaxGapDays} days apart and no unsupported value above the threshold between, or with "
            + DetectionOutlook.Dependence(detection);
        if (fold.Response.Complete is not null) yield break;
        List<string> needs =
        [
            .. fold.Response.LowAtBaseline.Where(static l => l.Resolution is null).Select(static l => Inside(l) + " resolved"),
            .. fold.Response.Others.Where(static l => l.Latest?.Class != ValueClass.Recovered)
                .Select(static l => $"an unsupported {Inside(l)} value {l.Low.RecoveredWords(l.Lineage)}"),
            .. Independence(fold, facts),
        ];
        if (needs.Count > 0) yield return $"A complete resolution needs {Wording.List(needs)}";
    }

    private static IEnumerable<string> Independence(EpisodeFold fold, int facts)
    {
        foreach (var lineage in new[] { fold.Platelets, fold.Hemoglobin })
        {
            if (lineage.Transfusions.UnsupportedFrom(fold.Day) is { } day && day > facts)
                yield return $"no further {Wording.Transfusion(lineage.Lineage)} up to {fold.DateOf(day)}";
        }
    }

    private static int IndependentFrom(EpisodeFold fold) =>
        Math.Max(fold.Platelets.Transfusions.UnsupportedFrom(fold.Day) ?? 0, fold.Hemoglobin.Transfusions.UnsupportedFrom(fold.Day) ?? 0);

    private static string Inside(LineageFold lineage) => Wording.LineageInside(lineage.Lineage);
}
