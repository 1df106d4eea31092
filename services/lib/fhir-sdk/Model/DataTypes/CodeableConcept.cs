using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A concept: any number of codings that say the same, and a text.</summary>
public class CodeableConcept : DataType
{
    public override string TypeName => "CodeableConcept";

    public CodeableConcept() { }

    public CodeableConcept(string? system, string? code, string? text = null)
    {
        if (!string.IsNullOrEmpty(system) || !string.IsNullOrEmpty(code)) Coding = [new(system, code)];
        Text = text;
    }

    public CodeableConcept(string? system, string? code, string? display, string? text)
    {
        if (!string.IsNullOrEmpty(system) || !string.IsNullOrEmpty(code) || !string.IsNullOrEmpty(display)) Coding = [new(system, code, display)];
        Text = text;
    }

    public CodeableConcept Add(string? system, string? code, string? display = null)
    {
        Coding.Add(new(system, code, display));
        return this;
    }

    [FhirElement("coding")] public List<Coding> Coding { get => field ??= []; set; }
    [FhirElement("text")] public FhirString? TextElement { get; set; }
    public string? Text { get => TextElement?.Value; set => TextElement = value is null ? null : new(value); }
}
