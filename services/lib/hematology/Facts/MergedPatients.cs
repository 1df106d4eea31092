using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Who of many patients was merged into whom (P11.6), by their own Patient resources.</summary>
public static class MergedPatients
{
    /// <summary>
    /// The survivor at the end of the chain of each patient that was merged away. A chain that runs in a circle merges nobody.
    /// </summary>
    /// <param name="current">The current version of each resource, of any number of patients.</param>
    public static IReadOnlyDictionary<PatientKey, PatientKey> Survivors(IEnumerable<ResourceVersion> current)
    {
        var replacedBy = new Dictionary<PatientKey, PatientKey>();
        foreach (var version in current)
        {
            if (version is not { Resource.Type: "Patient", Retracted: false, Patient: { } patient }) continue;
            if (version.PatientStatuses.Select(static s => s.ReplacedBy).FirstOrDefault(static id => id is not null) is { } survivor)
                replacedBy[patient] = patient with { Id = survivor };
        }

        var survivors = new Dictionary<PatientKey, PatientKey>();
        foreach (var patient in replacedBy.Keys)
        {
            if (EndOfChain(patient, replacedBy) is { } survivor) survivors[patient] = survivor;
        }

        return survivors;
    }

    private static PatientKey? EndOfChain(PatientKey patient, Dictionary<PatientKey, PatientKey> replacedBy)
    {
        var seen = new HashSet<PatientKey> { patient };
        while (replacedBy.TryGetValue(patient, out var next))
        {
            if (!seen.Add(next)) return null;
            patient = next;
        }

        return patient;
    }
}
