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
    [FhirElement("category")] public CodeableConcept? Category { get; set; }
    [FhirElement("medication", Choice = ChoiceType.DatatypeChoice)] public DataType? Medication { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("context")] public ResourceReference? Context { get; set; }
    [FhirElement("authorizingPrescription")] public List<ResourceReference> AuthorizingPrescription { get => field ??= []; set; }
    [FhirElement("type")] public CodeableConcept? Type { get; set; }
    [FhirElement("quantity")] public Quantity? Quantity { get; set; }
    [FhirElement("daysSupply")] public Quantity? DaysSupply { get; set; }
    [FhirElement("whenPrepared")] public FhirDateTime? WhenPreparedElement { get; set; }
    public string? WhenPrepared { get => WhenPreparedElement?.Value; set => WhenPreparedElement = value is null ? null : new(value); }
    [FhirElement("whenHandedOver")] public FhirDateTime? WhenHandedOverElement { get; set; }
    public string? WhenHandedOver { get => WhenHandedOverElement?.Value; set => WhenHandedOverElement = value is null ? null : new(value); }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("dosageInstruction")] public List<Dosage> DosageInstruction { get => field ??= []; set; }

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
