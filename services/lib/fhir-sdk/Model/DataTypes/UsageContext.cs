using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>For whom a definition is meant.</summary>
public class UsageContext : DataType
{
    public override string TypeName => "UsageContext";

    [FhirElement("code")] public Coding? Code { get; set; }
    [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
}
