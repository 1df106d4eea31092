using CarT.Fhir.Contracts;

namespace CarT.Fhir.R4.Units;

/// <summary>
/// Guards of P2.5 against a value or a reference range that is a thousand times off. A value outside them is refused, never repaired.
/// Counts in /uL, hemoglobin in g/dL.
/// </summary>
public static class Plausibility
{
    public static bool OfValue(string concern, decimal value) => concern switch
    {
        Lineages.Anc => value is >= 0m and <= 100_000m,
        Lineages.Platelets => value is 0m or (>= 500m and <= 2_000_000m),
        Lineages.Hemoglobin => value is >= 2m and <= 25m,
        _ => value >= 0m,
    };

    /// <summary>The value's own upper reference limit, converted like the value.</summary>
    public static bool OfRangeHigh(string concern, decimal high) => concern switch
    {
        Lineages.Anc => high is >= 2_000m and <= 50_000m,
        Lineages.Platelets => high is >= 100_000m and <= 1_500_000m,
        Lineages.Hemoglobin => high is >= 8m and <= 25m,
        _ => true,
    };
}
