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

    public static LowThreshold Of(this LowParameters low, string lineage) => lineage switch
    {
        Lineages.Anc => low.AncPerUl,
        Lineages.Platelets => low.PlateletsPerUl,
        _ => low.HemoglobinGPerDl,
    };
}
