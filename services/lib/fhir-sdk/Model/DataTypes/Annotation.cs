using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A note with author and time.</summary>
public class Annotation : DataType
{
    public override string TypeName => "Annotation";

    [FhirElement("author", Choice = ChoiceType.DatatypeChoice)] public DataType? Author { get; set; }
    [FhirElement("time")] public FhirDateTime? TimeElement { get; set; }
    public string? Time { get => TimeElement?.Value; set => TimeElement = value is null ? null : new(value); }
    [FhirElement("text")] public Markdown? TextElement { get; set; }
    public string? Text { get => TextElement?.Value; set => TextElement = value is null ? null : new(value); }
}
