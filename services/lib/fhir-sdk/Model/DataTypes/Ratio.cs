using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>A relation of two amounts.</summary>
public class Ratio : DataType
{
    public override string TypeName => "Ratio";

    [FhirElement("numerator")] public Quantity? Numerator { get; set; }
    [FhirElement("denominator")] public Quantity? Denominator { get; set; }
}
