using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A measured amount with its unit.</summary>
public class Quantity : DataType
{
    public override string TypeName => "Quantity";

    public Quantity() { }

    public Quantity(decimal value, string? unit, string? system = "http://unitsofmeasure.org")
    {
        Value = value;
        Unit = unit;
        Code = unit;
        System = system;
    }

    [FhirElement("value")] public FhirDecimal? ValueElement { get; set; }
    public decimal? Value { get => ValueElement?.Value; set => ValueElement = value is null ? null : new(value); }
    [FhirElement("comparator")] public Code<QuantityComparator>? ComparatorElement { get; set; }
    public QuantityComparator? Comparator { get => ComparatorElement?.Value; set => ComparatorElement = value is null ? null : new(value); }
    [FhirElement("unit")] public FhirString? UnitElement { get; set; }
    public string? Unit { get => UnitElement?.Value; set => UnitElement = value is null ? null : new(value); }
    [FhirElement("system")] public FhirUri? SystemElement { get; set; }
    public string? System { get => SystemElement?.Value; set => SystemElement = value is null ? null : new(value); }
    [FhirElement("code")] public Code? CodeElement { get; set; }
    public string? Code { get => CodeElement?.Value; set => CodeElement = value is null ? null : new(value); }

    public enum QuantityComparator
    {
        [EnumLiteral("<")] LessThan,
        [EnumLiteral("<=")] LessOrEqual,
        [EnumLiteral(">=")] GreaterOrEqual,
        [EnumLiteral(">")] GreaterThan,
        [EnumLiteral("ad")] Ad,
    }
}
