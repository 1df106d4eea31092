using System.Globalization;
using System.Numerics;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>How a source orders the versions of a resource (P3.2).</summary>
public enum VersionOrder
{
    /// <summary>By versionId as a number, then lastUpdated.</summary>
    Numeric,

    /// <summary>By lastUpdated, then versionId as a number.</summary>
    LastUpdated,
}

/// <summary>The current version of each resource, in the order of their keys, and the keys for which <c>version-ambiguous</c> is reported.</summary>
public sealed record CurrentVersionSet(IReadOnlyList<ResourceVersion> Versions, IReadOnlyList<ResourceKey> Ambiguous);

/// <summary>
/// Which version of a resource is the newest (P3.2): by the declared order, then by the last reading at the source, at last by content hash; a missing
/// key sorts before any. Only a
/// retraction needs no versionId: it retracts by resource id, unless its time tells that it is older.
/// </summary>
public static class CurrentVersions
{
    /// <summary>Chooses the current version of each resource. Order and duplicates of the input change nothing.</summary>
    public static CurrentVersionSet Select(IEnumerable<ResourceVersion> versions, VersionOrder order)
    {
        var known = new Dictionary<ResourceKey, List<ResourceVersion>>();
        foreach (var version in versions)
        {
            if (!known.TryGetValue(version.Resource, out var others)) known[version.Resource] = others = [];
            others.Add(version);
        }

        var keys = new List<ResourceKey>(known.Keys);
        keys.Sort(ByReference);
        var current = keys.ConvertAll(key => Newest(known[key], order));
        var ambiguous = keys.Where((key, i) => known[key].Exists(other => IsAmbiguous(current[i], other, order)));
        return new CurrentVersionSet(current, [.. ambiguous]);
    }

    /// <summary>
    /// The newest of all versions of one resource. A retraction without a versionId has no place in the order: it is judged against the newest
    /// version, and not pair by pair, because version ids and times may disagree and the choice would then depend on the order of the input.
    /// </summary>
    private static ResourceVersion Newest(List<ResourceVersion> versions, VersionOrder order)
    {
        var newest = Last(versions, order);
        if (newest.VersionId is null) return newest;
        var retractions = versions.FindAll(version => version is { Retracted: true, VersionId: null } && !(version.LastUpdated < newest.LastUpdated));
        return retractions.Count > 0 ? Last(retractions, order) : newest;
    }

    private static ResourceVersion Last(List<ResourceVersion> versions, VersionOrder order) =>
        versions.Count == 1 ? versions[0] : versions.Aggregate((best, version) => Compare(version, best, order) > 0 ? version : best);

    /// <summary>Negative when <paramref name="a"/> is older than <paramref name="b"/>, positive when newer, zero when they say the same.</summary>
    public static int Compare(ResourceVersion a, ResourceVersion b, VersionOrder order)
    {
        var byOrder = CompareDeclared(a, b, order);
        if (byOrder == 0) byOrder = Nullable.Compare(a.ReadAt, b.ReadAt);
        return byOrder != 0 ? byOrder : string.CompareOrdinal(a.ContentHash, b.ContentHash);
    }

    /// <summary>Whether the order of two versions is a guess: the hash decided, or only one of the two has the key of the declared order.</summary>
    public static bool IsAmbiguous(ResourceVersion a, ResourceVersion b, VersionOrder order)
    {
        var oneSided = order == VersionOrder.Numeric
            ? Number(a.VersionId) is null != Number(b.VersionId) is null
            : a.LastUpdated is null != b.LastUpdated is null;
        return oneSided || (CompareDeclared(a, b, order) == 0 && a.ReadAt == b.ReadAt && a.ContentHash != b.ContentHash);
    }

    private static int CompareDeclared(ResourceVersion a, ResourceVersion b, VersionOrder order)
    {
        var byNumber = Nullable.Compare(Number(a.VersionId), Number(b.VersionId));
        var byTime = Nullable.Compare(a.LastUpdated, b.LastUpdated);
        return order == VersionOrder.Numeric
            ? (byNumber != 0 ? byNumber : byTime)
            : (byTime != 0 ? byTime : byNumber);
    }

    /// <summary>A version id that is no number tells no order and counts as missing.</summary>
    private static BigInteger? Number(string? versionId) =>
        BigInteger.TryParse(versionId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int ByReference(ResourceKey a, ResourceKey b)
    {
        var order = string.CompareOrdinal(a.Namespace, b.Namespace);
        if (order == 0) order = string.CompareOrdinal(a.Type, b.Type);
        return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
    }
}
