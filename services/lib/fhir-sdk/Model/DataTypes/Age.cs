namespace Hl7.Fhir.Model;

/// <summary>A length of life.</summary>
public class Age : Quantity
{
    public override string TypeName => "Age";
}
