namespace Hl7.Fhir.Model;

/// <summary>A length of time.</summary>
public class Duration : Quantity
{
    public override string TypeName => "Duration";
}
