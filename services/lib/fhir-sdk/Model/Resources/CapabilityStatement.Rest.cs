using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>What a server does over REST.</summary>
public partial class CapabilityStatement
{
    /// <summary>The RESTful interface.</summary>
    public class RestComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Rest";

        [FhirElement("mode")] public Code<RestfulCapabilityMode>? ModeElement { get; set; }
        public RestfulCapabilityMode? Mode { get => ModeElement?.Value; set => ModeElement = value is null ? null : new(value); }
        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
        [FhirElement("security")] public SecurityComponent? Security { get; set; }
        [FhirElement("resource")] public List<ResourceComponent> Resource { get => field ??= []; set; }
        [FhirElement("interaction")] public List<SystemInteractionComponent> Interaction { get => field ??= []; set; }
        [FhirElement("searchParam")] public List<SearchParamComponent> SearchParam { get => field ??= []; set; }
        [FhirElement("operation")] public List<OperationComponent> Operation { get => field ??= []; set; }
        [FhirElement("compartment")] public List<Canonical> CompartmentElement { get => field ??= []; set; }
        public IEnumerable<string?> Compartment
        {
            get => CompartmentElement.Select(e => e?.Value);
            set => CompartmentElement = [.. value.Select(v => new Canonical(v))];
        }
    }

    /// <summary>How access is granted.</summary>
    public class SecurityComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Security";

        [FhirElement("cors")] public FhirBoolean? CorsElement { get; set; }
        public bool? Cors { get => CorsElement?.Value; set => CorsElement = value is null ? null : new(value); }
        [FhirElement("service")] public List<CodeableConcept> Service { get => field ??= []; set; }
        [FhirElement("description")] public Markdown? DescriptionElement { get; set; }
        public string? Description { get => DescriptionElement?.Value; set => DescriptionElement = value is null ? null : new(value); }
    }

    /// <summary>What can be done with resources of one type.</summary>
    public class ResourceComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Resource";

        [FhirElement("type")] public Code? TypeElement { get; set; }
        public string? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
        [FhirElement("profile")] public Canonical? ProfileElement { get; set; }
        public string? Profile { get => ProfileElement?.Value; set => ProfileElement = value is null ? null : new(value); }
        [FhirElement("supportedProfile")] public List<Canonical> SupportedProfileElement { get => field ??= []; set; }
        public IEnumerable<string?> SupportedProfile
        {
            get => SupportedProfileElement.Select(e => e?.Value);
            set => SupportedProfileElement = [.. value.Select(v => new Canonical(v))];
        }

        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
        [FhirElement("interaction")] public List<ResourceInteractionComponent> Interaction { get => field ??= []; set; }
        [FhirElement("versioning")] public Code<ResourceVersionPolicy>? VersioningElement { get; set; }
        public ResourceVersionPolicy? Versioning { get => VersioningElement?.Value; set => VersioningElement = value is null ? null : new(value); }
        [FhirElement("readHistory")] public FhirBoolean? ReadHistoryElement { get; set; }
        public bool? ReadHistory { get => ReadHistoryElement?.Value; set => ReadHistoryElement = value is null ? null : new(value); }
        [FhirElement("updateCreate")] public FhirBoolean? UpdateCreateElement { get; set; }
        public bool? UpdateCreate { get => UpdateCreateElement?.Value; set => UpdateCreateElement = value is null ? null : new(value); }
        [FhirElement("conditionalCreate")] public FhirBoolean? ConditionalCreateElement { get; set; }
        public bool? ConditionalCreate { get => ConditionalCreateElement?.Value; set => ConditionalCreateElement = value is null ? null : new(value); }
        [FhirElement("conditionalRead")] public Code<ConditionalReadStatus>? ConditionalReadElement { get; set; }
        public ConditionalReadStatus? ConditionalRead { get => ConditionalReadElement?.Value; set => ConditionalReadElement = value is null ? null : new(value); }
        [FhirElement("conditionalUpdate")] public FhirBoolean? ConditionalUpdateElement { get; set; }
        public bool? ConditionalUpdate { get => ConditionalUpdateElement?.Value; set => ConditionalUpdateElement = value is null ? null : new(value); }
        [FhirElement("conditionalDelete")] public Code<ConditionalDeleteStatus>? ConditionalDeleteElement { get; set; }
        public ConditionalDeleteStatus? ConditionalDelete { get => ConditionalDeleteElement?.Value; set => ConditionalDeleteElement = value is null ? null : new(value); }
        [FhirElement("referencePolicy")] public List<Code<ReferenceHandlingPolicy>> ReferencePolicyElement { get => field ??= []; set; }
        public IEnumerable<ReferenceHandlingPolicy?> ReferencePolicy
        {
            get => ReferencePolicyElement.Select(e => e?.Value);
            set => ReferencePolicyElement = [.. value.Select(v => new Code<ReferenceHandlingPolicy>(v))];
        }

        [FhirElement("searchInclude")] public List<FhirString> SearchIncludeElement { get => field ??= []; set; }
        public IEnumerable<string?> SearchInclude
        {
            get => SearchIncludeElement.Select(e => e?.Value);
            set => SearchIncludeElement = [.. value.Select(v => new FhirString(v))];
        }

        [FhirElement("searchRevInclude")] public List<FhirString> SearchRevIncludeElement { get => field ??= []; set; }
        public IEnumerable<string?> SearchRevInclude
        {
            get => SearchRevIncludeElement.Select(e => e?.Value);
            set => SearchRevIncludeElement = [.. value.Select(v => new FhirString(v))];
        }

        [FhirElement("searchParam")] public List<SearchParamComponent> SearchParam { get => field ??= []; set; }
        [FhirElement("operation")] public List<OperationComponent> Operation { get => field ??= []; set; }
    }

    /// <summary>One interaction with resources of the type.</summary>
    public class ResourceInteractionComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#ResourceInteraction";

        [FhirElement("code")] public Code<TypeRestfulInteraction>? CodeElement { get; set; }
        public TypeRestfulInteraction? Code { get => CodeElement?.Value; set => CodeElement = value is null ? null : new(value); }
        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
    }

    /// <summary>A search parameter.</summary>
    public class SearchParamComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#SearchParam";

        [FhirElement("name")] public FhirString? NameElement { get; set; }
        public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
        [FhirElement("definition")] public Canonical? DefinitionElement { get; set; }
        public string? Definition { get => DefinitionElement?.Value; set => DefinitionElement = value is null ? null : new(value); }
        [FhirElement("type")] public Code<SearchParamType>? TypeElement { get; set; }
        public SearchParamType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
    }

    /// <summary>An operation.</summary>
    public class OperationComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#Operation";

        [FhirElement("name")] public FhirString? NameElement { get; set; }
        public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
        [FhirElement("definition")] public Canonical? DefinitionElement { get; set; }
        public string? Definition { get => DefinitionElement?.Value; set => DefinitionElement = value is null ? null : new(value); }
        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
    }

    /// <summary>One interaction with the whole server.</summary>
    public class SystemInteractionComponent : BackboneElement
    {
        public override string TypeName => "CapabilityStatement#SystemInteraction";

        [FhirElement("code")] public Code<SystemRestfulInteraction>? CodeElement { get; set; }
        public SystemRestfulInteraction? Code { get => CodeElement?.Value; set => CodeElement = value is null ? null : new(value); }
        [FhirElement("documentation")] public Markdown? DocumentationElement { get; set; }
        public string? Documentation { get => DocumentationElement?.Value; set => DocumentationElement = value is null ? null : new(value); }
    }

    public enum RestfulCapabilityMode
    {
        [EnumLiteral("client")] Client,
        [EnumLiteral("server")] Server,
    }

    public enum ResourceVersionPolicy
    {
        [EnumLiteral("no-version")] NoVersion,
        [EnumLiteral("versioned")] Versioned,
        [EnumLiteral("versioned-update")] VersionedUpdate,
    }

    public enum ConditionalReadStatus
    {
        [EnumLiteral("not-supported")] NotSupported,
        [EnumLiteral("modified-since")] ModifiedSince,
        [EnumLiteral("not-match")] NotMatch,
        [EnumLiteral("full-support")] FullSupport,
    }

    public enum ConditionalDeleteStatus
    {
        [EnumLiteral("not-supported")] NotSupported,
        [EnumLiteral("single")] Single,
        [EnumLiteral("multiple")] Multiple,
    }

    public enum ReferenceHandlingPolicy
    {
        [EnumLiteral("literal")] Literal,
        [EnumLiteral("logical")] Logical,
        [EnumLiteral("resolves")] Resolves,
        [EnumLiteral("enforced")] Enforced,
        [EnumLiteral("local")] Local,
    }

    public enum TypeRestfulInteraction
    {
        [EnumLiteral("read")] Read,
        [EnumLiteral("vread")] Vread,
        [EnumLiteral("update")] Update,
        [EnumLiteral("patch")] Patch,
        [EnumLiteral("delete")] Delete,
        [EnumLiteral("history-instance")] HistoryInstance,
        [EnumLiteral("history-type")] HistoryType,
        [EnumLiteral("create")] Create,
        [EnumLiteral("search-type")] SearchType,
    }

    public enum SystemRestfulInteraction
    {
        [EnumLiteral("transaction")] Transaction,
        [EnumLiteral("batch")] Batch,
        [EnumLiteral("search-system")] SearchSystem,
        [EnumLiteral("history-system")] HistorySystem,
    }
}
