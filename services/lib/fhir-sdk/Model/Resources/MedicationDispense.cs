using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A medication that was handed out to a patient.</summary>
public class MedicationDispense : DomainResource
{
    public override string TypeName => "MedicationDispense";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("status")] public Code<MedicationDispenseStatusCodes>? StatusElement { get; set; }
    public MedicationDispenseStatusCodes? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason", Choice = ChoiceType.DatatypeChoice)] public DataType? StatusReason { get; set; }
    [FhirElement("category")] public CodeableConcept? Category { get; set; }
    [FhirElement("medication", Choice = ChoiceType.DatatypeChoice)] public DataType? Medication { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("context")] public ResourceReference? Context { get; set; }
    [FhirElement("supportingInformation")] public List<ResourceReference> SupportingInformation { get => field ??= []; set; }
    [FhirElement("performer")] public List<PerformerComponent> Performer { get => field ??= []; set; }
    [FhirElement("location")] public ResourceReference? Location { get; set; }
    [FhirElement("authorizingPrescription")] public List<ResourceReference> AuthorizingPrescription { get => field ??= []; set; }
    [FhirElement("type")] public CodeableConcept? Type { get; set; }
    [FhirElement("quantity")] public Quantity? Quantity { get; set; }
    [FhirElement("daysSupply")] public Quantity? DaysSupply { get; set; }
    [FhirElement("whenPrepared")] public FhirDateTime? WhenPreparedElement { get; set; }
    public string? WhenPrepared { get => WhenPreparedElement?.Value; set => WhenPreparedElement = value is null ? null : new(value); }
    [FhirElement("whenHandedOver")] public FhirDateTime? WhenHandedOverElement { get; set; }
    public string? WhenHandedOver { get => WhenHandedOverElement?.Value; set => WhenHandedOverElement = value is null ? null : new(value); }
    [FhirElement("destination")] public ResourceReference? Destination { get; set; }
    [FhirElement("receiver")] public List<ResourceReference> Receiver { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("dosageInstruction")] public List<Dosage> DosageInstruction { get => field ??= []; set; }
    [FhirElement("substitution")] public SubstitutionComponent? Substitution { get; set; }
    [FhirElement("detectedIssue")] public List<ResourceReference> DetectedIssue { get => field ??= []; set; }
    [FhirElement("eventHistory")] public List<ResourceReference> EventHistory { get => field ??= []; set; }

    /// <summary>Who handed it out.</summary>
    public class PerformerComponent : BackboneElement
    {
        public override string TypeName => "MedicationDispense#Performer";

        [FhirElement("function")] public CodeableConcept? Function { get; set; }
        [FhirElement("actor")] public ResourceReference? Actor { get; set; }
    }

    /// <summary>Whether another medication was given instead.</summary>
    public class SubstitutionComponent : BackboneElement
    {
        public override string TypeName => "MedicationDispense#Substitution";

        [FhirElement("wasSubstituted")] public FhirBoolean? WasSubstitutedElement { get; set; }
        public bool? WasSubstituted { get => WasSubstitutedElement?.Value; set => WasSubstitutedElement = value is null ? null : new(value); }
        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("reason")] public List<CodeableConcept> Reason { get => field ??= []; set; }
        [FhirElement("responsibleParty")] public List<ResourceReference> ResponsibleParty { get => field ??= []; set; }
    }

    public enum MedicationDispenseStatusCodes
    {
        [EnumLiteral("preparation")] Preparation,
        [EnumLiteral("in-progress")] InProgress,
        [EnumLiteral("cancelled")] Cancelled,
        [EnumLiteral("on-hold")] OnHold,
        [EnumLiteral("completed")] Completed,
        [EnumLiteral("entered-in-error")] EnteredInError,
        [EnumLiteral("stopped")] Stopped,
        [EnumLiteral("declined")] Declined,
        [EnumLiteral("unknown")] Unknown,
    }
}
