using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>
/// The laboratory's own limits of one result. Ranges typed other than normal (therapeutic, critical) and ranges with a modifier that we do
/// not know are skipped. A limit without a unit has the unit of the value.
/// </summary>
internal sealed class ReferenceLimits(IEnumerable<Observation.ReferenceRangeComponent> ranges, string valueUnit)
{
    private readonly List<Observation.ReferenceRangeComponent> normal = [.. ranges.Where(IsNormal)];

    internal IReadOnlyList<Limit> Highs => Limits(range => range.High);

    internal IReadOnlyList<Limit> Lows => Limits(range => range.Low);

    private List<Limit> Limits(Func<Observation.ReferenceRangeComponent, Quantity?> limit) =>
        [.. normal.Select(limit).OfType<Quantity>().Where(quantity => Primitives.Number(quantity.ValueElement) is not null)
            .Select(quantity => new Limit(Primitives.Number(quantity.ValueElement)!.Value, LabQuantities.UnitOf(quantity) ?? valueUnit))];

    private static bool IsNormal(Observation.ReferenceRangeComponent range) =>
        range.ModifierExtension.Count == 0
        && (range.Type is null || range.Type.Coding.Any(coding => Primitives.Text(coding.CodeElement) == "normal"));
}

/// <summary>One limit as the laboratory sent it.</summary>
internal readonly record struct Limit(decimal Value, string Unit);
