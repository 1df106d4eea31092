using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>Content in another format, inline or by URL.</summary>
public class Attachment : DataType
{
    public override string TypeName => "Attachment";

    [FhirElement("contentType")] public Code? ContentTypeElement { get; set; }
    public string? ContentType { get => ContentTypeElement?.Value; set => ContentTypeElement = value is null ? null : new(value); }
    [FhirElement("language")] public Code? LanguageElement { get; set; }
    public string? Language { get => LanguageElement?.Value; set => LanguageElement = value is null ? null : new(value); }
    [FhirElement("data")] public Base64Binary? DataElement { get; set; }
    public byte[]? Data { get => DataElement?.Value; set => DataElement = value is null ? null : new(value); }
    [FhirElement("url")] public FhirUrl? UrlElement { get; set; }
    public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
    [FhirElement("size")] public Integer64? SizeElement { get; set; }
    public long? Size { get => SizeElement?.Value; set => SizeElement = value is null ? null : new(value); }
    [FhirElement("hash")] public Base64Binary? HashElement { get; set; }
    public byte[]? Hash { get => HashElement?.Value; set => HashElement = value is null ? null : new(value); }
    [FhirElement("title")] public FhirString? TitleElement { get; set; }
    public string? Title { get => TitleElement?.Value; set => TitleElement = value is null ? null : new(value); }
    [FhirElement("creation")] public FhirDateTime? CreationElement { get; set; }
    public string? Creation { get => CreationElement?.Value; set => CreationElement = value is null ? null : new(value); }
}
