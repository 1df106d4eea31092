using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>One event of a subject receiving a medication.</summary>
public class MedicationAdministration : DomainResource
{
    public override string TypeName => "MedicationAdministration";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("instantiates")] public List<FhirUri> InstantiatesElement { get => field ??= []; set; }
    public IEnumerable<string?> Instantiates
    {
        get => InstantiatesElement.Select(e => e?.Value);
        set => InstantiatesElement = [.. value.Select(v => new FhirUri(v))];
    }

    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("status")] public Code<MedicationAdministrationStatusCodes>? StatusElement { get; set; }
    public MedicationAdministrationStatusCodes? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason")] public List<CodeableConcept> StatusReason { get => field ??= []; set; }
    [FhirElement("category")] public CodeableConcept? Category { get; set; }
    [FhirElement("medication", Choice = ChoiceType.DatatypeChoice)] public DataType? Medication { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("context")] public ResourceReference? Context { get; set; }
    [FhirElement("supportingInformation")] public List<ResourceReference> SupportingInformation { get => field ??= []; set; }
    [FhirElement("effective", Choice = ChoiceType.DatatypeChoice)] public DataType? Effective { get; set; }
    [FhirElement("performer")] public List<PerformerComponent> Performer { get => field ??= []; set; }
    [FhirElement("reasonCode")] public List<CodeableConcept> ReasonCode { get => field ??= []; set; }
    [FhirElement("reasonReference")] public List<ResourceReference> ReasonReference { get => field ??= []; set; }
    [FhirElement("request")] public ResourceReference? Request { get; set; }
    [FhirElement("device")] public List<ResourceReference> Device { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("dosage")] public DosageComponent? Dosage { get; set; }
    [FhirElement("eventHistory")] public List<ResourceReference> EventHistory { get => field ??= []; set; }

    /// <summary>Who gave it.</summary>
    public class PerformerComponent : BackboneElement
    {
        public override string TypeName => "MedicationAdministration#Performer";

        [FhirElement("function")] public CodeableConcept? Function { get; set; }
        [FhirElement("actor")] public ResourceReference? Actor { get; set; }
    }

    /// <summary>How much was given, and how.</summary>
    public class DosageComponent : BackboneElement
    {
        public override string TypeName => "MedicationAdministration#Dosage";

        [FhirElement("text")] public FhirString? TextElement { get; set; }
        public string? Text { get => TextElement?.Value; set => TextElement = value is null ? null : new(value); }
        [FhirElement("site")] public CodeableConcept? Site { get; set; }
        [FhirElement("route")] public CodeableConcept? Route { get; set; }
        [FhirElement("method")] public CodeableConcept? Method { get; set; }
        [FhirElement("dose")] public Quantity? Dose { get; set; }
        [FhirElement("rate", Choice = ChoiceType.DatatypeChoice)] public DataType? Rate { get; set; }
    }

    public enum MedicationAdministrationStatusCodes
    {
        [EnumLiteral("in-progress")] InProgress,
        [EnumLiteral("not-done")] NotDone,
        [EnumLiteral("on-hold")] OnHold,
        [EnumLiteral("completed")] Completed,
        [EnumLiteral("entered-in-error")] EnteredInError,
        [EnumLiteral("stopped")] Stopped,
        [EnumLiteral("unknown")] Unknown,
    }
}
