using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.Protocol.Facts;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>Puts together what is known about a patient within one transaction, with the help of <see cref="RecordCache"/>.</summary>
internal sealed class RecordReader(RecordCache cache)
{
    /// <summary>What is known of one patient id, after <paramref name="changed"/> has been written.</summary>
    /// <param name="transaction">Where it is read when the cache has not got it.</param>
    /// <param name="patient">The patient, with the facts version of before.</param>
    /// <param name="changed">What was written since that facts version.</param>
    public async Task<HeldPatient> ReadAsync(ProtocolTransaction transaction, PatientRow patient, IReadOnlyCollection<StoredVersion> changed)
    {
        if (cache.Find(patient) is not { } before)
        {
            var stored = await transaction.ResourcesOfAsync(patient.Key);
            return new HeldPatient(stored.ToDictionary(version => version.Version.Resource), await transaction.PublishedAsync(patient.Key));
        }
        if (changed.Count == 0) return before;
        var resources = new Dictionary<ResourceKey, StoredVersion>(before.Resources);
        foreach (var stored in changed)
        {
            if (stored.Version.Patient == patient.Key) resources[stored.Version.Resource] = stored;
            else resources.Remove(stored.Version.Resource);
        }
        return before with { Resources = resources };
    }

    /// <summary>The record to be assessed: a retired id has nothing but its Patient resource, a survivor has the facts of all (P11.6).</summary>
    public async Task<PatientRecord> RecordAsync(ProtocolTransaction transaction, PatientRow patient, IReadOnlyDictionary<ResourceKey, StoredVersion> own)
    {
        var retired = (await PatientMerges.SurvivorsOfAsync(transaction, patient)).Count > 0;
        var stored = retired ? own.Values.Where(IsPatientResource).ToList() : [.. own.Values];
        var provides = ProvidedTo(patient);
        var mergedFrom = await PatientMerges.MergedIntoAsync(transaction, patient);
        foreach (var merged in mergedFrom)
        {
            if (await transaction.FindPatientAsync(merged) is not { } row) continue;
            provides.UnionWith(ProvidedTo(row));
            // What the retired Patient resource itself says (its link, a death) is not a fact of the survivor.
            stored.AddRange((await ReadAsync(transaction, row, [])).Resources.Values.Where(version => !IsPatientResource(version)));
        }
        return new PatientRecord(patient.Key, [.. stored.Select(version => version.Version)], SourceProvides.Parse(provides))
        {
            Ambiguous = [.. stored.Where(version => version.Ambiguous).Select(version => version.Version.Resource)],
            MergedFrom = mergedFrom,
        };
    }

    private static bool IsPatientResource(StoredVersion stored) => stored.Version.Resource.Type == "Patient";

    private static HashSet<string> ProvidedTo(PatientRow patient) =>
        PatientSources.Read(patient.Provides).Values.SelectMany(words => words).ToHashSet(StringComparer.Ordinal);
}
