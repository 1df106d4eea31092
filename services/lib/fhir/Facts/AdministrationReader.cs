using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Codes;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>MedicationAdministration to a dose, a CAR-T infusion or a transfusion (P1.3, P1.6, P4.5).</summary>
internal static class AdministrationReader
{
    internal static ResourceVersion Read(MedicationAdministration administration, ResourceVersion header, ReadContext context)
    {
        var status = Statuses.Of(administration);
        var medication = MedicationCode.Of(administration, administration.Medication, context);
        var given = new ClinicalEvent(header, medication.Concepts, HasModifier(administration), ClinicalTimes.OfStart(administration.Effective));
        if (!medication.IsResolved) return Unresolved(given, status);
        if (given.Code.Has(ConceptKind.CarT)) return given.Infusion(Statuses.InfusionAdministration(status, HasStart(administration)));
        if (given.Code.Has(ConceptKind.Transfusion)) return given.Transfusion(Statuses.Transfusion(status));
        return given.Code.Has(ConceptKind.Drug) ? Dose(administration, given, status, context) : given.NotUsed();
    }

    private static ResourceVersion Dose(MedicationAdministration administration, ClinicalEvent given, string? status, ReadContext context)
    {
        var agent = given.Code.NamesOf(ConceptKind.Drug).First();
        if (!context.DoseEvidence.Contains(administration.TypeName)) return given.NotRelevant(NotRelevantReasons.TypeNotUsed);
        var concern = Doses.ConcernOf(agent);
        if (given.Obstacle(Statuses.Dose(status), given.Code.Accepted.Count > 1, concern) is { } obstacle) return obstacle;
        var dose = Doses.Of(administration.Dosage?.Dose, agent, context.Units);
        if (dose is { Value: <= 0m }) return given.NotRelevant(NotRelevantReasons.NothingToSay);
        return given.Header with
        {
            DrugsGiven = [new DrugGiven { Slot = ClinicalEvent.Slot, Agent = agent, Time = given.Time.Time!.Value, Dose = dose }],
            Refusals = dose is null && Doses.IsTpoRa(agent) ? given.Refused(DataQualityCodes.DoseMissing, concern).Refusals : [],
        };
    }

    /// <summary>Nobody can say what was given. When nothing was given it does not matter.</summary>
    private static ResourceVersion Unresolved(ClinicalEvent given, string? status) =>
        Statuses.Transfusion(status) == StatusVerdict.Counted
            ? given.Refused(DataQualityCodes.ResourceInvalid, null, RefusalTexts.UnresolvedMedication)
            : given.NotRelevant(NotRelevantReasons.StatusNotCounted);

    private static bool HasStart(MedicationAdministration administration) =>
        administration.Effective is FhirDateTime or Period { StartElement.ObjectValue: not null };

    private static bool HasModifier(MedicationAdministration administration) =>
        administration.ModifierExtension.Count > 0 || administration.Dosage is { ModifierExtension.Count: > 0 };
}
