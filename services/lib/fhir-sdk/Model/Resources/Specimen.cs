using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A sample for analysis.</summary>
public class Specimen : DomainResource
{
    public override string TypeName => "Specimen";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("accessionIdentifier")] public Identifier? AccessionIdentifier { get; set; }
    [FhirElement("status")] public Code<SpecimenStatus>? StatusElement { get; set; }
    public SpecimenStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("type")] public CodeableConcept? Type { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("receivedTime")] public FhirDateTime? ReceivedTimeElement { get; set; }
    public string? ReceivedTime { get => ReceivedTimeElement?.Value; set => ReceivedTimeElement = value is null ? null : new(value); }
    [FhirElement("parent")] public List<ResourceReference> Parent { get => field ??= []; set; }
    [FhirElement("request")] public List<ResourceReference> Request { get => field ??= []; set; }
    [FhirElement("collection")] public CollectionComponent? Collection { get; set; }
    [FhirElement("processing")] public List<ProcessingComponent> Processing { get => field ??= []; set; }
    [FhirElement("container")] public List<ContainerComponent> Container { get => field ??= []; set; }
    [FhirElement("condition")] public List<CodeableConcept> Condition { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }

    /// <summary>How and when it was taken.</summary>
    public class CollectionComponent : BackboneElement
    {
        public override string TypeName => "Specimen#Collection";

        [FhirElement("collector")] public ResourceReference? Collector { get; set; }
        [FhirElement("collected", Choice = ChoiceType.DatatypeChoice)] public DataType? Collected { get; set; }
        [FhirElement("duration")] public Duration? Duration { get; set; }
        [FhirElement("quantity")] public Quantity? Quantity { get; set; }
        [FhirElement("method")] public CodeableConcept? Method { get; set; }
        [FhirElement("bodySite")] public CodeableConcept? BodySite { get; set; }
        [FhirElement("fastingStatus", Choice = ChoiceType.DatatypeChoice)] public DataType? FastingStatus { get; set; }
    }

    /// <summary>One step of its treatment.</summary>
    public class ProcessingComponent : BackboneElement
    {
        public override string TypeName => "Specimen#Processing";

        [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
        public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
        [FhirElement("procedure")] public CodeableConcept? Procedure { get; set; }
        [FhirElement("additive")] public List<ResourceReference> Additive { get => field ??= []; set; }
        [FhirElement("time", Choice = ChoiceType.DatatypeChoice)] public DataType? Time { get; set; }
    }

    /// <summary>What holds it.</summary>
    public class ContainerComponent : BackboneElement
    {
        public override string TypeName => "Specimen#Container";

        [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
        [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
        public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("capacity")] public Quantity? Capacity { get; set; }
        [FhirElement("specimenQuantity")] public Quantity? SpecimenQuantity { get; set; }
        [FhirElement("additive", Choice = ChoiceType.DatatypeChoice)] public DataType? Additive { get; set; }
    }

    public enum SpecimenStatus
    {
        [EnumLiteral("available")] Available,
        [EnumLiteral("unavailable")] Unavailable,
        [EnumLiteral("unsatisfactory")] Unsatisfactory,
        [EnumLiteral("entered-in-error")] EnteredInError,
    }
}
