using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A warning shown to whoever opens the record.</summary>
public class Flag : DomainResource
{
    public override string TypeName => "Flag";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("status")] public Code<FlagStatus>? StatusElement { get; set; }
    public FlagStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("category")] public List<CodeableConcept> Category { get => field ??= []; set; }
    [FhirElement("code")] public CodeableConcept? Code { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("period")] public Period? Period { get; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("author")] public ResourceReference? Author { get; set; }

    public enum FlagStatus
    {
        [EnumLiteral("active")] Active,
        [EnumLiteral("inactive")] Inactive,
        [EnumLiteral("entered-in-error")] EnteredInError,
    }
}
