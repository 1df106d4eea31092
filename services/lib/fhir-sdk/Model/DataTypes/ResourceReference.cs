using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A reference to another resource: literal, logical (identifier) or by display text.</summary>
public class ResourceReference : DataType
{
    public override string TypeName => "Reference";

    public ResourceReference() { }

    public ResourceReference(string? reference) => Reference = reference;

    public ResourceReference(string? reference, string? display) : this(reference) => Display = display;

    /// <summary>Whether it points into the contained resources (#id).</summary>
    public bool IsContainedReference => Reference?.StartsWith('#') == true;

    [FhirElement("reference")] public FhirString? ReferenceElement { get; set; }
    public string? Reference { get => ReferenceElement?.Value; set => ReferenceElement = value is null ? null : new(value); }
    [FhirElement("type")] public FhirUri? TypeElement { get; set; }
    public string? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("identifier")] public Identifier? Identifier { get; set; }
    [FhirElement("display")] public FhirString? DisplayElement { get; set; }
    public string? Display { get => DisplayElement?.Value; set => DisplayElement = value is null ? null : new(value); }
}
