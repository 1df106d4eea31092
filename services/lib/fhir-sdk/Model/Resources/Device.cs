using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>An instrument, a machine or a software that is used in care.</summary>
public class Device : DomainResource
{
    public override string TypeName => "Device";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("definition")] public ResourceReference? Definition { get; set; }
    [FhirElement("udiCarrier")] public List<UdiCarrierComponent> UdiCarrier { get => field ??= []; set; }
    [FhirElement("status")] public Code<FHIRDeviceStatus>? StatusElement { get; set; }
    public FHIRDeviceStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason")] public List<CodeableConcept> StatusReason { get => field ??= []; set; }
    [FhirElement("distinctIdentifier")] public FhirString? DistinctIdentifierElement { get; set; }
    public string? DistinctIdentifier { get => DistinctIdentifierElement?.Value; set => DistinctIdentifierElement = value is null ? null : new(value); }
    [FhirElement("manufacturer")] public FhirString? ManufacturerElement { get; set; }
    public string? Manufacturer { get => ManufacturerElement?.Value; set => ManufacturerElement = value is null ? null : new(value); }
    [FhirElement("manufactureDate")] public FhirDateTime? ManufactureDateElement { get; set; }
    public string? ManufactureDate { get => ManufactureDateElement?.Value; set => ManufactureDateElement = value is null ? null : new(value); }
    [FhirElement("expirationDate")] public FhirDateTime? ExpirationDateElement { get; set; }
    public string? ExpirationDate { get => ExpirationDateElement?.Value; set => ExpirationDateElement = value is null ? null : new(value); }
    [FhirElement("lotNumber")] public FhirString? LotNumberElement { get; set; }
    public string? LotNumber { get => LotNumberElement?.Value; set => LotNumberElement = value is null ? null : new(value); }
    [FhirElement("serialNumber")] public FhirString? SerialNumberElement { get; set; }
    public string? SerialNumber { get => SerialNumberElement?.Value; set => SerialNumberElement = value is null ? null : new(value); }
    [FhirElement("deviceName")] public List<DeviceNameComponent> DeviceName { get => field ??= []; set; }
    [FhirElement("modelNumber")] public FhirString? ModelNumberElement { get; set; }
    public string? ModelNumber { get => ModelNumberElement?.Value; set => ModelNumberElement = value is null ? null : new(value); }
    [FhirElement("partNumber")] public FhirString? PartNumberElement { get; set; }
    public string? PartNumber { get => PartNumberElement?.Value; set => PartNumberElement = value is null ? null : new(value); }
    [FhirElement("type")] public CodeableConcept? Type { get; set; }
    [FhirElement("specialization")] public List<SpecializationComponent> Specialization { get => field ??= []; set; }
    [FhirElement("version")] public List<VersionComponent> Version { get => field ??= []; set; }
    [FhirElement("property")] public List<PropertyComponent> Property { get => field ??= []; set; }
    [FhirElement("patient")] public ResourceReference? Patient { get; set; }
    [FhirElement("owner")] public ResourceReference? Owner { get; set; }
    [FhirElement("contact")] public List<ContactPoint> Contact { get => field ??= []; set; }
    [FhirElement("location")] public ResourceReference? Location { get; set; }
    [FhirElement("url")] public FhirUri? UrlElement { get; set; }
    public string? Url { get => UrlElement?.Value; set => UrlElement = value is null ? null : new(value); }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("safety")] public List<CodeableConcept> Safety { get => field ??= []; set; }
    [FhirElement("parent")] public ResourceReference? Parent { get; set; }

    /// <summary>Its unique device identifier.</summary>
    public class UdiCarrierComponent : BackboneElement
    {
        public override string TypeName => "Device#UdiCarrier";

        [FhirElement("deviceIdentifier")] public FhirString? DeviceIdentifierElement { get; set; }
        public string? DeviceIdentifier { get => DeviceIdentifierElement?.Value; set => DeviceIdentifierElement = value is null ? null : new(value); }
        [FhirElement("issuer")] public FhirUri? IssuerElement { get; set; }
        public string? Issuer { get => IssuerElement?.Value; set => IssuerElement = value is null ? null : new(value); }
        [FhirElement("jurisdiction")] public FhirUri? JurisdictionElement { get; set; }
        public string? Jurisdiction { get => JurisdictionElement?.Value; set => JurisdictionElement = value is null ? null : new(value); }
        [FhirElement("carrierAIDC")] public Base64Binary? CarrierAIDCElement { get; set; }
        public byte[]? CarrierAIDC { get => CarrierAIDCElement?.Value; set => CarrierAIDCElement = value is null ? null : new(value); }
        [FhirElement("carrierHRF")] public FhirString? CarrierHRFElement { get; set; }
        public string? CarrierHRF { get => CarrierHRFElement?.Value; set => CarrierHRFElement = value is null ? null : new(value); }
        [FhirElement("entryType")] public Code<UDIEntryType>? EntryTypeElement { get; set; }
        public UDIEntryType? EntryType { get => EntryTypeElement?.Value; set => EntryTypeElement = value is null ? null : new(value); }
    }

    /// <summary>A name that its maker gave it.</summary>
    public class DeviceNameComponent : BackboneElement
    {
        public override string TypeName => "Device#DeviceName";

        [FhirElement("name")] public FhirString? NameElement { get; set; }
        public string? Name { get => NameElement?.Value; set => NameElement = value is null ? null : new(value); }
        [FhirElement("type")] public Code<DeviceNameType>? TypeElement { get; set; }
        public DeviceNameType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    }

    /// <summary>A standard that it works by.</summary>
    public class SpecializationComponent : BackboneElement
    {
        public override string TypeName => "Device#Specialization";

        [FhirElement("systemType")] public CodeableConcept? SystemType { get; set; }
        [FhirElement("version")] public FhirString? VersionElement { get; set; }
        public string? Version { get => VersionElement?.Value; set => VersionElement = value is null ? null : new(value); }
    }

    /// <summary>A version of its design or software.</summary>
    public class VersionComponent : BackboneElement
    {
        public override string TypeName => "Device#Version";

        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("component")] public Identifier? Component { get; set; }
        [FhirElement("value")] public FhirString? ValueElement { get; set; }
        public string? Value { get => ValueElement?.Value; set => ValueElement = value is null ? null : new(value); }
    }

    /// <summary>A property and its value.</summary>
    public class PropertyComponent : BackboneElement
    {
        public override string TypeName => "Device#Property";

        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("valueQuantity")] public List<Quantity> ValueQuantity { get => field ??= []; set; }
        [FhirElement("valueCode")] public List<CodeableConcept> ValueCode { get => field ??= []; set; }
    }

    public enum FHIRDeviceStatus
    {
        [EnumLiteral("active")] Active,
        [EnumLiteral("inactive")] Inactive,
        [EnumLiteral("entered-in-error")] EnteredInError,
        [EnumLiteral("unknown")] Unknown,
    }

    public enum UDIEntryType
    {
        [EnumLiteral("barcode")] Barcode,
        [EnumLiteral("rfid")] Rfid,
        [EnumLiteral("manual")] Manual,
        [EnumLiteral("card")] Card,
        [EnumLiteral("self-reported")] SelfReported,
        [EnumLiteral("unknown")] Unknown,
    }
}
