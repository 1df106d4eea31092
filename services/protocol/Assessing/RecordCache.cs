using CarT.Fhir.Contracts;
using CarT.Fhir.Protocol.Facts;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>What is held of a patient: the newest resource versions, and the newest published revision.</summary>
internal sealed record HeldPatient(IReadOnlyDictionary<ResourceKey, StoredVersion> Resources, PublishedRevision? Published);

/// <summary>
/// The parsed rows of the patients assessed last, so that one more result does not parse hundreds of rows again. An entry counts only for the
/// facts version and the revision that it was built from; a miss costs time, never correctness. Thread-safe.
/// </summary>
/// <param name="capacity">How many resource versions are held, over all patients.</param>
internal sealed class RecordCache(int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<PatientKey, LinkedListNode<Entry>> byPatient = [];
    private readonly LinkedList<Entry> newestFirst = [];
    private int held;

    /// <summary>What is held of this patient as the row tells it, or null.</summary>
    public HeldPatient? Find(PatientRow row)
    {
        lock (gate)
        {
            if (!byPatient.TryGetValue(row.Key, out var node) || node.Value.FactsVersion != row.FactsVersion || node.Value.Revision != row.Revision) return null;
            newestFirst.Remove(node);
            newestFirst.AddFirst(node);
            return node.Value.Held;
        }
    }

    /// <summary>Holds a patient; only what is committed may come here.</summary>
    public void Keep(PatientRow row, HeldPatient patient)
    {
        lock (gate)
        {
            if (byPatient.TryGetValue(row.Key, out var old)) Drop(old);
            byPatient[row.Key] = newestFirst.AddFirst(new Entry(row.Key, row.FactsVersion, row.Revision, patient));
            held += patient.Resources.Count;
            while (held > capacity && newestFirst.Count > 1) Drop(newestFirst.Last!);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        newestFirst.Remove(node);
        byPatient.Remove(node.Value.Patient);
        held -= node.Value.Held.Resources.Count;
    }

    private sealed record Entry(PatientKey Patient, long FactsVersion, long Revision, HeldPatient Held);
}
