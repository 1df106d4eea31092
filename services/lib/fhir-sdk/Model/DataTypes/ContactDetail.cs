using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>How to reach a publisher.</summary>
public class ContactDetail : DataType
{
    public override string TypeName => "ContactDetail";

    [FhirElement("name")] public FhirString? NameElement { get; set; }
    public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
    [FhirElement("telecom")] public List<ContactPoint> Telecom { get => field ??= []; set; }
}
