using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>An order of an examination, a procedure or another service.</summary>
public class ServiceRequest : DomainResource
{
    public override string TypeName => "ServiceRequest";

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
    [FhirElement("requisition")] public Identifier? Requisition { get; set; }
    [FhirElement("status")] public Code<RequestStatus>? StatusElement { get; set; }
    public RequestStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("intent")] public Code<RequestIntent>? IntentElement { get; set; }
    public RequestIntent? Intent { get => IntentElement?.Value; set => IntentElement = value is null ? null : new(value); }
    [FhirElement("category")] public List<CodeableConcept> Category { get => field ??= []; set; }
    [FhirElement("priority")] public Code<RequestPriority>? PriorityElement { get; set; }
    public RequestPriority? Priority { get => PriorityElement?.Value; set => PriorityElement = value is null ? null : new(value); }
    [FhirElement("doNotPerform")] public FhirBoolean? DoNotPerformElement { get; set; }
    public bool? DoNotPerform { get => DoNotPerformElement?.Value; set => DoNotPerformElement = value is null ? null : new(value); }
    [FhirElement("code")] public CodeableConcept? Code { get; set; }
    [FhirElement("orderDetail")] public List<CodeableConcept> OrderDetail { get => field ??= []; set; }
    [FhirElement("quantity", Choice = ChoiceType.DatatypeChoice)] public DataType? Quantity { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("occurrence", Choice = ChoiceType.DatatypeChoice)] public DataType? Occurrence { get; set; }
    [FhirElement("asNeeded", Choice = ChoiceType.DatatypeChoice)] public DataType? AsNeeded { get; set; }
    [FhirElement("authoredOn")] public FhirDateTime? AuthoredOnElement { get; set; }
    public string? AuthoredOn { get => AuthoredOnElement?.Value; set => AuthoredOnElement = value is null ? null : new(value); }
    [FhirElement("requester")] public ResourceReference? Requester { get; set; }
    [FhirElement("performerType")] public CodeableConcept? PerformerType { get; set; }
    [FhirElement("performer")] public List<ResourceReference> Performer { get => field ??= []; set; }
    [FhirElement("locationCode")] public List<CodeableConcept> LocationCode { get => field ??= []; set; }
    [FhirElement("locationReference")] public List<ResourceReference> LocationReference { get => field ??= []; set; }
    [FhirElement("reasonCode")] public List<CodeableConcept> ReasonCode { get => field ??= []; set; }
    [FhirElement("reasonReference")] public List<ResourceReference> ReasonReference { get => field ??= []; set; }
    [FhirElement("insurance")] public List<ResourceReference> Insurance { get => field ??= []; set; }
    [FhirElement("supportingInfo")] public List<ResourceReference> SupportingInfo { get => field ??= []; set; }
    [FhirElement("specimen")] public List<ResourceReference> Specimen { get => field ??= []; set; }
    [FhirElement("bodySite")] public List<CodeableConcept> BodySite { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("patientInstruction")] public FhirString? PatientInstructionElement { get; set; }
    public string? PatientInstruction { get => PatientInstructionElement?.Value; set => PatientInstructionElement = value is null ? null : new(value); }
    [FhirElement("relevantHistory")] public List<ResourceReference> RelevantHistory { get => field ??= []; set; }
}
