using Hl7.Fhir.Introspection;

namespace Hl7.Fhir.Model;

/// <summary>FHIR R4 (4.0.1), as far as it is used here.</summary>
public static class ModelInfo
{
    /// <summary>The resources of R4 of which only identity, metadata, narrative and extensions are read.</summary>
    private static readonly string[] OtherResources =
    [
        "Account", "ActivityDefinition", "AdverseEvent", "AllergyIntolerance", "Appointment", "AppointmentResponse", "Basic",
        "Binary", "BiologicallyDerivedProduct", "BodyStructure", "CareTeam", "CatalogEntry", "ChargeItem",
        "ChargeItemDefinition", "Claim", "ClaimResponse", "ClinicalImpression", "CodeSystem", "CommunicationRequest",
        "CompartmentDefinition", "Composition", "ConceptMap", "Condition", "Consent", "Contract", "Coverage", "CoverageEligibilityRequest",
        "CoverageEligibilityResponse", "DetectedIssue", "DeviceDefinition", "DeviceMetric", "DeviceRequest", "DeviceUseStatement",
        "DiagnosticReport", "DocumentManifest", "EffectEvidenceSynthesis", "Encounter", "Endpoint", "EnrollmentRequest",
        "EnrollmentResponse", "EpisodeOfCare", "EventDefinition", "Evidence", "EvidenceVariable", "ExampleScenario", "ExplanationOfBenefit",
        "FamilyMemberHistory", "Goal", "GraphDefinition", "Group", "GuidanceResponse", "HealthcareService", "ImagingStudy", "Immunization",
        "ImmunizationEvaluation", "ImmunizationRecommendation", "ImplementationGuide", "InsurancePlan", "Invoice", "Library", "Linkage", "List",
        "Location", "Measure", "MeasureReport", "Media", "MedicationKnowledge", "MedicinalProduct",
        "MedicinalProductAuthorization", "MedicinalProductContraindication", "MedicinalProductIndication", "MedicinalProductIngredient",
        "MedicinalProductInteraction", "MedicinalProductManufactured", "MedicinalProductPackaged", "MedicinalProductPharmaceutical",
        "MedicinalProductUndesirableEffect", "MessageDefinition", "MessageHeader", "MolecularSequence", "NamingSystem", "NutritionOrder",
        "ObservationDefinition", "OperationDefinition", "Organization", "OrganizationAffiliation", "PaymentNotice", "PaymentReconciliation",
        "Person", "Practitioner", "PractitionerRole", "Questionnaire", "QuestionnaireResponse", "RelatedPerson", "RequestGroup",
        "ResearchDefinition", "ResearchElementDefinition", "ResearchStudy", "ResearchSubject", "RiskAssessment", "RiskEvidenceSynthesis",
        "Schedule", "SearchParameter", "Slot", "SpecimenDefinition", "StructureDefinition", "StructureMap", "Substance",
        "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial",
        "SubstanceSpecification", "SupplyDelivery", "SupplyRequest", "TerminologyCapabilities", "TestReport", "TestScript", "ValueSet",
        "VerificationResult", "VisionPrescription",
    ];

    public static ModelInspector ModelInspector { get; } = new(
        [
            typeof(AuditEvent), typeof(Bundle), typeof(CapabilityStatement), typeof(CarePlan), typeof(Communication), typeof(Device), typeof(DocumentReference), typeof(Flag),
            typeof(Medication), typeof(MedicationAdministration), typeof(MedicationDispense), typeof(MedicationRequest), typeof(MedicationStatement),
            typeof(Observation), typeof(OperationOutcome), typeof(Parameters), typeof(Patient), typeof(PlanDefinition), typeof(Procedure), typeof(Provenance),
            typeof(ServiceRequest), typeof(Specimen), typeof(Subscription), typeof(Task),
        ],
        [
            typeof(Quantity), typeof(FhirDateTime), typeof(CodeableConcept), typeof(FhirString), typeof(ResourceReference), typeof(Period),
            typeof(Code), typeof(FhirUri), typeof(Canonical), typeof(FhirUrl), typeof(Oid), typeof(Uuid), typeof(Id), typeof(Instant), typeof(Date), typeof(Time),
            typeof(FhirBoolean), typeof(FhirDecimal), typeof(Integer), typeof(UnsignedInt), typeof(PositiveInt), typeof(Markdown), typeof(Base64Binary),
            typeof(Address), typeof(Age), typeof(Annotation), typeof(Attachment), typeof(Coding), typeof(ContactDetail), typeof(ContactPoint), typeof(Contributor),
            typeof(Count), typeof(DataRequirement), typeof(Distance), typeof(Dosage), typeof(Duration), typeof(Expression), typeof(Extension), typeof(HumanName),
            typeof(Identifier), typeof(Meta), typeof(Money), typeof(Narrative), typeof(ParameterDefinition), typeof(Range), typeof(Ratio), typeof(RelatedArtifact),
            typeof(SampledData), typeof(Signature), typeof(Timing), typeof(TriggerDefinition), typeof(UsageContext),
        ],
        OtherResources);
}
