using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A statement that a subject takes, took or will take a medication.</summary>
public class MedicationStatement : DomainResource
{
    public override string TypeName => "MedicationStatement";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("basedOn")] public List<ResourceReference> BasedOn { get => field ??= []; set; }
    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("status")] public Code<MedicationStatusCodes>? StatusElement { get; set; }
    public MedicationStatusCodes? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason")] public List<CodeableConcept> StatusReason { get => field ??= []; set; }
    [FhirElement("category")] public CodeableConcept? Category { get; set; }
    [FhirElement("medication", Choice = ChoiceType.DatatypeChoice)] public DataType? Medication { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("context")] public ResourceReference? Context { get; set; }
    [FhirElement("effective", Choice = ChoiceType.DatatypeChoice)] public DataType? Effective { get; set; }
    [FhirElement("dateAsserted")] public FhirDateTime? DateAssertedElement { get; set; }
    public string? DateAsserted { get => DateAssertedElement?.Value; set => DateAssertedElement = value is null ? null : new(value); }
    [FhirElement("informationSource")] public ResourceReference? InformationSource { get; set; }
    [FhirElement("derivedFrom")] public List<ResourceReference> DerivedFrom { get => field ??= []; set; }
    [FhirElement("reasonCode")] public List<CodeableConcept> ReasonCode { get => field ??= []; set; }
    [FhirElement("reasonReference")] public List<ResourceReference> ReasonReference { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("dosage")] public List<Dosage> Dosage { get => field ??= []; set; }

    public enum MedicationStatusCodes
    {
        [EnumLiteral("active")] Active,
        [EnumLiteral("completed")] Completed,
        [EnumLiteral("entered-in-error")] EnteredInError,
        [EnumLiteral("intended")] Intended,
        [EnumLiteral("stopped")] Stopped,
        [EnumLiteral("on-hold")] OnHold,
        [EnumLiteral("unknown")] Unknown,
        [EnumLiteral("not-taken")] NotTaken,
    }
}
