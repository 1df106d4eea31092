using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>What sets an action off.</summary>
public class TriggerDefinition : DataType
{
    public override string TypeName => "TriggerDefinition";

    [FhirElement("type")] public Code<TriggerType>? TypeElement { get; set; }
    public TriggerType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("name")] public FhirString? NameElement { get; set; }
    public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
    [FhirElement("timing", Choice = ChoiceType.DatatypeChoice)] public DataType? Timing { get; set; }
    [FhirElement("data")] public List<DataRequirement> Data { get => field ??= []; set; }
    [FhirElement("condition")] public Expression? Condition { get; set; }

    public enum TriggerType
    {
        [EnumLiteral("named-event")] NamedEvent,
        [EnumLiteral("periodic")] Periodic,
        [EnumLiteral("data-changed")] DataChanged,
        [EnumLiteral("data-added")] DataAdded,
        [EnumLiteral("data-modified")] DataModified,
        [EnumLiteral("data-removed")] DataRemoved,
        [EnumLiteral("data-accessed")] DataAccessed,
        [EnumLiteral("data-access-ended")] DataAccessEnded,
    }
}
