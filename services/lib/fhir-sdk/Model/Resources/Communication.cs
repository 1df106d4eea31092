using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A message that was sent to somebody about a patient.</summary>
public class Communication : DomainResource
{
    public override string TypeName => "Communication";

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
    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("inResponseTo")] public List<ResourceReference> InResponseTo { get => field ??= []; set; }
    [FhirElement("status")] public Code<EventStatus>? StatusElement { get; set; }
    public EventStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason")] public CodeableConcept? StatusReason { get; set; }
    [FhirElement("category")] public List<CodeableConcept> Category { get => field ??= []; set; }
    [FhirElement("priority")] public Code<RequestPriority>? PriorityElement { get; set; }
    public RequestPriority? Priority { get => PriorityElement?.Value; set => PriorityElement = value is null ? null : new(value); }
    [FhirElement("medium")] public List<CodeableConcept> Medium { get => field ??= []; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("topic")] public CodeableConcept? Topic { get; set; }
    [FhirElement("about")] public List<ResourceReference> About { get => field ??= []; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("sent")] public FhirDateTime? SentElement { get; set; }
    public string? Sent { get => SentElement?.Value; set => SentElement = value is null ? null : new(value); }
    [FhirElement("received")] public FhirDateTime? ReceivedElement { get; set; }
    public string? Received { get => ReceivedElement?.Value; set => ReceivedElement = value is null ? null : new(value); }
    [FhirElement("recipient")] public List<ResourceReference> Recipient { get => field ??= []; set; }
    [FhirElement("sender")] public ResourceReference? Sender { get; set; }
    [FhirElement("reasonCode")] public List<CodeableConcept> ReasonCode { get => field ??= []; set; }
    [FhirElement("reasonReference")] public List<ResourceReference> ReasonReference { get => field ??= []; set; }
    [FhirElement("payload")] public List<PayloadComponent> Payload { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }

    /// <summary>One part of the content.</summary>
    public class PayloadComponent : BackboneElement
    {
        public override string TypeName => "Communication#Payload";

        [FhirElement("content", Choice = ChoiceType.DatatypeChoice)] public DataType? Content { get; set; }
    }
}
