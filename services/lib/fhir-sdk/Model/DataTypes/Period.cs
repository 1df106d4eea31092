using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A time from start to end; either may be open.</summary>
public class Period : DataType
{
    public override string TypeName => "Period";

    public Period() { }

    public Period(FhirDateTime? start, FhirDateTime? end)
    {
        StartElement = start;
        EndElement = end;
    }

    [FhirElement("start")] public FhirDateTime? StartElement { get; set; }
    public string? Start { get => StartElement?.Value; set => StartElement = value is null ? null : new(value); }
    [FhirElement("end")] public FhirDateTime? EndElement { get; set; }
    public string? End { get => EndElement?.Value; set => EndElement = value is null ? null : new(value); }
}
