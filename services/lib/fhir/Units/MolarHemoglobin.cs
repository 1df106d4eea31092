namespace CarT.Fhir.R4.Units;

/// <summary>
/// Hemoglobin in mmol/L: most laboratories count the monomer (0.6206 mmol/L = 1 g/dL), some the tetramer, a quarter of it. Only a value that
/// must be a monomer is read (P2.5).
/// </summary>
public static class MolarHemoglobin
{
    public const string Unit = "mmol/L";

    private const decimal MmolPerLitreInOneGramPerDecilitre = 0.6206m;

    public static bool IsUnit(string unit) => unit is Unit or "mmol/l";

    /// <summary>The value in g/dL.</summary>
    public static decimal ToGramsPerDecilitre(decimal mmolPerLitre) =>
        UnitTable.Normalise(mmolPerLitre / MmolPerLitreInOneGramPerDecilitre);

    /// <summary>Whether a value is certainly the monomer: by the upper reference limit when the range has one, else by size.</summary>
    /// <param name="mmolPerLitre">The value.</param>
    /// <param name="rangeHighMmolPerLitre">The upper reference limit in mmol/L; null when the Observation has none.</param>
    public static bool IsMonomer(decimal mmolPerLitre, decimal? rangeHighMmolPerLitre) =>
        rangeHighMmolPerLitre is { } high ? high is >= 7m and <= 13m : mmolPerLitre >= 3m;
}
