using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// CAR-HEMATOTOX: the risk of hematotoxicity, from five markers before lymphodepletion (Rejeski et al., Blood 2021;138(24):2499-2513; P12.5).
/// </summary>
internal static class CarHematotox
{
    private const int HighFrom = 2;

    /// <summary>The score of 0 to 7, or null when any marker is missing: there is no partial score.</summary>
    /// <param name="platelets">In /uL.</param>
    /// <param name="anc">In /uL.</param>
    /// <param name="hemoglobin">In g/dL.</param>
    /// <param name="crp">In mg/dL.</param>
    /// <param name="ferritin">In ng/mL.</param>
    public static CarHematotoxScore? Of(Magnitude? platelets, Magnitude? anc, Magnitude? hemoglobin, Magnitude? crp, Magnitude? ferritin)
    {
        if (platelets is not { } plt || anc is not { } neutrophils || hemoglobin is not { } hb || crp is not { } protein || ferritin is not { } iron) return null;
        var score = (plt.IsAbove(175_000) ? 0 : plt.IsAtLeast(75_000) ? 1 : 2)
            + (neutrophils.IsAbove(1200) ? 0 : 1)
            + (hb.IsAbove(9.0m) ? 0 : 1)
            + (protein.IsBelow(3.0m) ? 0 : 1)
            + (iron.IsBelow(650) ? 0 : iron.IsAbove(2000) ? 2 : 1);
        return new CarHematotoxScore(score, score >= HighFrom ? "high" : "low");
    }
}
