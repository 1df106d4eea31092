using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The summary of one lineage on the last day: status (P10.10), resolution in force, latest value and the resources behind them.</summary>
internal static class LineageSummaryWriter
{
    private static LineageSummary Nothing { get; } = new()
    {
        Status = LineageStatuses.Unknown,
        LowAtBaseline = null,
        ResolvedOn = null,
        ConfirmedOn = null,
        DaysFromTpoRaStart = null,
        Latest = null,
        Evidence = [],
    };

    public static LineageSummaries WithoutInfusion { get; } = new(Nothing, Nothing, Nothing);

    public static LineageSummaries Write(EpisodeFold fold) => new(Write(fold.Anc, fold), Write(fold.Platelets, fold), Write(fold.Hemoglobin, fold));

    /// <summary>P10.10, first that applies.</summary>
    public static string Status(LineageFold lineage) =>
        !lineage.HasValueSince(lineage.FromDay) && !lineage.Dependence.Holds ? LineageStatuses.Unknown
        : lineage.Latest?.Class == ValueClass.Low || lineage.Dependence.Holds ? LineageStatuses.Low
        : lineage.Latest!.Class == ValueClass.Neutral ? LineageStatuses.Supported
        : lineage.Resolution is not null ? LineageStatuses.Resolved
        : lineage.WasLow ? LineageStatuses.Recovering
        : LineageStatuses.Adequate;

    /// <summary>The values of the resolution in force, else what is behind the status.</summary>
    public static IReadOnlyList<string> Evidence(LineageFold lineage)
    {
        if (lineage.Resolution is { } resolution) return References(resolution.Values);
        var values = Status(lineage) switch
        {
            LineageStatuses.Unknown => [],
            LineageStatuses.Low or LineageStatuses.Recovering when lineage.Unfinished.Count > 0 => lineage.Unfinished,
            _ => lineage.Latest is { } latest ? [latest] : [],
        };
        return [.. References(values).Concat(lineage.Dependence.Cause?.Evidence ?? []).Distinct()];
    }

    private static LineageSummary Write(LineageFold lineage, EpisodeFold fold)
    {
        var resolution = lineage.Resolution;
        return new LineageSummary
        {
            Status = Status(lineage),
            LowAtBaseline = lineage.LowAtBaseline,
            ResolvedOn = resolution?.First.Date,
            ConfirmedOn = resolution?.Last.Date,
            DaysFromTpoRaStart = fold.HasTpoRa && lineage.LowAtBaseline == true ? resolution?.First.Day - fold.Therapy.StartDay : null,
            Latest = lineage.Latest is { } latest
                ? new LatestValue(latest.Value, Wording.Unit(lineage.Lineage), latest.Date, latest.Supported) { Comparator = latest.Comparator }
                : null,
            Evidence = Evidence(lineage),
        };
    }

    private static List<string> References(IEnumerable<DailyValue> values) => [.. values.Select(static v => v.Resource).Distinct()];
}
