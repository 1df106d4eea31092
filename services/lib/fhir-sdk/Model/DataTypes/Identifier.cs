using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A business identifier: system and value.</summary>
public class Identifier : DataType
{
    public override string TypeName => "Identifier";

    public Identifier() { }

    public Identifier(string? system, string? value)
    {
        System = system;
        Value = value;
    }

    [FhirElement("use")] public Code<IdentifierUse>? UseElement { get; set; }
    public IdentifierUse? Use { get => UseElement?.Value; set => UseElement = value is null ? null : new(value); }
    [FhirElement("type")] public CodeableConcept? Type { get; set; }
    [FhirElement("system")] public FhirUri? SystemElement { get; set; }
    public string? System { get => SystemElement?.Value; set => SystemElement = value is null ? null : new(value); }
    [FhirElement("value")] public FhirString? ValueElement { get; set; }
    public string? Value { get => ValueElement?.Value; set => ValueElement = value is null ? null : new(value); }
    [FhirElement("period")] public Period? Period { get; set; }
    [FhirElement("assigner")] public ResourceReference? Assigner { get; set; }

    public enum IdentifierUse
    {
        [EnumLiteral("usual")] Usual,
        [EnumLiteral("official")] Official,
        [EnumLiteral("temp")] Temp,
        [EnumLiteral("secondary")] Secondary,
        [EnumLiteral("old")] Old,
    }
}
