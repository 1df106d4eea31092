using System.Globalization;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>A number as a laboratory sent it, with its unit; the comparator is null for an exact value.</summary>
internal sealed record LabQuantity(decimal Value, string? Comparator, string Unit)
{
    /// <summary>Value and unit as received, for a clinician to check.</summary>
    internal string Received => string.Create(CultureInfo.InvariantCulture, $"{Comparator}{Value} {Unit}");
}

/// <summary>Reads the forms in which a result carries its value (P2.3, P2.4): Quantity, <c>&lt;0.1 unit</c> as a string, or nothing usable.</summary>
internal static partial class LabQuantities
{
    /// <summary>The quantity, or the code of why there is none.</summary>
    internal static (LabQuantity? Quantity, string? Refusal) Of(DataType? value, CodeableConcept? dataAbsentReason) => value switch
    {
        _ when dataAbsentReason is not null => (null, DataQualityCodes.ValueMissing),
        Quantity quantity => Of(quantity),
        FhirString { ObjectValue: string text } => Of(text),
        Integer { ObjectValue: not null } => (null, DataQualityCodes.UnitMissing),
        _ => (null, DataQualityCodes.ValueMissing),
    };

    /// <summary>The unit that decides: the code, or without one the text beside it.</summary>
    internal static string? UnitOf(Quantity quantity)
    {
        var code = Primitives.Text(quantity.CodeElement);
        var unit = string.IsNullOrWhiteSpace(code) ? Primitives.Text(quantity.UnitElement) : code;
        return string.IsNullOrWhiteSpace(unit) ? null : unit.Trim();
    }

    private static (LabQuantity?, string?) Of(Quantity quantity)
    {
        if (Primitives.Number(quantity.ValueElement) is not { } value) return (null, DataQualityCodes.ValueMissing);
        var comparator = Statuses.Literal(quantity.ComparatorElement);
        if (comparator is not (null or "<" or "<=" or ">=" or ">")) return (null, DataQualityCodes.ResourceInvalid);
        return UnitOf(quantity) is { } unit ? (new LabQuantity(value, comparator, unit), null) : (null, DataQualityCodes.UnitMissing);
    }

    private static (LabQuantity?, string?) Of(string text)
    {
        var match = BelowOrAbove().Match(text);
        if (!match.Success || !decimal.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return (null, DataQualityCodes.ValueMissing);
        var unit = match.Groups["unit"].Value;
        return unit.Length == 0 ? (null, DataQualityCodes.UnitMissing) : (new LabQuantity(value, match.Groups["comparator"].Value, unit), null);
    }

    // The unit begins after a space, or at once with what no number goes on with.
    [GeneratedRegex(@"^\s*(?<comparator><=|>=|<|>)\s*(?<number>[0-9]{1,20}(\.[0-9]{1,20})?)(\s+(?<unit>\S+)|(?<unit>[^0-9.,\s]\S*))?\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BelowOrAbove();
}
