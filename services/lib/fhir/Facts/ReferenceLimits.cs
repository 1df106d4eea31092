using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// The laboratory's own limits of one result. Ranges typed other than normal (therapeutic, critical) and ranges with a modifier that we do
/// not know are skipped. A limit without a unit has the unit of the value.
/// </summary>
internal sealed class ReferenceLimits(IEnumerable<Observation.ReferenceRangeComponent> ranges, string valueUnit)
{
    private readonly List<Observation.ReferenceRangeComponent> normal = [.. ranges.Where(IsNormal)];

    /// <summary>Every upper limit, with its unit.</summary>
    internal IEnumerable<(decimal Value, string Unit)> Highs => Limits(range => range.High);

    /// <summary>Every lower limit, with its unit.</summary>
    internal IEnumerable<(decimal Value, string Unit)> Lows => Limits(range => range.Low);

    /// <summary>The first of some limits, converted; null when there is none or its unit is not understood.</summary>
    internal static decimal? First(IEnumerable<(decimal Value, string Unit)> limits, Func<decimal, string, decimal?> convert)
    {
        foreach (var (value, unit) in limits) return convert(value, unit);
        return null;
    }

    private IEnumerable<(decimal Value, string Unit)> Limits(Func<Observation.ReferenceRangeComponent, Quantity?> limit) =>
        normal.Select(limit).Where(quantity => quantity?.Value is not null)
            .Select(quantity => (quantity!.Value!.Value, LabQuantities.UnitOf(quantity) ?? valueUnit));

    private static bool IsNormal(Observation.ReferenceRangeComponent range) =>
        range.ModifierExtension.Count == 0
        && (range.Type is null || range.Type.Coding.Any(coding => coding.Code == "normal"));
}
