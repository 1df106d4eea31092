using CarT.Fhir.Listener.Sources;
using Hl7.Fhir.Model;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>
/// Medications and specimens read lately, so that a burst of results of one specimen asks the source once. Bounded in number and age. Thread-safe.
/// </summary>
internal sealed class ReferenceCache(TimeProvider time)
{
    private const int Capacity = 4096;

    // A specimen can be reported unsuitable after its first result.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Source, string Reference), (Resource Resource, long At)> entries = [];

    /// <summary>The resource, or null when it must be asked for.</summary>
    public Resource? Find(Source source, string reference)
    {
        lock (gate)
        {
            return entries.TryGetValue((source.Name, reference), out var entry) && time.GetElapsedTime(entry.At) <= MaxAge ? entry.Resource : null;
        }
    }

    public void Keep(Source source, string reference, Resource resource)
    {
        lock (gate)
        {
            if (entries.Count >= Capacity) Shrink();
            entries[(source.Name, reference)] = (resource, time.GetTimestamp());
        }
    }

    private void Shrink()
    {
        foreach (var key in entries.OrderBy(entry => entry.Value.At).Take(Capacity / 2).Select(entry => entry.Key).ToList()) entries.Remove(key);
    }
}
