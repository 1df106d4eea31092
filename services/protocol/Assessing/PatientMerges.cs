using CarT.Fhir.Contracts;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>Who was merged into whom (P11.6). A chain that runs in a circle merges nobody: each of its patients keeps the facts that name it.</summary>
internal static class PatientMerges
{
    /// <summary>The patients that this one was merged into, nearest first; empty when it was not, or the chain runs in a circle.</summary>
    public static async Task<IReadOnlyList<PatientKey>> SurvivorsOfAsync(ProtocolTransaction transaction, PatientRow patient)
    {
        var (chain, isCircle) = await ChainAsync(transaction, patient);
        return isCircle ? [] : chain;
    }

    /// <summary>
    /// All whose facts may be other ones when this patient's link changes: those whom its chain reaches, in a circle too, and those whose chain runs
    /// through it. Not the patient itself.
    /// </summary>
    public static async Task<IReadOnlyCollection<PatientKey>> LinkedWithAsync(ProtocolTransaction transaction, PatientRow patient)
    {
        var (chain, _) = await ChainAsync(transaction, patient);
        var before = new List<PatientKey> { patient.Key };
        for (var i = 0; i < before.Count; i++) before.AddRange((await transaction.MergedIntoAsync(before[i])).Except(before));
        return [.. before.Skip(1).Union(chain.Where(key => key != patient.Key))];
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

    private static async Task<(List<PatientKey> Chain, bool IsCircle)> ChainAsync(ProtocolTransaction transaction, PatientRow patient)
    {
        var chain = new List<PatientKey>();
        for (var next = patient.ReplacedBy; next is not null;)
        {
            var survivor = patient.Key with { Id = next };
            if (survivor == patient.Key || chain.Contains(survivor)) return (chain, true);
            chain.Add(survivor);
            next = (await transaction.FindPatientAsync(survivor))?.ReplacedBy;
        }
        return (chain, false);
    }
}
