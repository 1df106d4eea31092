using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A person who receives care.</summary>
public class Patient : DomainResource
{
    public override string TypeName => "Patient";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("active")] public FhirBoolean? ActiveElement { get; set; }
    public bool? Active { get => ActiveElement?.Value; set => ActiveElement = value is null ? null : new(value); }
    [FhirElement("name")] public List<HumanName> Name { get => field ??= []; set; }
    [FhirElement("telecom")] public List<ContactPoint> Telecom { get => field ??= []; set; }
    [FhirElement("gender")] public Code<AdministrativeGender>? GenderElement { get; set; }
    public AdministrativeGender? Gender { get => GenderElement?.Value; set => GenderElement = value is null ? null : new(value); }
    [FhirElement("birthDate")] public Date? BirthDateElement { get; set; }
    public string? BirthDate { get => BirthDateElement?.Value; set => BirthDateElement = value is null ? null : new(value); }
    [FhirElement("deceased", Choice = ChoiceType.DatatypeChoice)] public DataType? Deceased { get; set; }
    [FhirElement("address")] public List<Address> Address { get => field ??= []; set; }
    [FhirElement("maritalStatus")] public CodeableConcept? MaritalStatus { get; set; }
    [FhirElement("multipleBirth", Choice = ChoiceType.DatatypeChoice)] public DataType? MultipleBirth { get; set; }
    [FhirElement("photo")] public List<Attachment> Photo { get => field ??= []; set; }
    [FhirElement("contact")] public List<ContactComponent> Contact { get => field ??= []; set; }
    [FhirElement("communication")] public List<CommunicationComponent> Communication { get => field ??= []; set; }
    [FhirElement("generalPractitioner")] public List<ResourceReference> GeneralPractitioner { get => field ??= []; set; }
    [FhirElement("managingOrganization")] public ResourceReference? ManagingOrganization { get; set; }
    [FhirElement("link")] public List<LinkComponent> Link { get => field ??= []; set; }

    /// <summary>A person to be told.</summary>
    public class ContactComponent : BackboneElement
    {
        public override string TypeName => "Patient#Contact";

        [FhirElement("relationship")] public List<CodeableConcept> Relationship { get => field ??= []; set; }
        [FhirElement("name")] public HumanName? Name { get; set; }
        [FhirElement("telecom")] public List<ContactPoint> Telecom { get => field ??= []; set; }
        [FhirElement("address")] public Address? Address { get; set; }
        [FhirElement("gender")] public Code<AdministrativeGender>? GenderElement { get; set; }
        public AdministrativeGender? Gender { get => GenderElement?.Value; set => GenderElement = value is null ? null : new(value); }
        [FhirElement("organization")] public ResourceReference? Organization { get; set; }
        [FhirElement("period")] public Period? Period { get; set; }
    }

    /// <summary>A language in which to speak with the patient.</summary>
    public class CommunicationComponent : BackboneElement
    {
        public override string TypeName => "Patient#Communication";

        [FhirElement("language")] public CodeableConcept? Language { get; set; }
        [FhirElement("preferred")] public FhirBoolean? PreferredElement { get; set; }
        public bool? Preferred { get => PreferredElement?.Value; set => PreferredElement = value is null ? null : new(value); }
    }

    /// <summary>Another record of the same person.</summary>
    public class LinkComponent : BackboneElement
    {
        public override string TypeName => "Patient#Link";

        [FhirElement("other")] public ResourceReference? Other { get; set; }
        [FhirElement("type")] public Code<LinkType>? TypeElement { get; set; }
        public LinkType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
    }

    public enum LinkType
    {
        [EnumLiteral("replaced-by")] ReplacedBy,
        [EnumLiteral("replaces")] Replaces,
        [EnumLiteral("refer")] Refer,
        [EnumLiteral("seealso")] Seealso,
    }
}
