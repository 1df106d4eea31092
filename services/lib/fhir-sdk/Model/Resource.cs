using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>What has an identity of its own on a FHIR server.</summary>
public abstract class Resource : Base
{
    public override string TypeName => "Resource";

    [FhirElement("id")] public Id? IdElement { get; set; }
    public string? Id { get => IdElement?.Value; set => IdElement = value is null ? null : new(value); }
    [FhirElement("meta")] public Meta? Meta { get; set; }
    [FhirElement("implicitRules")] public FhirUri? ImplicitRulesElement { get; set; }
    public string? ImplicitRules { get => ImplicitRulesElement?.Value; set => ImplicitRulesElement = value is null ? null : new(value); }
    [FhirElement("language")] public Code? LanguageElement { get; set; }
    public string? Language { get => LanguageElement?.Value; set => LanguageElement = value is null ? null : new(value); }

    public string? VersionId
    {
        get => Meta?.VersionId;
        set => (Meta ??= new()).VersionId = value;
    }

    public bool HasVersionId => Meta?.VersionId is not null;
}

/// <summary>A resource with narrative, contained resources and extensions.</summary>
public abstract class DomainResource : Resource, IModifierExtendable
{
    public override string TypeName => "DomainResource";

    [FhirElement("text")] public Narrative? Text { get; set; }
    [FhirElement("contained")] public List<Resource> Contained { get => field ??= []; set; }
    [FhirElement("extension")] public List<Extension> Extension { get => field ??= []; set; }
    [FhirElement("modifierExtension")] public List<Extension> ModifierExtension { get => field ??= []; set; }

    /// <summary>The contained resource to which "#id" points, this resource for "#", otherwise null.</summary>
    public Resource? FindContainedResource(ResourceReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (!reference.IsContainedReference) return null;
        return reference.Reference == "#" ? this : Contained.Find(resource => resource.Id == reference.Reference![1..]);
    }
}
