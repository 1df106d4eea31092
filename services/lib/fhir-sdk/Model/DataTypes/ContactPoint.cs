using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A telephone number, e-mail address or other means of contact.</summary>
public class ContactPoint : DataType
{
    public override string TypeName => "ContactPoint";

    [FhirElement("system")] public Code<ContactPointSystem>? SystemElement { get; set; }
    public ContactPointSystem? System { get => SystemElement?.Value; set => SystemElement = value is null ? null : new(value); }
    [FhirElement("value")] public FhirString? ValueElement { get; set; }
    public string? Value { get => ValueElement?.Value; set => ValueElement = value is null ? null : new(value); }
    [FhirElement("use")] public Code<ContactPointUse>? UseElement { get; set; }
    public ContactPointUse? Use { get => UseElement?.Value; set => UseElement = value is null ? null : new(value); }
    [FhirElement("rank")] public PositiveInt? RankElement { get; set; }
    public int? Rank { get => RankElement?.Value; set => RankElement = value is null ? null : new(value); }
    [FhirElement("period")] public Period? Period { get; set; }

    public enum ContactPointSystem
    {
        [EnumLiteral("phone")] Phone,
        [EnumLiteral("fax")] Fax,
        [EnumLiteral("email")] Email,
        [EnumLiteral("pager")] Pager,
        [EnumLiteral("url")] Url,
        [EnumLiteral("sms")] Sms,
        [EnumLiteral("other")] Other,
    }

    public enum ContactPointUse
    {
        [EnumLiteral("home")] Home,
        [EnumLiteral("work")] Work,
        [EnumLiteral("temp")] Temp,
        [EnumLiteral("old")] Old,
        [EnumLiteral("mobile")] Mobile,
    }
}
