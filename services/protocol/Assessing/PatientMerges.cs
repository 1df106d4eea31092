using CarT.Fhir.Contracts;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>Who was merged into whom (P11.6). A chain that runs in a circle merges nobody: each of its patients keeps the facts that name it.</summary>
internal static class PatientMerges
{
    /// <summary>The patients that this one was merged into, nearest first; empty when it was not, or the chain runs in a circle.</summary>
    public static async Task<IReadOnlyList<PatientKey>> SurvivorsOfAsync(ProtocolTransaction transaction, PatientRow patient)
    {
        var chain = new List<PatientKey>();
        var seen = new HashSet<PatientKey> { patient.Key };
        for (var next = patient.ReplacedBy; next is not null;)
        {
            var survivor = patient.Key with { Id = next };
            if (!seen.Add(survivor)) return [];
            chain.Add(survivor);
            next = (await transaction.FindPatientAsync(survivor))?.ReplacedBy;
        }
        return chain;
    }

    /// <summary>The patients whose facts are this one's, over any number of merges.</summary>
    public static async Task<IReadOnlyList<PatientKey>> MergedIntoAsync(ProtocolTransaction transaction, PatientRow patient)
    {
        if (patient.ReplacedBy is not null) return [];
        var merged = new List<PatientKey>(await transaction.MergedIntoAsync(patient.Key));
        for (var i = 0; i < merged.Count; i++) merged.AddRange(await transaction.MergedIntoAsync(merged[i]));
        return merged;
    }

    /// <summary>The id of the patient that the newest version of a Patient resource names as its survivor, or null.</summary>
    public static string? ReplacedBy(ResourceVersion patientResource) =>
        patientResource.Retracted ? null : patientResource.PatientStatuses.Select(status => status.ReplacedBy).FirstOrDefault(id => id is not null);
}
