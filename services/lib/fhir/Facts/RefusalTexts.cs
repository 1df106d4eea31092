using CarT.Fhir.Contracts;

namespace CarT.Fhir.R4.Facts;

/// <summary>The sentence of each refusal: never a value, a name or an identifier.</summary>
internal static class RefusalTexts
{
    internal static string Of(string code) => code switch
    {
        DataQualityCodes.UnitUnknown => "The unit is not one that can be converted exactly.",
        DataQualityCodes.UnitMissing => "The value has no unit.",
        DataQualityCodes.ValueMissing => "There is no value that can be read as a number.",
        DataQualityCodes.ValueImplausible => "The value, or its own reference range, is outside what is possible.",
        DataQualityCodes.CodeAmbiguous => "The codings name different things.",
        DataQualityCodes.TimeMissing => "There is no clinical time.",
        DataQualityCodes.TimeImprecise => "The clinical time is only a year or a month.",
        DataQualityCodes.PatientMissing => "The subject is not a patient of this source.",
        DataQualityCodes.StatusNotUsable => "The status is missing or not one of FHIR.",
        DataQualityCodes.TransfusionUnclassified => "The transfused product is not stated; it counts for platelets and red cells.",
        DataQualityCodes.DoseMissing => "The dose is not stated in a unit that can be read.",
        DataQualityCodes.ModifierExtension => "A modifier extension that is not understood may change the meaning.",
        DataQualityCodes.SpecimenUnsuitable => "The specimen is reported clotted or hemolysed.",
        _ => "The resource cannot be read as FHIR R4.",
    };

    /// <summary>The sentence of a time that cannot be used.</summary>
    internal static string OfTime(string code) =>
        code == DataQualityCodes.ResourceInvalid ? "The clinical time is no FHIR time, or a time of day without a zone." : Of(code);

    internal const string UnresolvedMedication = "The medication is a reference that could not be resolved within the source.";
    internal const string UnresolvedSurvivor = "The surviving patient is not a patient of this source.";
    internal const string EndBeforeStart = "The period ends before it starts.";
    internal const string WithoutId = "The resource has no id.";
}
