using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Units;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// Turns one quantity of one analyte into the unit of the protocol and judges it by P2.3 and P2.5. The value is converted, never a threshold.
/// </summary>
internal sealed class LabResultReader(string concern, LabQuantity quantity, ReferenceLimits limits, UnitTable units)
{
    private readonly QuantityKind measure = UnitTable.MeasureOf(concern);

    /// <summary>The value in the unit of the analyte, or the code of why it is refused.</summary>
    internal (decimal? Value, string? Refusal) Read()
    {
        var molar = IsMolarHemoglobin(quantity.Unit);
        if (!molar && units.Factor(measure, quantity.Unit) is null) return (null, DataQualityCodes.UnitUnknown);
        if (molar && !IsCertainlyMonomer()) return (null, DataQualityCodes.ValueImplausible);
        if (Convert(quantity.Value, quantity.Unit) is not { } value || !Plausibility.OfValue(concern, value)) return (null, DataQualityCodes.ValueImplausible);
        var rangesArePlausible = limits.Highs.Select(Convert).OfType<decimal>().All(high => Plausibility.OfRangeHigh(concern, high));
        return rangesArePlausible ? (value, null) : (null, DataQualityCodes.ValueImplausible);
    }

    /// <summary>The lower reference limit in the unit of the analyte.</summary>
    internal decimal? LowerLimit => limits.Lows is [var low, ..] ? Convert(low) : null;

    /// <summary>The upper reference limit in the unit of the analyte; one that is not above zero is none.</summary>
    internal decimal? UpperLimit => limits.Highs is [var first, ..] && Convert(first) is > 0m and var high ? high : null;

    private bool IsMolarHemoglobin(string unit) => measure == QuantityKind.Hemoglobin && units.IsMolar(unit);

    /// <summary>A range in another unit says nothing about monomer or tetramer, so it is as good as a contradiction.</summary>
    private bool IsCertainlyMonomer() => limits.Highs is [var high, ..]
        ? units.IsMolar(high.Unit) && MolarHemoglobin.IsMonomer(quantity.Value, high.Value)
        : MolarHemoglobin.IsMonomer(quantity.Value, null);

    private decimal? Convert(Limit limit) => Convert(limit.Value, limit.Unit);

    private decimal? Convert(decimal value, string unit) =>
        IsMolarHemoglobin(unit) ? MolarHemoglobin.ToGramsPerDecilitre(value) : units.Convert(measure, value, unit);
}
