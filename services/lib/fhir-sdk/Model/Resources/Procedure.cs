using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>Something done on or for a subject.</summary>
public class Procedure : DomainResource
{
    public override string TypeName => "Procedure";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("instantiatesCanonical")] public List<Canonical> InstantiatesCanonicalElement { get => field ??= []; set; }
    public IEnumerable<string?> InstantiatesCanonical
    {
        get => InstantiatesCanonicalElement.Select(e => e?.Value);
        set => InstantiatesCanonicalElement = [.. value.Select(v => new Canonical(v))];
    }

    [FhirElement("instantiatesUri")] public List<FhirUri> InstantiatesUriElement { get => field ??= []; set; }
    public IEnumerable<string?> InstantiatesUri
    {
        get => InstantiatesUriElement.Select(e => e?.Value);
        set => InstantiatesUriElement = [.. value.Select(v => new FhirUri(v))];
    }

    [FhirElement("basedOn")] public List<ResourceReference> BasedOn { get => field ??= []; set; }
    [FhirElement("partOf")] public List<ResourceReference> PartOf { get => field ??= []; set; }
    [FhirElement("status")] public Code<EventStatus>? StatusElement { get; set; }
    public EventStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("statusReason")] public CodeableConcept? StatusReason { get; set; }
    [FhirElement("category")] public CodeableConcept? Category { get; set; }
    [FhirElement("code")] public CodeableConcept? Code { get; set; }
    [FhirElement("subject")] public ResourceReference? Subject { get; set; }
    [FhirElement("encounter")] public ResourceReference? Encounter { get; set; }
    [FhirElement("performed", Choice = ChoiceType.DatatypeChoice)] public DataType? Performed { get; set; }
    [FhirElement("recorder")] public ResourceReference? Recorder { get; set; }
    [FhirElement("asserter")] public ResourceReference? Asserter { get; set; }
    [FhirElement("performer")] public List<PerformerComponent> Performer { get => field ??= []; set; }
    [FhirElement("location")] public ResourceReference? Location { get; set; }
    [FhirElement("reasonCode")] public List<CodeableConcept> ReasonCode { get => field ??= []; set; }
    [FhirElement("reasonReference")] public List<ResourceReference> ReasonReference { get => field ??= []; set; }
    [FhirElement("bodySite")] public List<CodeableConcept> BodySite { get => field ??= []; set; }
    [FhirElement("outcome")] public CodeableConcept? Outcome { get; set; }
    [FhirElement("report")] public List<ResourceReference> Report { get => field ??= []; set; }
    [FhirElement("complication")] public List<CodeableConcept> Complication { get => field ??= []; set; }
    [FhirElement("complicationDetail")] public List<ResourceReference> ComplicationDetail { get => field ??= []; set; }
    [FhirElement("followUp")] public List<CodeableConcept> FollowUp { get => field ??= []; set; }
    [FhirElement("note")] public List<Annotation> Note { get => field ??= []; set; }
    [FhirElement("focalDevice")] public List<FocalDeviceComponent> FocalDevice { get => field ??= []; set; }
    [FhirElement("usedReference")] public List<ResourceReference> UsedReference { get => field ??= []; set; }
    [FhirElement("usedCode")] public List<CodeableConcept> UsedCode { get => field ??= []; set; }

    /// <summary>Who did it.</summary>
    public class PerformerComponent : BackboneElement
    {
        public override string TypeName => "Procedure#Performer";

        [FhirElement("function")] public CodeableConcept? Function { get; set; }
        [FhirElement("actor")] public ResourceReference? Actor { get; set; }
        [FhirElement("onBehalfOf")] public ResourceReference? OnBehalfOf { get; set; }
    }

    /// <summary>A device that was put in, changed or taken out.</summary>
    public class FocalDeviceComponent : BackboneElement
    {
        public override string TypeName => "Procedure#FocalDevice";

        [FhirElement("action")] public CodeableConcept? Action { get; set; }
        [FhirElement("manipulated")] public ResourceReference? Manipulated { get; set; }
    }
}
