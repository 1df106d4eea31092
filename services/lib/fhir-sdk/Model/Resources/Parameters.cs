using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>Named values: input and output of operations, status of a subscription.</summary>
public class Parameters : Resource
{
    public override string TypeName => "Parameters";

    [FhirElement("parameter")] public List<ParameterComponent> Parameter { get => field ??= []; set; }

    /// <summary>One parameter: a value, a resource or parts.</summary>
    public class ParameterComponent : BackboneElement
    {
        public override string TypeName => "Parameters#Parameter";

        [FhirElement("name")] public FhirString? NameElement { get; set; }
        public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
        [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
        [FhirElement("resource")] public Resource? Resource { get; set; }
        [FhirElement("part")] public List<ParameterComponent> Part { get => field ??= []; set; }
    }
}
