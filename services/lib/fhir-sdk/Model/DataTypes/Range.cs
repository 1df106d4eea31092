using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A range of amounts, both ends included.</summary>
public class Range : DataType
{
    public override string TypeName => "Range";

    [FhirElement("low")] public Quantity? Low { get; set; }
    [FhirElement("high")] public Quantity? High { get; set; }
}
