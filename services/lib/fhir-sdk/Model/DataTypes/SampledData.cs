using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A series of measurements taken by a device.</summary>
public class SampledData : DataType
{
    public override string TypeName => "SampledData";

    [FhirElement("origin")] public Quantity? Origin { get; set; }
    [FhirElement("period")] public FhirDecimal? PeriodElement { get; set; }
    public decimal? Period { get => PeriodElement?.Value; set => PeriodElement = value is null ? null : new(value); }
    [FhirElement("factor")] public FhirDecimal? FactorElement { get; set; }
    public decimal? Factor { get => FactorElement?.Value; set => FactorElement = value is null ? null : new(value); }
    [FhirElement("lowerLimit")] public FhirDecimal? LowerLimitElement { get; set; }
    public decimal? LowerLimit { get => LowerLimitElement?.Value; set => LowerLimitElement = value is null ? null : new(value); }
    [FhirElement("upperLimit")] public FhirDecimal? UpperLimitElement { get; set; }
    public decimal? UpperLimit { get => UpperLimitElement?.Value; set => UpperLimitElement = value is null ? null : new(value); }
    [FhirElement("dimensions")] public PositiveInt? DimensionsElement { get; set; }
    public int? Dimensions { get => DimensionsElement?.Value; set => DimensionsElement = value is null ? null : new(value); }
    [FhirElement("data")] public FhirString? DataElement { get; set; }
    public string? Data { get => DataElement?.Value; set => DataElement = value is null ? null : new(value); }
}
