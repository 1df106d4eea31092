using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A measurement or simple assertion about a subject.</summary>
public class Observation : DomainResource
{
    public override string TypeName => "Observation";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("basedOn")] public List<ResourceReference> BasedOn { get => field ??= []; set; }
    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("status")] public Code<ObservationStatus>? StatusElement { get; set; }
    public ObservationStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("category")] public List<CodeableConcept> Category { get => field ??= []; set; }
    [FhirElement("code")] public CodeableConcept? Code { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("focus")] public List<ResourceReference> Focus { get => field ??= []; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("effective", Choice = ChoiceType.DatatypeChoice)] public DataType? Effective { get; set; }
    [FhirElement("issued")] public Instant? IssuedElement { get; set; }
    public DateTimeOffset? Issued { get => IssuedElement?.Value; set => IssuedElement = value is null ? null : new(value); }
    [FhirElement("performer")] public List<ResourceReference> Performer { get => field ??= []; set; }
    [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
    [FhirElement("dataAbsentReason")] public CodeableConcept? DataAbsentReason { get; set; }
    [FhirElement("interpretation")] public List<CodeableConcept> Interpretation { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("bodySite")] public CodeableConcept? BodySite { get; set; }
    [FhirElement("method")] public CodeableConcept? Method { get; set; }
    [FhirElement("specimen")] public ResourceReference? Specimen { get; set; }
    [FhirElement("device")] public ResourceReference? Device { get; set; }
    [FhirElement("referenceRange")] public List<ReferenceRangeComponent> ReferenceRange { get => field ??= []; set; }
    [FhirElement("hasMember")] public List<ResourceReference> HasMember { get => field ??= []; set; }
    [FhirElement("derivedFrom")] public List<ResourceReference> DerivedFrom { get => field ??= []; set; }
    [FhirElement("component")] public List<ComponentComponent> Component { get => field ??= []; set; }

    /// <summary>What is normal here.</summary>
    public class ReferenceRangeComponent : BackboneElement
    {
        public override string TypeName => "Observation#ReferenceRange";

        [FhirElement("low")] public Quantity? Low { get; set; }
        [FhirElement("high")] public Quantity? High { get; set; }
        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("appliesTo")] public List<CodeableConcept> AppliesTo { get => field ??= []; set; }
        [FhirElement("age")] public Range? Age { get; set; }
        [FhirElement("text")] public FhirString? TextElement { get; set; }
        public string? Text { get => TextElement?.Value; set => TextElement = value is null ? null : new(value); }
    }

    /// <summary>One result of several that belong together.</summary>
    public class ComponentComponent : BackboneElement
    {
        public override string TypeName => "Observation#Component";

        [FhirElement("code")] public CodeableConcept? Code { get; set; }
        [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
        [FhirElement("dataAbsentReason")] public CodeableConcept? DataAbsentReason { get; set; }
        [FhirElement("interpretation")] public List<CodeableConcept> Interpretation { get => field ??= []; set; }
        [FhirElement("referenceRange")] public List<ReferenceRangeComponent> ReferenceRange { get => field ??= []; set; }
    }
}
