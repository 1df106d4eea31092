namespace Hl7.Fhir.Model;

/// <summary>A number of things.</summary>
public class Count : Quantity
{
    public override string TypeName => "Count";
}
