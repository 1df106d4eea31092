using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A postal address.</summary>
public class Address : DataType
{
    public override string TypeName => "Address";

    [FhirElement("use")] public Code<AddressUse>? UseElement { get; set; }
    public AddressUse? Use { get => UseElement?.Value; set => UseElement = value is null ? null : new(value); }
    [FhirElement("type")] public Code<AddressType>? TypeElement { get; set; }
    public AddressType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    [FhirElement("text")] public FhirString? TextElement { get; set; }
    public string? Text { get => TextElement?.Value; set => TextElement = value is null ? null : new(value); }
    [FhirElement("line")] public List<FhirString> LineElement { get => field ??= []; set; }
    public IEnumerable<string?> Line { get => LineElement.Select(e => e?.Value); set => LineElement = [.. value.Select(v => new FhirString(v))]; }
    [FhirElement("city")] public FhirString? CityElement { get; set; }
    public string? City { get => CityElement?.Value; set => CityElement = value is null ? null : new(value); }
    [FhirElement("district")] public FhirString? DistrictElement { get; set; }
    public string? District { get => DistrictElement?.Value; set => DistrictElement = value is null ? null : new(value); }
    [FhirElement("state")] public FhirString? StateElement { get; set; }
    public string? State { get => StateElement?.Value; set => StateElement = value is null ? null : new(value); }
    [FhirElement("postalCode")] public FhirString? PostalCodeElement { get; set; }
    public string? PostalCode { get => PostalCodeElement?.Value; set => PostalCodeElement = value is null ? null : new(value); }
    [FhirElement("country")] public FhirString? CountryElement { get; set; }
    public string? Country { get => CountryElement?.Value; set => CountryElement = value is null ? null : new(value); }
    [FhirElement("period")] public Period? Period { get; set; }

    public enum AddressUse
    {
        [EnumLiteral("home")] Home,
        [EnumLiteral("work")] Work,
        [EnumLiteral("temp")] Temp,
        [EnumLiteral("old")] Old,
        [EnumLiteral("billing")] Billing,
    }

    public enum AddressType
    {
        [EnumLiteral("postal")] Postal,
        [EnumLiteral("physical")] Physical,
        [EnumLiteral("both")] Both,
    }
}
