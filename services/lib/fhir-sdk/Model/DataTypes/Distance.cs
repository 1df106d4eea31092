namespace Hl7.Fhir.Model;

/// <summary>A length between two places.</summary>
public class Distance : Quantity
{
    public override string TypeName => "Distance";
}
