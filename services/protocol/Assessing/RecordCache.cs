using CarT.Fhir.Contracts;
using CarT.Fhir.Protocol.Facts;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>
/// The parsed resources of the patients assessed last, so that one more result does not parse hundreds of rows again. An entry counts only
/// for the facts version that it was built from; a miss costs time, never correctness. Thread-safe.
/// </summary>
internal sealed class RecordCache(int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<PatientKey, LinkedListNode<Entry>> byPatient = [];
    private readonly LinkedList<Entry> newestFirst = [];

    /// <summary>The resources of this patient at this facts version, or null when they are not held.</summary>
    public IReadOnlyDictionary<ResourceKey, StoredVersion>? Find(PatientKey patient, long factsVersion)
    {
        lock (gate)
        {
            if (!byPatient.TryGetValue(patient, out var node) || node.Value.FactsVersion != factsVersion) return null;
            newestFirst.Remove(node);
            newestFirst.AddFirst(node);
            return node.Value.Resources;
        }
    }

    /// <summary>Keeps the resources; only committed ones may come here.</summary>
    public void Keep(PatientKey patient, long factsVersion, IReadOnlyDictionary<ResourceKey, StoredVersion> resources)
    {
        lock (gate)
        {
            if (byPatient.Remove(patient, out var old)) newestFirst.Remove(old);
            byPatient[patient] = newestFirst.AddFirst(new Entry(patient, factsVersion, resources));
            if (byPatient.Count <= capacity) return;
            byPatient.Remove(newestFirst.Last!.Value.Patient);
            newestFirst.RemoveLast();
        }
    }

    private sealed record Entry(PatientKey Patient, long FactsVersion, IReadOnlyDictionary<ResourceKey, StoredVersion> Resources);
}
