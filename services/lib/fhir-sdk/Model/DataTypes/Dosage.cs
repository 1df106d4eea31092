using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>How a medication is taken.</summary>
public class Dosage : BackboneType
{
    public override string TypeName => "Dosage";

    [FhirElement("sequence")] public Integer? SequenceElement { get; set; }
    public int? Sequence { get => SequenceElement?.Value; set => SequenceElement = value is null ? null : new(value); }
    [FhirElement("text")] public FhirString? TextElement { get; set; }
    public string? Text { get => TextElement?.Value; set => TextElement = value is null ? null : new(value); }
    [FhirElement("additionalInstruction")] public List<CodeableConcept> AdditionalInstruction { get => field ??= []; set; }
    [FhirElement("patientInstruction")] public FhirString? PatientInstructionElement { get; set; }
    public string? PatientInstruction { get => PatientInstructionElement?.Value; set => PatientInstructionElement = value is null ? null : new(value); }
    [FhirElement("timing")] public Timing? Timing { get; set; }
    [FhirElement("asNeeded", Choice = ChoiceType.DatatypeChoice)] public DataType? AsNeeded { get; set; }
    [FhirElement("site")] public CodeableConcept? Site { get; set; }
    [FhirElement("route")] public CodeableConcept? Route { get; set; }
    [FhirElement("method")] public CodeableConcept? Method { get; set; }
    [FhirElement("doseAndRate")] public List<DoseAndRateComponent> DoseAndRate { get => field ??= []; set; }
    [FhirElement("maxDosePerPeriod")] public Ratio? MaxDosePerPeriod { get; set; }
    [FhirElement("maxDosePerAdministration")] public Quantity? MaxDosePerAdministration { get; set; }
    [FhirElement("maxDosePerLifetime")] public Quantity? MaxDosePerLifetime { get; set; }

    /// <summary>Amount and speed.</summary>
    public class DoseAndRateComponent : Element
    {
        public override string TypeName => "Dosage#DoseAndRate";

        [FhirElement("type")] public CodeableConcept? Type { get; set; }
        [FhirElement("dose", Choice = ChoiceType.DatatypeChoice)] public DataType? Dose { get; set; }
        [FhirElement("rate", Choice = ChoiceType.DatatypeChoice)] public DataType? Rate { get; set; }
    }
}
