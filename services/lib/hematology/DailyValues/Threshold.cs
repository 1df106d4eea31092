using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Judges a value against the border of low, comparators included (P2.4, P5.1).</summary>
internal static class Threshold
{
    /// <summary>True for low, false for above, null when the comparator does not tell.</summary>
    public static bool? IsLow(this LowThreshold threshold, decimal value, string? comparator) => comparator switch
    {
        null => threshold.IsLow(value),
        "<" => value <= threshold.Value ? true : null,
        "<=" => threshold.IsLow(value) ? true : null,
        ">" => value >= threshold.Value ? false : null,
        ">=" => threshold.IsLow(value) ? null : false,
        _ => null,
    };

    /// <summary>For example <c>at most 20000 /uL</c>.</summary>
    public static string LowWords(this LowThreshold threshold, string lineage) =>
        (threshold.Comparator == "<=" ? "at most " : "below ") + Limit(threshold, lineage);

    /// <summary>For example <c>of at most 20000 /uL</c>, behind a noun.</summary>
    public static string OfLowWords(this LowThreshold threshold, string lineage) =>
        (threshold.Comparator == "<=" ? "of " : "") + threshold.LowWords(lineage);

    /// <summary>For example <c>above 20000 /uL</c>.</summary>
    public static string RecoveredWords(this LowThreshold threshold, string lineage) =>
        (threshold.Comparator == "<=" ? "above " : "of at least ") + Limit(threshold, lineage);

    public static LowThreshold Of(this LowParameters low, string lineage) => lineage switch
    {
        Lineages.Anc => low.AncPerUl,
        Lineages.Platelets => low.PlateletsPerUl,
        _ => low.HemoglobinGPerDl,
    };

    private static string Limit(LowThreshold threshold, string lineage) => $"{Wording.Number(threshold.Value)} {Wording.Unit(lineage)}";
}
