using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>Who did what with which record, and when.</summary>
public class AuditEvent : DomainResource
{
    public override string TypeName => "AuditEvent";

    [FhirElement("type")] public Coding? Type { get; set; }
    [FhirElement("subtype")] public List<Coding> Subtype { get => field ??= []; set; }
    [FhirElement("action")] public Code<AuditEventAction>? ActionElement { get; set; }
    public AuditEventAction? Action { get => ActionElement?.Value; set => ActionElement = value is null ? null : new(value); }
    [FhirElement("period")] public Period? Period { get; set; }
    [FhirElement("recorded")] public Instant? RecordedElement { get; set; }
    public DateTimeOffset? Recorded { get => RecordedElement?.Value; set => RecordedElement = value is null ? null : new(value); }
    [FhirElement("outcome")] public Code<AuditEventOutcome>? OutcomeElement { get; set; }
    public AuditEventOutcome? Outcome { get => OutcomeElement?.Value; set => OutcomeElement = value is null ? null : new(value); }
    [FhirElement("outcomeDesc")] public FhirString? OutcomeDescElement { get; set; }
    public string? OutcomeDesc { get => OutcomeDescElement?.Value; set => OutcomeDescElement = value is null ? null : new(value); }
    [FhirElement("purposeOfEvent")] public List<CodeableConcept> PurposeOfEvent { get => field ??= []; set; }
    [FhirElement("agent")] public List<AgentComponent> Agent { get => field ??= []; set; }
    [FhirElement("source")] public SourceComponent? Source { get; set; }
    [FhirElement("entity")] public List<EntityComponent> Entity { get => field ??= []; set; }

    /// <summary>A person, device or software that took part.</summary>
    public class AgentComponent : BackboneElement
    {
        public override string TypeName => "AuditEvent#Agent";

        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("role")] public List<CodeableConcept> Role { get => field ??= []; set; }
        [FhirElement("who")] public ResourceReference? Who { get; set; }
        [FhirElement("altId")] public FhirString? AltIdElement { get; set; }
        public string? AltId { get => AltIdElement?.Value; set => AltIdElement = value is null ? null : new(value); }
        [FhirElement("name")] public FhirString? NameElement { get; set; }
        public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
        [FhirElement("requestor")] public FhirBoolean? RequestorElement { get; set; }
        public bool? Requestor { get => RequestorElement?.Value; set => RequestorElement = value is null ? null : new(value); }
        [FhirElement("location")] public ResourceReference? Location { get; set; }
        [FhirElement("policy")] public List<FhirUri> PolicyElement { get => field ??= []; set; }
        public IEnumerable<string?> Policy { get => PolicyElement.Select(e => e?.Value); set => PolicyElement = [.. value.Select(v => new FhirUri(v))]; }
        [FhirElement("media")] public Coding? Media { get; set; }
        [FhirElement("network")] public NetworkComponent? Network { get; set; }
        [FhirElement("purposeOfUse")] public List<CodeableConcept> PurposeOfUse { get => field ??= []; set; }
    }

    /// <summary>Where on the network it was.</summary>
    public class NetworkComponent : BackboneElement
    {
        public override string TypeName => "AuditEvent#Network";

        [FhirElement("address")] public FhirString? AddressElement { get; set; }
        public string? Address { get => AddressElement?.Value; set => AddressElement = value is null ? null : new(value); }
        [FhirElement("type")] public Code<AuditEventAgentNetworkType>? TypeElement { get; set; }
        public AuditEventAgentNetworkType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    }

    /// <summary>Who recorded the event.</summary>
    public class SourceComponent : BackboneElement
    {
        public override string TypeName => "AuditEvent#Source";

        [FhirElement("site")] public FhirString? SiteElement { get; set; }
        public string? Site { get => SiteElement?.Value; set => SiteElement = value is null ? null : new(value); }
        [FhirElement("observer")] public ResourceReference? Observer { get; set; }
        [FhirElement("type")] public List<Coding> Type { get => field ??= []; set; }
    }

    /// <summary>Data or an object that was used.</summary>
    public class EntityComponent : BackboneElement
    {
        public override string TypeName => "AuditEvent#Entity";

        [FhirElement("what")] public ResourceReference? What { get; set; }
        [FhirElement("type")] public Coding? Type { get; set; }
        [FhirElement("role")] public Coding? Role { get; set; }
        [FhirElement("lifecycle")] public Coding? Lifecycle { get; set; }
        [FhirElement("securityLabel")] public List<Coding> SecurityLabel { get => field ??= []; set; }
        [FhirElement("name")] public FhirString? NameElement { get; set; }
        public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
        [FhirElement("description")] public FhirString? DescriptionElement { get; set; }
        public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
        [FhirElement("query")] public Base64Binary? QueryElement { get; set; }
        public byte[]? Query { get => QueryElement?.Value; set => QueryElement = value is null ? null : new(value); }
        [FhirElement("detail")] public List<DetailComponent> Detail { get => field ??= []; set; }
    }

    /// <summary>More about an entity.</summary>
    public class DetailComponent : BackboneElement
    {
        public override string TypeName => "AuditEvent#Detail";

        [FhirElement("type")] public FhirString? TypeElement { get; set; }
        public string? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
        [FhirElement("value", Choice = ChoiceType.DatatypeChoice)] public DataType? Value { get; set; }
    }

    public enum AuditEventAction
    {
        [EnumLiteral("C")] C,
        [EnumLiteral("R")] R,
        [EnumLiteral("U")] U,
        [EnumLiteral("D")] D,
        [EnumLiteral("E")] E,
    }

    public enum AuditEventOutcome
    {
        [EnumLiteral("0")] N0,
        [EnumLiteral("4")] N4,
        [EnumLiteral("8")] N8,
        [EnumLiteral("12")] N12,
    }

    public enum AuditEventAgentNetworkType
    {
        [EnumLiteral("1")] N1,
        [EnumLiteral("2")] N2,
        [EnumLiteral("3")] N3,
        [EnumLiteral("4")] N4,
        [EnumLiteral("5")] N5,
    }
}
