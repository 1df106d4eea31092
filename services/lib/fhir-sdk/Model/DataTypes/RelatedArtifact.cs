using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A document or definition beside this one.</summary>
public class RelatedArtifact : DataType
{
    public override string TypeName => "RelatedArtifact";

    [FhirElement("type")] public Code<RelatedArtifactType>? TypeElement { get; set; }
    public RelatedArtifactType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("label")] public FhirString? LabelElement { get; set; }
    public string? Label { get => LabelElement?.Value; set => LabelElement = value is null ? null : new(value); }
    [FhirElement("display")] public FhirString? DisplayElement { get; set; }
    public string? Display { get => DisplayElement?.Value; set => DisplayElement = value is null ? null : new(value); }
    [FhirElement("citation")] public Markdown? CitationElement { get; set; }
    public string? Citation { get => CitationElement?.Value; set => CitationElement = value is null ? null : new(value); }
    [FhirElement("url")] public FhirUrl? UrlElement { get; set; }
    public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
    [FhirElement("document")] public Attachment? Document { get; set; }
    [FhirElement("resource")] public Canonical? ResourceElement { get; set; }
    public string? Resource { get => ResourceElement?.Value; set => ResourceElement = value is null ? null : new(value); }

    public enum RelatedArtifactType
    {
        [EnumLiteral("documentation")] Documentation,
        [EnumLiteral("justification")] Justification,
        [EnumLiteral("citation")] Citation,
        [EnumLiteral("predecessor")] Predecessor,
        [EnumLiteral("successor")] Successor,
        [EnumLiteral("derived-from")] DerivedFrom,
        [EnumLiteral("depends-on")] DependsOn,
        [EnumLiteral("composed-of")] ComposedOf,
        [EnumLiteral("part-of")] PartOf,
        [EnumLiteral("amends")] Amends,
        [EnumLiteral("amended-with")] AmendedWith,
        [EnumLiteral("appends")] Appends,
        [EnumLiteral("appended-with")] AppendedWith,
        [EnumLiteral("cites")] Cites,
        [EnumLiteral("cited-by")] CitedBy,
        [EnumLiteral("comments-on")] CommentsOn,
        [EnumLiteral("comment-in")] CommentIn,
        [EnumLiteral("contains")] Contains,
        [EnumLiteral("contained-in")] ContainedIn,
        [EnumLiteral("corrects")] Corrects,
        [EnumLiteral("correction-in")] CorrectionIn,
        [EnumLiteral("replaces")] Replaces,
        [EnumLiteral("replaced-with")] ReplacedWith,
        [EnumLiteral("retracts")] Retracts,
        [EnumLiteral("retracted-by")] RetractedBy,
        [EnumLiteral("signs")] Signs,
        [EnumLiteral("similar-to")] SimilarTo,
        [EnumLiteral("supports")] Supports,
        [EnumLiteral("supported-with")] SupportedWith,
        [EnumLiteral("transforms")] Transforms,
        [EnumLiteral("transformed-into")] TransformedInto,
        [EnumLiteral("transformed-with")] TransformedWith,
        [EnumLiteral("documents")] Documents,
        [EnumLiteral("specification-of")] SpecificationOf,
        [EnumLiteral("created-with")] CreatedWith,
        [EnumLiteral("cite-as")] CiteAs,
    }
}
