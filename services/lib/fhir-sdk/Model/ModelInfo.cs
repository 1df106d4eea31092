using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>FHIR R4 (4.0.1), as far as it is used here.</summary>
public static class ModelInfo
{
    /// <summary>The resources of R4 of which only identity, metadata, narrative and extensions are read.</summary>
    private static readonly string[] OtherResources =
    [
        "Account", "ActivityDefinition", "AdverseEvent", "AllergyIntolerance", "Appointment", "AppointmentResponse", "AuditEvent", "Basic",
        "Binary", "BiologicallyDerivedProduct", "BodyStructure", "CapabilityStatement", "CareTeam", "CatalogEntry", "ChargeItem",
        "ChargeItemDefinition", "Claim", "ClaimResponse", "ClinicalImpression", "CodeSystem", "Communication", "CommunicationRequest",
        "CompartmentDefinition", "Composition", "ConceptMap", "Condition", "Consent", "Contract", "Coverage", "CoverageEligibilityRequest",
        "CoverageEligibilityResponse", "DetectedIssue", "Device", "DeviceDefinition", "DeviceMetric", "DeviceRequest", "DeviceUseStatement",
        "DiagnosticReport", "DocumentManifest", "DocumentReference", "EffectEvidenceSynthesis", "Encounter", "Endpoint", "EnrollmentRequest",
        "EnrollmentResponse", "EpisodeOfCare", "EventDefinition", "Evidence", "EvidenceVariable", "ExampleScenario", "ExplanationOfBenefit",
        "FamilyMemberHistory", "Goal", "GraphDefinition", "Group", "GuidanceResponse", "HealthcareService", "ImagingStudy", "Immunization",
        "ImmunizationEvaluation", "ImmunizationRecommendation", "ImplementationGuide", "InsurancePlan", "Invoice", "Library", "Linkage", "List",
        "Location", "Measure", "MeasureReport", "Media", "MedicationKnowledge", "MedicationRequest", "MedicinalProduct",
        "MedicinalProductAuthorization", "MedicinalProductContraindication", "MedicinalProductIndication", "MedicinalProductIngredient",
        "MedicinalProductInteraction", "MedicinalProductManufactured", "MedicinalProductPackaged", "MedicinalProductPharmaceutical",
        "MedicinalProductUndesirableEffect", "MessageDefinition", "MessageHeader", "MolecularSequence", "NamingSystem", "NutritionOrder",
        "ObservationDefinition", "OperationDefinition", "Organization", "OrganizationAffiliation", "PaymentNotice", "PaymentReconciliation",
        "Person", "PlanDefinition", "Practitioner", "PractitionerRole", "Questionnaire", "QuestionnaireResponse", "RelatedPerson", "RequestGroup",
        "ResearchDefinition", "ResearchElementDefinition", "ResearchStudy", "ResearchSubject", "RiskAssessment", "RiskEvidenceSynthesis",
        "Schedule", "SearchParameter", "ServiceRequest", "Slot", "SpecimenDefinition", "StructureDefinition", "StructureMap", "Substance",
        "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial",
        "SubstanceSpecification", "SupplyDelivery", "SupplyRequest", "Task", "TerminologyCapabilities", "TestReport", "TestScript", "ValueSet",
        "VerificationResult", "VisionPrescription",
    ];

    public static ModelInspector ModelInspector { get; } = new(
        [
            typeof(Bundle), typeof(CarePlan), typeof(Flag), typeof(Medication), typeof(MedicationAdministration), typeof(MedicationDispense), typeof(MedicationStatement),
            typeof(Observation), typeof(OperationOutcome), typeof(Parameters), typeof(Patient), typeof(Procedure), typeof(Provenance),
            typeof(Specimen), typeof(Subscription),
        ],
        [
            typeof(Quantity), typeof(FhirDateTime), typeof(CodeableConcept), typeof(FhirString), typeof(ResourceReference), typeof(Period),
            typeof(Code), typeof(FhirUri), typeof(Canonical), typeof(FhirUrl), typeof(Id), typeof(Instant), typeof(Date), typeof(Time),
            typeof(FhirBoolean), typeof(FhirDecimal), typeof(Integer), typeof(UnsignedInt), typeof(PositiveInt), typeof(Markdown),
            typeof(Base64Binary), typeof(Coding), typeof(Identifier), typeof(Extension), typeof(Meta), typeof(Narrative), typeof(Range),
            typeof(Ratio), typeof(Timing), typeof(Dosage), typeof(Annotation), typeof(ContactPoint), typeof(HumanName), typeof(Attachment),
            typeof(SampledData), typeof(Age), typeof(Duration),
        ],
        OtherResources);
}
