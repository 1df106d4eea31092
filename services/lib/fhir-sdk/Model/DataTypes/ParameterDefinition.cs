using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A parameter of a module.</summary>
public class ParameterDefinition : DataType
{
    public override string TypeName => "ParameterDefinition";

    [FhirElement("name")] public Code? NameElement { get; set; }
    public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
    [FhirElement("use")] public Code<OperationParameterUse>? UseElement { get; set; }
    public OperationParameterUse? Use { get => UseElement?.Value; set => UseElement = value is null ? null : new(value); }
    [FhirElement("min")] public Integer? MinElement { get; set; }
    public int? Min { get => MinElement?.Value; set => MinElement = value is null ? null : new(value); }
    [FhirElement("max")] public FhirString? MaxElement { get; set; }
    public string? Max { get => MaxElement?.Value; set => MaxElement = value is null ? null : new(value); }
    [FhirElement("documentation")] public FhirString? DocumentationElement { get; set; }
    public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
    [FhirElement("type")] public Code<FHIRAllTypes>? TypeElement { get; set; }
    public FHIRAllTypes? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("profile")] public Canonical? ProfileElement { get; set; }
    public string? Profile { get => ProfileElement?.Value; set => ProfileElement = value is null ? null : new(value); }
}
