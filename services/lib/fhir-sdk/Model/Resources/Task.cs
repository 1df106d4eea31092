using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>Something to be done, and how far it is.</summary>
public class Task : DomainResource
{
    public override string TypeName => "Task";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("instantiatesCanonical")] public Canonical? InstantiatesCanonicalElement { get; set; }
    public string? InstantiatesCanonical { get => InstantiatesCanonicalElement?.Value; set => InstantiatesCanonicalElement = value is null ? null : new(value); }
    [FhirElement("instantiatesUri")] public FhirUri? InstantiatesUriElement { get; set; }
    public string? InstantiatesUri { get => InstantiatesUriElement?.Value; set => InstantiatesUriElement = value is null ? null : new(value); }
    [FhirElement("basedOn")] public List<ResourceReference> BasedOn { get => field ??= []; set; }
    [FhirElement("groupIdentifier")] public Identifier? GroupIdentifier { get; set; }
    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("status")] public Code<TaskStatus>? StatusElement { get; set; }
    public TaskStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason")] public CodeableConcept? StatusReason { get; set; }
    [FhirElement("businessStatus")] public CodeableConcept? BusinessStatus { get; set; }
    [FhirElement("intent")] public Code<TaskIntent>? IntentElement { get; set; }
    public TaskIntent? Intent { get => IntentElement?.Value; set => IntentElement = value is null ? null : new(value); }
    [FhirElement("priority")] public Code<RequestPriority>? PriorityElement { get; set; }
    public RequestPriority? Priority { get => PriorityElement?.Value; set => PriorityElement = value is null ? null : new(value); }
    [FhirElement("code")] public CodeableConcept? Code { get; set; }
    [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
    public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    [FhirElement("focus")] public ResourceReference? Focus { get; set; }
    [FhirElement("for")] public ResourceReference? For { get; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("executionPeriod")] public Period? ExecutionPeriod { get; set; }
    [FhirElement("authoredOn")] public FhirDateTime? AuthoredOnElement { get; set; }
    public string? AuthoredOn { get => AuthoredOnElement?.Value; set => AuthoredOnElement = value is null ? null : new(value); }
    [FhirElement("lastModified")] public FhirDateTime? LastModifiedElement { get; set; }
    public string? LastModified { get => LastModifiedElement?.Value; set => LastModifiedElement = value is null ? null : new(value); }
    [FhirElement("requester")] public ResourceReference? Requester { get; set; }
    [FhirElement("performerType")] public List<CodeableConcept> PerformerType { get => field ??= []; set; }
    [FhirElement("owner")] public ResourceReference? Owner { get; set; }
    [FhirElement("location")] public ResourceReference? Location { get; set; }
    [FhirElement("reasonCode")] public CodeableConcept? ReasonCode { get; set; }
    [FhirElement("reasonReference")] public ResourceReference? ReasonReference { get; set; }
    [FhirElement("insurance")] public List<ResourceReference> Insurance { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("relevantHistory")] public List<ResourceReference> RelevantHistory { get => field ??= []; set; }
    [FhirElement("restriction")] public RestrictionComponent? Restriction { get; set; }
    [FhirElement("input")] public List<ParameterComponent> Input { get => field ??= []; set; }
    [FhirElement("output")] public List<OutputComponent> Output { get => field ??= []; set; }

    /// <summary>Limits of what is to be done.</summary>
    public class RestrictionComponent : BackboneElement
    {
        public override string TypeName => "Task#Restriction";

        [FhirElement("repetitions")] public PositiveInt? RepetitionsElement { get; set; }
        public int? Repetitions { get => RepetitionsElement?.Value; set => RepetitionsElement = value is null ? null : new(value); }
        [FhirElement("period")] public Period? Period { get; set; }
        [FhirElement("recipient")] public List<ResourceReference> Recipient { get => field ??= []; set; }
    }

    /// <summary>What is given for the work.</summary>
    public class ParameterComponent : BackboneElement
    {
        public override string TypeName => "Task#Parameter";

        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
    }

    /// <summary>What came of the work.</summary>
    public class OutputComponent : BackboneElement
    {
        public override string TypeName => "Task#Output";

        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
    }

    public enum TaskStatus
    {
        [EnumLiteral("draft")] Draft,
        [EnumLiteral("requested")] Requested,
        [EnumLiteral("received")] Received,
        [EnumLiteral("accepted")] Accepted,
        [EnumLiteral("rejected")] Rejected,
        [EnumLiteral("ready")] Ready,
        [EnumLiteral("cancelled")] Cancelled,
        [EnumLiteral("in-progress")] InProgress,
        [EnumLiteral("on-hold")] OnHold,
        [EnumLiteral("failed")] Failed,
        [EnumLiteral("completed")] Completed,
        [EnumLiteral("entered-in-error")] EnteredInError,
    }

    public enum TaskIntent
    {
        [EnumLiteral("unknown")] Unknown,
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
