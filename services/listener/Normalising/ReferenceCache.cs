using CarT.Fhir.Listener.Sources;
using Hl7.Fhir.Model;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>
/// Medications and specimens read lately, or refused, so that a burst of results of one specimen asks the source once. Bounded in number and age.
/// Thread-safe.
/// </summary>
internal sealed class ReferenceCache(TimeProvider time)
{
    private const int Capacity = 4096;

    // A specimen can be reported unsuitable after its first result.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Source, string Reference), (Resource? Resource, long At)> entries = [];

    /// <summary>False when it must be asked for. The resource is null when the source refused it.</summary>
    public bool TryFind(Source source, string reference, out Resource? resource)
    {
        lock (gate)
        {
            var isKept = entries.TryGetValue((source.Name, reference), out var entry) && time.GetElapsedTime(entry.At) <= MaxAge;
            resource = isKept ? entry.Resource : null;
            return isKept;
        }
    }

    /// <param name="source">The source that was asked.</param>
    /// <param name="reference">What it was asked for.</param>
    /// <param name="resource">What it gave; null: it refused.</param>
    public void Keep(Source source, string reference, Resource? resource)
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
