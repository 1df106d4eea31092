using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>An expression in a given language.</summary>
public class Expression : DataType
{
    public override string TypeName => "Expression";

    [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
    public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    [FhirElement("name")] public Id? NameElement { get; set; }
    public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
    [FhirElement("language")] public Code? LanguageElement { get; set; }
    public string? Language { get => LanguageElement?.Value; set => LanguageElement = value is null ? null : new(value); }
    [FhirElement("expression")] public FhirString? ExpressionElement { get; set; }
    [FhirElement("reference")] public FhirUri? ReferenceElement { get; set; }
    public string? Reference { get => ReferenceElement?.Value; set => ReferenceElement = value is null ? null : new(value); }
}
