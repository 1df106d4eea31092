using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>What a medication is.</summary>
public class Medication : DomainResource
{
    public override string TypeName => "Medication";

    [FhirElement("identifier")] public List<Identifier> Identifier { get => field ??= []; set; }
    [FhirElement("code")] public CodeableConcept? Code { get; set; }
    [FhirElement("status")] public Code<MedicationStatusCodes>? StatusElement { get; set; }
    public MedicationStatusCodes? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("manufacturer")] public ResourceReference? Manufacturer { get; set; }
    [FhirElement("form")] public CodeableConcept? Form { get; set; }
    [FhirElement("amount")] public Ratio? Amount { get; set; }
    [FhirElement("ingredient")] public List<IngredientComponent> Ingredient { get => field ??= []; set; }
    [FhirElement("batch")] public BatchComponent? Batch { get; set; }

    /// <summary>One ingredient.</summary>
    public class IngredientComponent : BackboneElement
    {
        public override string TypeName => "Medication#Ingredient";

        [FhirElement("item", Choice = ChoiceType.DatatypeChoice)] public DataType? Item { get; set; }
        [FhirElement("isActive")] public FhirBoolean? IsActiveElement { get; set; }
        public bool? IsActive { get => IsActiveElement?.Value; set => IsActiveElement = value is null ? null : new(value); }
        [FhirElement("strength")] public Ratio? Strength { get; set; }
    }

    /// <summary>The package at hand.</summary>
    public class BatchComponent : BackboneElement
    {
        public override string TypeName => "Medication#Batch";

        [FhirElement("lotNumber")] public FhirString? LotNumberElement { get; set; }
        public string? LotNumber { get => LotNumberElement?.Value; set => LotNumberElement = value is null ? null : new(value); }
        [FhirElement("expirationDate")] public FhirDateTime? ExpirationDateElement { get; set; }
        public string? ExpirationDate { get => ExpirationDateElement?.Value; set => ExpirationDateElement = value is null ? null : new(value); }
    }

    public enum MedicationStatusCodes
    {
        [EnumLiteral("active")] Active,
        [EnumLiteral("inactive")] Inactive,
        [EnumLiteral("entered-in-error")] EnteredInError,
    }
}
