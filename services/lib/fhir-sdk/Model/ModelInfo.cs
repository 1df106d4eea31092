using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>FHIR R4 (4.0.1), as far as it is used here.</summary>
public static class ModelInfo
{
    public static ModelInspector ModelInspector { get; } = new(
        [
            typeof(Bundle), typeof(CarePlan), typeof(Flag), typeof(Medication), typeof(MedicationAdministration), typeof(MedicationStatement), typeof(Observation),
            typeof(OperationOutcome), typeof(Parameters), typeof(Patient), typeof(Procedure), typeof(Provenance), typeof(Specimen), typeof(Subscription),
        ],
        [
            typeof(Quantity), typeof(FhirDateTime), typeof(CodeableConcept), typeof(FhirString), typeof(ResourceReference), typeof(Period), typeof(Code), typeof(FhirUri),
            typeof(Canonical), typeof(FhirUrl), typeof(Id), typeof(Instant), typeof(Date), typeof(Time), typeof(FhirBoolean), typeof(FhirDecimal), typeof(Integer),
            typeof(UnsignedInt), typeof(PositiveInt), typeof(Markdown), typeof(Base64Binary), typeof(Coding), typeof(Identifier), typeof(Extension), typeof(Meta),
            typeof(Narrative), typeof(Range), typeof(Ratio), typeof(Timing), typeof(Dosage), typeof(Annotation), typeof(ContactPoint), typeof(HumanName),
            typeof(Attachment), typeof(SampledData), typeof(Age), typeof(Duration),
        ]);
}
