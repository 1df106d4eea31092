using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>Who made a version of a resource, from what.</summary>
public class Provenance : DomainResource
{
    public override string TypeName => "Provenance";

    [FhirElement("target")] public List<ResourceReference> Target { get => field ??= []; set; }
    [FhirElement("occurred", Choice = ChoiceType.DatatypeChoice)] public DataType? Occurred { get; set; }
    [FhirElement("recorded")] public Instant? RecordedElement { get; set; }
    public DateTimeOffset? Recorded { get => RecordedElement?.Value; set => RecordedElement = value is null ? null : new(value); }
    [FhirElement("policy")] public List<FhirUri> PolicyElement { get => field ??= []; set; }
    public IEnumerable<string?> Policy
    {
        get => PolicyElement.Select(e => e?.Value);
        set => PolicyElement = [.. value.Select(v => new FhirUri(v))];
    }

    [FhirElement("location")] public ResourceReference? Location { get; set; }
    [FhirElement("reason")] public List<CodeableConcept> Reason { get => field ??= []; set; }
    [FhirElement("activity")] public CodeableConcept? Activity { get; set; }
    [FhirElement("agent")] public List<AgentComponent> Agent { get => field ??= []; set; }
    [FhirElement("entity")] public List<EntityComponent> Entity { get => field ??= []; set; }
    [FhirElement("signature")] public List<Signature> Signature { get => field ??= []; set; }

    /// <summary>Who took part.</summary>
    public class AgentComponent : BackboneElement
    {
        public override string TypeName => "Provenance#Agent";

        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("role")] public List<CodeableConcept> Role { get => field ??= []; set; }
        [FhirElement("who")] public ResourceReference? Who { get; set; }
        [FhirElement("onBehalfOf")] public ResourceReference? OnBehalfOf { get; set; }
    }

    /// <summary>What it was made from.</summary>
    public class EntityComponent : BackboneElement
    {
        public override string TypeName => "Provenance#Entity";

        [FhirElement("role")] public Code<ProvenanceEntityRole>? RoleElement { get; set; }
        public ProvenanceEntityRole? Role { get => RoleElement?.Value; set => RoleElement = value is null ? null : new(value); }
        [FhirElement("what")] public ResourceReference? What { get; set; }
        [FhirElement("agent")] public List<AgentComponent> Agent { get => field ??= []; set; }
    }

    public enum ProvenanceEntityRole
    {
        [EnumLiteral("derivation")] Derivation,
        [EnumLiteral("revision")] Revision,
        [EnumLiteral("quotation")] Quotation,
        [EnumLiteral("source")] Source,
        [EnumLiteral("removal")] Removal,
    }
}
