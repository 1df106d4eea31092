using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Facts;

/// <summary>What a resource needs from outside before it can be read, so that the caller can fetch it first.</summary>
public static class ReferencedResources
{
    /// <summary>
    /// Relative references of the Medication or Specimen behind a resource, within the source, contained ones not among them. Empty for a
    /// resource that would not be read anyway.
    /// </summary>
    public static IReadOnlyList<string> Of(Resource resource, ReadContext context) => resource switch
    {
        Observation observation => Specimens(observation, context),
        MedicationAdministration { Medication: ResourceReference reference } administration
            when Statuses.Transfusion(Statuses.Of(administration)) == StatusVerdict.Counted
                => One(reference, "Medication/", context),
        MedicationStatement { Medication: ResourceReference reference } statement
            when Statuses.Statement(Statuses.Of(statement)) == StatusVerdict.Counted && context.DoseEvidence.Contains(statement.TypeName)
                => One(reference, "Medication/", context),
        MedicationDispense { Medication: ResourceReference reference } dispense
            when Statuses.Dispense(Statuses.Of(dispense)) == StatusVerdict.Counted && context.DoseEvidence.Contains(dispense.TypeName)
                => One(reference, "Medication/", context),
        _ => [],
    };

    private static IReadOnlyList<string> Specimens(Observation observation, ReadContext context)
    {
        if (Statuses.Result(Statuses.Of(observation)) != StatusVerdict.Counted) return [];
        var sources = ObservationSlot.Of(observation, context.Codes).Where(slot => slot.IsRelevant).Select(slot => slot.Source).ToList();
        return sources.Count == 0 ? [] : [.. sources.Append(observation).SelectMany(source => One(source.Specimen, "Specimen/", context)).Distinct()];
    }

    private static IReadOnlyList<string> One(ResourceReference? reference, string prefix, ReadContext context) =>
        References.Relative(Primitives.Text(reference?.ReferenceElement), context) is { } relative && relative.StartsWith(prefix, StringComparison.Ordinal) ? [relative] : [];
}
