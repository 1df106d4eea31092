using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>What is proposed or planned for a patient.</summary>
public class CarePlan : DomainResource
{
    public override string TypeName => "CarePlan";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
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
    [FhirElement("replaces")] public List<ResourceReference> Replaces { get => field ??= []; set; }
    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("status")] public Code<RequestStatus>? StatusElement { get; set; }
    public RequestStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("intent")] public Code<CarePlanIntent>? IntentElement { get; set; }
    public CarePlanIntent? Intent { get => IntentElement?.Value; set => IntentElement = value is null ? null : new(value); }
    [FhirElement("category")] public List<CodeableConcept> Category { get => field ??= []; set; }
    [FhirElement("title")] public FhirString? TitleElement { get; set; }
    public string? Title { get => TitleElement?.Value; set => TitleElement = value is null ? null : new(value); }
    [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
    public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("period")] public Period? Period { get; set; }
    [FhirElement("created")] public FhirDateTime? CreatedElement { get; set; }
    public string? Created { get => CreatedElement?.Value; set => CreatedElement = value is null ? null : new(value); }
    [FhirElement("author")] public ResourceReference? Author { get; set; }
    [FhirElement("contributor")] public List<ResourceReference> Contributor { get => field ??= []; set; }
    [FhirElement("careTeam")] public List<ResourceReference> CareTeam { get => field ??= []; set; }
    [FhirElement("addresses")] public List<ResourceReference> Addresses { get => field ??= []; set; }
    [FhirElement("supportingInfo")] public List<ResourceReference> SupportingInfo { get => field ??= []; set; }
    [FhirElement("goal")] public List<ResourceReference> Goal { get => field ??= []; set; }
    [FhirElement("activity")] public List<ActivityComponent> Activity { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }

    /// <summary>One activity: a detail or a reference to the order.</summary>
    public class ActivityComponent : BackboneElement
    {
        public override string TypeName => "CarePlan#Activity";

        [FhirElement("outcomeCodeableConcept")] public List<CodeableConcept> OutcomeCodeableConcept { get => field ??= []; set; }
        [FhirElement("outcomeReference")] public List<ResourceReference> OutcomeReference { get => field ??= []; set; }
        [FhirElement("progress")] public List<Annotation> Progress { get => field ??= []; set; }
        [FhirElement("reference")] public ResourceReference? Reference { get; set; }
        [FhirElement("detail")] public DetailComponent? Detail { get; set; }
    }

    /// <summary>The activity in this plan itself.</summary>
    public class DetailComponent : BackboneElement
    {
        public override string TypeName => "CarePlan#Detail";

        [FhirElement("kind")] public Code<CarePlanActivityKind>? KindElement { get; set; }
        public CarePlanActivityKind? Kind { get => KindElement?.Value; set => KindElement = value is null ? null : new(value); }
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

        [FhirElement("code")] public CodeableConcept? Code { get; set; }
        [FhirElement("reasonCode")] public List<CodeableConcept> ReasonCode { get => field ??= []; set; }
        [FhirElement("reasonReference")] public List<ResourceReference> ReasonReference { get => field ??= []; set; }
        [FhirElement("goal")] public List<ResourceReference> Goal { get => field ??= []; set; }
        [FhirElement("status")] public Code<CarePlanActivityStatus>? StatusElement { get; set; }
        public CarePlanActivityStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
        [FhirElement("statusReason")] public CodeableConcept? StatusReason { get; set; }
        [FhirElement("doNotPerform")] public FhirBoolean? DoNotPerformElement { get; set; }
        public bool? DoNotPerform { get => DoNotPerformElement?.Value; set => DoNotPerformElement = value is null ? null : new(value); }
        [FhirElement("scheduled", Choice = ChoiceType.DatatypeChoice)] public DataType? Scheduled { get; set; }
        [FhirElement("location")] public ResourceReference? Location { get; set; }
        [FhirElement("performer")] public List<ResourceReference> Performer { get => field ??= []; set; }
        [FhirElement("product", Choice = ChoiceType.DatatypeChoice)] public DataType? Product { get; set; }
        [FhirElement("dailyAmount")] public Quantity? DailyAmount { get; set; }
        [FhirElement("quantity")] public Quantity? Quantity { get; set; }
        [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
        public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    }

    public enum CarePlanIntent
    {
        [EnumLiteral("proposal")] Proposal,
        [EnumLiteral("plan")] Plan,
        [EnumLiteral("order")] Order,
        [EnumLiteral("option")] Option,
    }

    public enum CarePlanActivityKind
    {
        [EnumLiteral("Appointment")] Appointment,
        [EnumLiteral("CommunicationRequest")] CommunicationRequest,
        [EnumLiteral("DeviceRequest")] DeviceRequest,
        [EnumLiteral("MedicationRequest")] MedicationRequest,
        [EnumLiteral("NutritionOrder")] NutritionOrder,
        [EnumLiteral("Task")] Task,
        [EnumLiteral("ServiceRequest")] ServiceRequest,
        [EnumLiteral("VisionPrescription")] VisionPrescription,
    }

    public enum CarePlanActivityStatus
    {
        [EnumLiteral("not-started")] NotStarted,
        [EnumLiteral("scheduled")] Scheduled,
        [EnumLiteral("in-progress")] InProgress,
        [EnumLiteral("on-hold")] OnHold,
        [EnumLiteral("completed")] Completed,
        [EnumLiteral("cancelled")] Cancelled,
        [EnumLiteral("stopped")] Stopped,
        [EnumLiteral("unknown")] Unknown,
        [EnumLiteral("entered-in-error")] EnteredInError,
    }
}
