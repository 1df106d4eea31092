using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>An order of a medication.</summary>
public class MedicationRequest : DomainResource
{
    public override string TypeName => "MedicationRequest";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("status")] public Code<MedicationrequestStatus>? StatusElement { get; set; }
    public MedicationrequestStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason")] public CodeableConcept? StatusReason { get; set; }
    [FhirElement("intent")] public Code<MedicationRequestIntent>? IntentElement { get; set; }
    public MedicationRequestIntent? Intent { get => IntentElement?.Value; set => IntentElement = value is null ? null : new(value); }
    [FhirElement("category")] public List<CodeableConcept> Category { get => field ??= []; set; }
    [FhirElement("priority")] public Code<RequestPriority>? PriorityElement { get; set; }
    public RequestPriority? Priority { get => PriorityElement?.Value; set => PriorityElement = value is null ? null : new(value); }
    [FhirElement("doNotPerform")] public FhirBoolean? DoNotPerformElement { get; set; }
    public bool? DoNotPerform { get => DoNotPerformElement?.Value; set => DoNotPerformElement = value is null ? null : new(value); }
    [FhirElement("reported", Choice = ChoiceType.DatatypeChoice)] public DataType? Reported { get; set; }
    [FhirElement("medication", Choice = ChoiceType.DatatypeChoice)] public DataType? Medication { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("supportingInformation")] public List<ResourceReference> SupportingInformation { get => field ??= []; set; }
    [FhirElement("authoredOn")] public FhirDateTime? AuthoredOnElement { get; set; }
    public string? AuthoredOn { get => AuthoredOnElement?.Value; set => AuthoredOnElement = value is null ? null : new(value); }
    [FhirElement("requester")] public ResourceReference? Requester { get; set; }
    [FhirElement("performer")] public ResourceReference? Performer { get; set; }
    [FhirElement("performerType")] public CodeableConcept? PerformerType { get; set; }
    [FhirElement("recorder")] public ResourceReference? Recorder { get; set; }
    [FhirElement("reasonCode")] public List<CodeableConcept> ReasonCode { get => field ??= []; set; }
    [FhirElement("reasonReference")] public List<ResourceReference> ReasonReference { get => field ??= []; set; }
    [FhirElement("instantiatesCanonical")] public List<Canonical> InstantiatesCanonicalElement { get => field ??= []; set; }
    public IEnumerable<string?> InstantiatesCanonical
    {
        get => InstantiatesCanonicalElement.Select(e => e?.Value);
        set => InstantiatesCanonicalElement = [.. value.Select(v => new Canonical(v))];
    }

    [FhirElement("instantiatesUri")] public List<FhirUri> InstantiatesUriElement { get => field ??= []; set; }
    public IEnumerable<string?> InstantiatesUri
    {
        get => InstantiatesUriElement.Select(e => e?.Value);
        set => InstantiatesUriElement = [.. value.Select(v => new FhirUri(v))];
    }

    [FhirElement("basedOn")] public List<ResourceReference> BasedOn { get => field ??= []; set; }
    [FhirElement("groupIdentifier")] public Identifier? GroupIdentifier { get; set; }
    [FhirElement("courseOfTherapyType")] public CodeableConcept? CourseOfTherapyType { get; set; }
    [FhirElement("insurance")] public List<ResourceReference> Insurance { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("dosageInstruction")] public List<Dosage> DosageInstruction { get => field ??= []; set; }
    [FhirElement("dispenseRequest")] public DispenseRequestComponent? DispenseRequest { get; set; }
    [FhirElement("substitution")] public SubstitutionComponent? Substitution { get; set; }
    [FhirElement("priorPrescription")] public ResourceReference? PriorPrescription { get; set; }
    [FhirElement("detectedIssue")] public List<ResourceReference> DetectedIssue { get => field ??= []; set; }
    [FhirElement("eventHistory")] public List<ResourceReference> EventHistory { get => field ??= []; set; }

    /// <summary>What may be handed out.</summary>
    public class DispenseRequestComponent : BackboneElement
    {
        public override string TypeName => "MedicationRequest#DispenseRequest";

        [FhirElement("initialFill")] public InitialFillComponent? InitialFill { get; set; }
        [FhirElement("dispenseInterval")] public Duration? DispenseInterval { get; set; }
        [FhirElement("validityPeriod")] public Period? ValidityPeriod { get; set; }
        [FhirElement("numberOfRepeatsAllowed")] public UnsignedInt? NumberOfRepeatsAllowedElement { get; set; }
        public int? NumberOfRepeatsAllowed { get => NumberOfRepeatsAllowedElement?.Value; set => NumberOfRepeatsAllowedElement = value is null ? null : new(value); }
        [FhirElement("quantity")] public Quantity? Quantity { get; set; }
        [FhirElement("expectedSupplyDuration")] public Duration? ExpectedSupplyDuration { get; set; }
        [FhirElement("performer")] public ResourceReference? Performer { get; set; }
    }

    /// <summary>The first portion.</summary>
    public class InitialFillComponent : BackboneElement
    {
        public override string TypeName => "MedicationRequest#InitialFill";

        [FhirElement("quantity")] public Quantity? Quantity { get; set; }
        [FhirElement("duration")] public Duration? Duration { get; set; }
    }

    /// <summary>Whether another medication may be given instead.</summary>
    public class SubstitutionComponent : BackboneElement
    {
        public override string TypeName => "MedicationRequest#Substitution";

        [FhirElement("allowed", Choice = ChoiceType.DatatypeChoice)] public DataType? Allowed { get; set; }
        [FhirElement("reason")] public CodeableConcept? Reason { get; set; }
    }

    public enum MedicationrequestStatus
    {
        [EnumLiteral("active")] Active,
        [EnumLiteral("on-hold")] OnHold,
        [EnumLiteral("cancelled")] Cancelled,
        [EnumLiteral("completed")] Completed,
        [EnumLiteral("entered-in-error")] EnteredInError,
        [EnumLiteral("stopped")] Stopped,
        [EnumLiteral("draft")] Draft,
        [EnumLiteral("unknown")] Unknown,
    }

    public enum MedicationRequestIntent
    {
        [EnumLiteral("proposal")] Proposal,
        [EnumLiteral("plan")] Plan,
        [EnumLiteral("order")] Order,
        [EnumLiteral("original-order")] OriginalOrder,
        [EnumLiteral("reflex-order")] ReflexOrder,
        [EnumLiteral("filler-order")] FillerOrder,
        [EnumLiteral("instance-order")] InstanceOrder,
        [EnumLiteral("option")] Option,
    }
}
