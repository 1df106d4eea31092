using CarT.Fhir.Simulator.Server.Search;

namespace CarT.Fhir.Simulator.Server.Store;

/// <summary>All resources of one type: the newest version of each, every version in the order of writing, and two indexes.</summary>
internal sealed class TypeTable
{
    private readonly Dictionary<string, StoredVersion> heads = new(StringComparer.Ordinal);
    private readonly List<StoredVersion> log = [];
    private readonly Dictionary<string, HashSet<string>> byPatient = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> byIdentifier = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public StoredVersion? Head(string id) => heads.GetValueOrDefault(id);

    public void Append(StoredVersion version)
    {
        log.Add(version);
        Replace(version.Previous, version);
    }

    /// <summary>Takes back the newest write of a transaction that failed.</summary>
    public void Undo(StoredVersion version)
    {
        log.RemoveAt(log.Count - 1);
        Replace(version, version.Previous);
        if (version.Previous is null) heads.Remove(version.Id);
    }

    /// <summary>Every version written since a time, newest first.</summary>
    public List<StoredVersion> History(DateTimeOffset since)
    {
        var versions = log.GetRange(FirstSince(since), log.Count - FirstSince(since));
        versions.Reverse();
        return versions;
    }

    /// <summary>The newest version of each resource among those that a condition admits, unless that is its deletion.</summary>
    public List<StoredVersion> Where(Func<StoredVersion, bool> admits)
    {
        List<StoredVersion> found = [];
        foreach (var head in heads.Values)
        {
            var version = head;
            while (version is not null && !admits(version)) version = version.Previous;
            if (version is { IsDeleted: false }) found.Add(version);
        }

        return found;
    }

    /// <summary>The resources among which the matches of a query must be: by the narrowest index that applies.</summary>
    public List<StoredVersion> Candidates(SearchQuery query)
    {
        if (query.Ids is { } ids) return Living(ids);
        if (query.Identifiers is { } identifiers) return Living(identifiers.SelectMany(token => byIdentifier.GetValueOrDefault(token) ?? []));
        if (query.Patients is { } patients) return Living(patients.SelectMany(patient => byPatient.GetValueOrDefault(patient) ?? []));
        if (query.UpdatedSince is { } since)
        {
            var first = FirstSince(since);
            return [.. log.GetRange(first, log.Count - first).Where(version => !version.IsDeleted && ReferenceEquals(heads[version.Id], version))];
        }

        return [.. heads.Values.Where(version => !version.IsDeleted)];
    }

    private List<StoredVersion> Living(IEnumerable<string> ids) =>
        [.. ids.Distinct(StringComparer.Ordinal).Select(Head).OfType<StoredVersion>().Where(version => !version.IsDeleted)];

    private void Replace(StoredVersion? old, StoredVersion? current)
    {
        if (old is { IsDeleted: false })
        {
            Index(old, add: false);
            Count--;
        }

        if (current is null) return;
        heads[current.Id] = current;
        if (current.IsDeleted) return;
        Index(current, add: true);
        Count++;
    }

    private void Index(StoredVersion version, bool add)
    {
        foreach (var patient in SearchParameters.ValuesOf(version, "patient")) Index(byPatient, patient.Text, version.Id, add);
        foreach (var identifier in SearchParameters.ValuesOf(version, "identifier")) Index(byIdentifier, identifier.Token, version.Id, add);
    }

    private static void Index(Dictionary<string, HashSet<string>> index, string key, string id, bool add)
    {
        if (!index.TryGetValue(key, out var ids)) index[key] = ids = new HashSet<string>(StringComparer.Ordinal);
        if (add) ids.Add(id);
        else ids.Remove(id);
    }

    private int FirstSince(DateTimeOffset since)
    {
        var (low, high) = (0, log.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (log[middle].LastUpdated < since) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
