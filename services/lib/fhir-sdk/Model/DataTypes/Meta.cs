using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>Metadata of a resource: version, time of the last change, profiles, tags.</summary>
public class Meta : DataType
{
    public override string TypeName => "Meta";

    [FhirElement("versionId")] public Id? VersionIdElement { get; set; }
    public string? VersionId { get => VersionIdElement?.Value; set => VersionIdElement = value is null ? null : new(value); }
    [FhirElement("lastUpdated")] public Instant? LastUpdatedElement { get; set; }
    public DateTimeOffset? LastUpdated { get => LastUpdatedElement?.Value; set => LastUpdatedElement = value is null ? null : new(value); }
    [FhirElement("source")] public FhirUri? SourceElement { get; set; }
    public string? Source { get => SourceElement?.Value; set => SourceElement = value is null ? null : new(value); }
    [FhirElement("profile")] public List<FhirUri> ProfileElement { get => field ??= []; set; }
    public IEnumerable<string?> Profile
    {
        get => ProfileElement.Select(e => e?.Value);
        set => ProfileElement = [.. value.Select(v => new FhirUri(v))];
    }

    [FhirElement("security")] public List<Coding> Security { get => field ??= []; set; }
    [FhirElement("tag")] public List<Coding> Tag { get => field ??= []; set; }
}
