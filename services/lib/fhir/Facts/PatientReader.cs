using CarT.Fhir.Contracts;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>Patient to death and merging (P10.2, P11.6). Nothing else of a Patient is read, no name and no birth date.</summary>
internal static class PatientReader
{
    internal static ResourceVersion Read(Patient patient, ResourceVersion header, ReadContext context)
    {
        var survivors = patient.Link.Where(link => Statuses.Literal(link.TypeElement) == "replaced-by").ToList();
        var deceased = patient.Deceased is FhirBoolean { ObjectValue: true } or FhirDateTime { ObjectValue: not null };
        if (!deceased && survivors.Count == 0) return header with { NotRelevant = NotRelevantReasons.NothingToSay };
        if (patient.ModifierExtension.Count > 0)
            return header with { Refusals = [Refusal(DataQualityCodes.ModifierExtension, RefusalTexts.Of(DataQualityCodes.ModifierExtension))] };
        var time = ClinicalTimes.OfElement(patient.Deceased as FhirDateTime);
        var survivor = survivors.Select(link => References.Patient(link.Other, context)).FirstOrDefault(key => key is not null);
        return header with
        {
            PatientStatuses = deceased || survivor is not null
                ? [new PatientStatus { Slot = ClinicalEvent.Slot, Deceased = deceased, DeceasedAt = time.Time, ReplacedBy = survivor?.Id }]
                : [],
            Refusals = [.. Problems(time, isLost: survivors.Count > 0 && survivor is null)],
        };
    }

    private static IEnumerable<Refusal> Problems(TimeReading time, bool isLost)
    {
        if (time is { IsMissing: false, Problem: { } problem }) yield return Refusal(problem, RefusalTexts.OfTime(problem));
        if (isLost) yield return Refusal(DataQualityCodes.ResourceInvalid, RefusalTexts.UnresolvedSurvivor);
    }

    private static Refusal Refusal(string code, string text) =>
        new() { Code = code, Slot = ClinicalEvent.Slot, Concern = Concerns.Patient, Text = text };
}
