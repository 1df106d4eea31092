using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>Who contributed to a definition.</summary>
public class Contributor : DataType
{
    public override string TypeName => "Contributor";

    [FhirElement("type")] public Code<ContributorType>? TypeElement { get; set; }
    public ContributorType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("name")] public FhirString? NameElement { get; set; }
    public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
    [FhirElement("contact")] public List<ContactDetail> Contact { get => field ??= []; set; }

    public enum ContributorType
    {
        [EnumLiteral("author")] Author,
        [EnumLiteral("editor")] Editor,
        [EnumLiteral("reviewer")] Reviewer,
        [EnumLiteral("endorser")] Endorser,
    }
}
