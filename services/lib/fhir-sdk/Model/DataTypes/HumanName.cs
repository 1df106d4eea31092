using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A name of a person.</summary>
public class HumanName : DataType
{
    public override string TypeName => "HumanName";

    [FhirElement("use")] public Code<NameUse>? UseElement { get; set; }
    public NameUse? Use { get => UseElement?.Value; set => UseElement = value is null ? null : new(value); }
    [FhirElement("text")] public FhirString? TextElement { get; set; }
    public string? Text { get => TextElement?.Value; set => TextElement = value is null ? null : new(value); }
    [FhirElement("family")] public FhirString? FamilyElement { get; set; }
    public string? Family { get => FamilyElement?.Value; set => FamilyElement = value is null ? null : new(value); }
    [FhirElement("given")] public List<FhirString> GivenElement { get => field ??= []; set; }
    public IEnumerable<string?> Given
    {
        get => GivenElement.Select(e => e?.Value);
        set => GivenElement = [.. value.Select(v => new FhirString(v))];
    }

    [FhirElement("prefix")] public List<FhirString> PrefixElement { get => field ??= []; set; }
    public IEnumerable<string?> Prefix
    {
        get => PrefixElement.Select(e => e?.Value);
        set => PrefixElement = [.. value.Select(v => new FhirString(v))];
    }

    [FhirElement("suffix")] public List<FhirString> SuffixElement { get => field ??= []; set; }
    public IEnumerable<string?> Suffix
    {
        get => SuffixElement.Select(e => e?.Value);
        set => SuffixElement = [.. value.Select(v => new FhirString(v))];
    }

    [FhirElement("period")] public Period? Period { get; set; }

    public enum NameUse
    {
        [EnumLiteral("usual")] Usual,
        [EnumLiteral("official")] Official,
        [EnumLiteral("temp")] Temp,
        [EnumLiteral("nickname")] Nickname,
        [EnumLiteral("anonymous")] Anonymous,
        [EnumLiteral("old")] Old,
        [EnumLiteral("maiden")] Maiden,
    }
}
