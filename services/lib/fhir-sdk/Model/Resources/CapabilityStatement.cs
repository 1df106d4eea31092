using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>What a FHIR server does.</summary>
public partial class CapabilityStatement : DomainResource
{
    public override string TypeName => "CapabilityStatement";

    [FhirElement("url")] public FhirUri? UrlElement { get; set; }
    public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
    [FhirElement("version")] public FhirString? VersionElement { get; set; }
    public string? Version { get => VersionElement?.Value; set => VersionElement = value is null ? null : new(value); }
    [FhirElement("name")] public FhirString? NameElement { get; set; }
    public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
    [FhirElement("title")] public FhirString? TitleElement { get; set; }
    public string? Title { get => TitleElement?.Value; set => TitleElement = value is null ? null : new(value); }
    [FhirElement("status")] public Code<PublicationStatus>? StatusElement { get; set; }
    public PublicationStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("experimental")] public FhirBoolean? ExperimentalElement { get; set; }
    public bool? Experimental { get => ExperimentalElement?.Value; set => ExperimentalElement = value is null ? null : new(value); }
    [FhirElement("date")] public FhirDateTime? DateElement { get; set; }
    public string? Date { get => DateElement?.Value; set => DateElement = value is null ? null : new(value); }
    [FhirElement("publisher")] public FhirString? PublisherElement { get; set; }
    public string? Publisher { get => PublisherElement?.Value; set => PublisherElement = value is null ? null : new(value); }
    [FhirElement("contact")] public List<ContactDetail> Contact { get => field ??= []; set; }
    [FhirElement("description")] public Markdown? DescriptionElement { get; set; }
    public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    [FhirElement("useContext")] public List<UsageContext> UseContext { get => field ??= []; set; }
    [FhirElement("jurisdiction")] public List<CodeableConcept> Jurisdiction { get => field ??= []; set; }
    [FhirElement("purpose")] public Markdown? PurposeElement { get; set; }
    public string? Purpose { get => PurposeElement?.Value; set => PurposeElement = value is null ? null : new(value); }
    [FhirElement("copyright")] public Markdown? CopyrightElement { get; set; }
    public string? Copyright { get => CopyrightElement?.Value; set => CopyrightElement = value is null ? null : new(value); }
    [FhirElement("kind")] public Code<CapabilityStatementKind>? KindElement { get; set; }
    public CapabilityStatementKind? Kind { get => KindElement?.Value; set => KindElement = value is null ? null : new(value); }
    [FhirElement("instantiates")] public List<Canonical> InstantiatesElement { get => field ??= []; set; }
    public IEnumerable<string?> Instantiates { get => InstantiatesElement.Select(e => e?.Value); set => InstantiatesElement = [.. value.Select(v => new Canonical(v))]; }
    [FhirElement("imports")] public List<Canonical> ImportsElement { get => field ??= []; set; }
    public IEnumerable<string?> Imports { get => ImportsElement.Select(e => e?.Value); set => ImportsElement = [.. value.Select(v => new Canonical(v))]; }
    [FhirElement("software")] public SoftwareComponent? Software { get; set; }
    [FhirElement("implementation")] public ImplementationComponent? Implementation { get; set; }
    [FhirElement("fhirVersion")] public Code<FHIRVersion>? FhirVersionElement { get; set; }
    public FHIRVersion? FhirVersion { get => FhirVersionElement?.Value; set => FhirVersionElement = value is null ? null : new(value); }
    [FhirElement("format")] public List<Code> FormatElement { get => field ??= []; set; }
    public IEnumerable<string?> Format { get => FormatElement.Select(e => e?.Value); set => FormatElement = [.. value.Select(v => new Code(v))]; }
    [FhirElement("patchFormat")] public List<Code> PatchFormatElement { get => field ??= []; set; }
    public IEnumerable<string?> PatchFormat { get => PatchFormatElement.Select(e => e?.Value); set => PatchFormatElement = [.. value.Select(v => new Code(v))]; }
    [FhirElement("implementationGuide")] public List<Canonical> ImplementationGuideElement { get => field ??= []; set; }
    public IEnumerable<string?> ImplementationGuide
    {
        get => ImplementationGuideElement.Select(e => e?.Value);
        set => ImplementationGuideElement = [.. value.Select(v => new Canonical(v))];
    }

    [FhirElement("rest")] public List<RestComponent> Rest { get => field ??= []; set; }
    [FhirElement("messaging")] public List<MessagingComponent> Messaging { get => field ??= []; set; }
    [FhirElement("document")] public List<DocumentComponent> Document { get => field ??= []; set; }

    /// <summary>The software, its version and date.</summary>
    public class SoftwareComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Software";

        [FhirElement("name")] public FhirString? NameElement { get; set; }
        public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
        [FhirElement("version")] public FhirString? VersionElement { get; set; }
        public string? Version { get => VersionElement?.Value; set => VersionElement = value is null ? null : new(value); }
        [FhirElement("releaseDate")] public FhirDateTime? ReleaseDateElement { get; set; }
        public string? ReleaseDate { get => ReleaseDateElement?.Value; set => ReleaseDateElement = value is null ? null : new(value); }
    }

    /// <summary>The installation.</summary>
    public class ImplementationComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Implementation";

        [FhirElement("description")] public Markdown? DescriptionElement { get; set; }
        public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
        [FhirElement("url")] public FhirUrl? UrlElement { get; set; }
        public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
        [FhirElement("custodian")] public ResourceReference? Custodian { get; set; }
    }

    /// <summary>The messaging interface.</summary>
    public class MessagingComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Messaging";

        [FhirElement("endpoint")] public List<EndpointComponent> Endpoint { get => field ??= []; set; }
        [FhirElement("reliableCache")] public UnsignedInt? ReliableCacheElement { get; set; }
        public int? ReliableCache { get => ReliableCacheElement?.Value; set => ReliableCacheElement = value is null ? null : new(value); }
        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
        [FhirElement("supportedMessage")] public List<SupportedMessageComponent> SupportedMessage { get => field ??= []; set; }
    }

    /// <summary>Where messages are taken.</summary>
    public class EndpointComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Endpoint";

        [FhirElement("protocol")] public Coding? Protocol { get; set; }
        [FhirElement("address")] public FhirUrl? AddressElement { get; set; }
        public string? Address { get => AddressElement?.Value; set => AddressElement = value is null ? null : new(value); }
    }

    /// <summary>A message that is sent or taken.</summary>
    public class SupportedMessageComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#SupportedMessage";

        [FhirElement("mode")] public Code<EventCapabilityMode>? ModeElement { get; set; }
        public EventCapabilityMode? Mode { get => ModeElement?.Value; set => ModeElement = value is null ? null : new(value); }
        [FhirElement("definition")] public Canonical? DefinitionElement { get; set; }
        public string? Definition { get => DefinitionElement?.Value; set => DefinitionElement = value is null ? null : new(value); }
    }

    /// <summary>A kind of document that is made or taken.</summary>
    public class DocumentComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Document";

        [FhirElement("mode")] public Code<DocumentMode>? ModeElement { get; set; }
        public DocumentMode? Mode { get => ModeElement?.Value; set => ModeElement = value is null ? null : new(value); }
        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
        [FhirElement("profile")] public Canonical? ProfileElement { get; set; }
        public string? Profile { get => ProfileElement?.Value; set => ProfileElement = value is null ? null : new(value); }
    }

    public enum EventCapabilityMode
    {
        [EnumLiteral("sender")] Sender,
        [EnumLiteral("receiver")] Receiver,
    }

    public enum DocumentMode
    {
        [EnumLiteral("producer")] Producer,
        [EnumLiteral("consumer")] Consumer,
    }
}
