using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A document and where it is.</summary>
public class DocumentReference : DomainResource
{
    public override string TypeName => "DocumentReference";

    [FhirElement("masterIdentifier")] public Identifier? MasterIdentifier { get; set; }
    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("status")] public Code<DocumentReferenceStatus>? StatusElement { get; set; }
    public DocumentReferenceStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("docStatus")] public Code<CompositionStatus>? DocStatusElement { get; set; }
    public CompositionStatus? DocStatus { get => DocStatusElement?.Value; set => DocStatusElement = value is null ? null : new(value); }
    [FhirElement("type")] public CodeableConcept? Type { get; set; }
    [FhirElement("category")] public List<CodeableConcept> Category { get => field ??= []; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("date")] public Instant? DateElement { get; set; }
    public DateTimeOffset? Date { get => DateElement?.Value; set => DateElement = value is null ? null : new(value); }
    [FhirElement("author")] public List<ResourceReference> Author { get => field ??= []; set; }
    [FhirElement("authenticator")] public ResourceReference? Authenticator { get; set; }
    [FhirElement("custodian")] public ResourceReference? Custodian { get; set; }
    [FhirElement("relatesTo")] public List<RelatesToComponent> RelatesTo { get => field ??= []; set; }
    [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
    public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    [FhirElement("securityLabel")] public List<CodeableConcept> SecurityLabel { get => field ??= []; set; }
    [FhirElement("content")] public List<ContentComponent> Content { get => field ??= []; set; }
    [FhirElement("context")] public ContextComponent? Context { get; set; }

    /// <summary>How it stands to another document.</summary>
    public class RelatesToComponent : BackboneElement
    {
        public override string TypeName => "DocumentReference#RelatesTo";

        [FhirElement("code")] public Code<DocumentRelationshipType>? CodeElement { get; set; }
        public DocumentRelationshipType? Code { get => CodeElement?.Value; set => CodeElement = value is null ? null : new(value); }
        [FhirElement("target")] public ResourceReference? Target { get; set; }
    }

    /// <summary>The document itself and its format.</summary>
    public class ContentComponent : BackboneElement
    {
        public override string TypeName => "DocumentReference#Content";

        [FhirElement("attachment")] public Attachment? Attachment { get; set; }
        [FhirElement("format")] public Coding? Format { get; set; }
    }

    /// <summary>The care that it is about.</summary>
    public class ContextComponent : BackboneElement
    {
        public override string TypeName => "DocumentReference#Context";

        [FhirElement("encounter")] public List<ResourceReference> Encounter { get => field ??= []; set; }
        [FhirElement("event")] public List<CodeableConcept> Event { get => field ??= []; set; }
        [FhirElement("period")] public Period? Period { get; set; }
        [FhirElement("facilityType")] public CodeableConcept? FacilityType { get; set; }
        [FhirElement("practiceSetting")] public CodeableConcept? PracticeSetting { get; set; }
        [FhirElement("sourcePatientInfo")] public ResourceReference? SourcePatientInfo { get; set; }
        [FhirElement("related")] public List<ResourceReference> Related { get => field ??= []; set; }
    }
}
