using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary>The vertical axis of one lineage, in /uL or g/dL, from the top to the bottom of a panel. Values beyond an end are drawn at the end.</summary>
internal sealed class CountScale
{
    private readonly double from;
    private readonly double to;
    private readonly bool powersOfTen;

    private CountScale(string name, string unit, LowThreshold low, decimal top, decimal bottom, (decimal From, decimal To) range, bool powersOfTen, (decimal, string)[] ticks)
    {
        (Name, Unit, Top, Bottom, Ticks, this.powersOfTen) = (name, unit, top, bottom, ticks, powersOfTen);
        Threshold = low.Value;
        ThresholdText = $"low: {(low.Comparator == "<=" ? "at most" : "below")} {low.Value:#,0.#}";
        (from, to) = (Position(range.From), Position(range.To));
    }

    public string Name { get; }

    public string Unit { get; }

    public decimal Top { get; }

    public decimal Bottom { get; }

    public decimal Threshold { get; }

    public string ThresholdText { get; }

    public IReadOnlyList<(decimal Value, string Label)> Ticks { get; }

    public static CountScale Of(string lineage, LowParameters low, decimal top, decimal bottom) => lineage switch
    {
        Lineages.Anc => new("ANC", "/uL", low.AncPerUl, top, bottom, (10, 20_000), true, [(10, "10"), (100, "100"), (1000, "1,000"), (10_000, "10,000")]),
        Lineages.Platelets => new("Platelets", "/uL", low.PlateletsPerUl, top, bottom, (1000, 1_000_000), true, [(1000, "1,000"), (10_000, "10,000"), (100_000, "100,000"), (1_000_000, "1,000,000")]),
        _ => new("Hemoglobin", "g/dL", low.HemoglobinGPerDl, top, bottom, (4, 16), false, [(4, "4"), (8, "8"), (12, "12"), (16, "16")]),
    };

    public decimal At(decimal value) => Bottom - ((decimal)Math.Clamp((Position(value) - from) / (to - from), 0, 1) * (Bottom - Top));

    private double Position(decimal value) => powersOfTen ? Math.Log10((double)Math.Max(value, 1)) : (double)value;
}
