using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A digital signature.</summary>
public class Signature : DataType
{
    public override string TypeName => "Signature";

    [FhirElement("type")] public List<Coding> Type { get => field ??= []; set; }
    [FhirElement("when")] public Instant? WhenElement { get; set; }
    public DateTimeOffset? When { get => WhenElement?.Value; set => WhenElement = value is null ? null : new(value); }
    [FhirElement("who", Type = typeof(ResourceReference))] public DataType? Who { get; set; }
    [FhirElement("onBehalfOf", Type = typeof(ResourceReference))] public DataType? OnBehalfOf { get; set; }
    [FhirElement("targetFormat")] public Code? TargetFormatElement { get; set; }
    public string? TargetFormat { get => TargetFormatElement?.Value; set => TargetFormatElement = value is null ? null : new(value); }
    [FhirElement("sigFormat")] public Code? SigFormatElement { get; set; }
    public string? SigFormat { get => SigFormatElement?.Value; set => SigFormatElement = value is null ? null : new(value); }
    [FhirElement("data")] public Base64Binary? DataElement { get; set; }
    public byte[]? Data { get => DataElement?.Value; set => DataElement = value is null ? null : new(value); }
}
