using System.Globalization;
using System.Numerics;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>How two versions of a resource stand to each other by the order that the source declares (P3.2).</summary>
internal enum VersionRelation
{
    Same,
    Older,
    Newer,

    /// <summary>The order does not tell which is the newer; only the source can.</summary>
    NotOrdered,
}

/// <summary>The newest version of a resource that the listener has worked.</summary>
internal sealed record KnownVersion(string Reference, string? VersionId, long? UpdatedTicks, string ContentHash, string? PatientId, long Retracted)
{
    /// <summary>What is remembered of a version. One that says nothing belongs to no patient: whether it is deleted one day is nothing to look for.</summary>
    public static KnownVersion Of(ResourceVersion version) => new(
        version.Resource.Reference, version.VersionId, version.LastUpdated?.UtcTicks, version.ContentHash,
        version.NotRelevant is null ? version.Patient?.Id : null, version.Retracted ? 1 : 0);

    /// <summary>How an arriving version stands to this one. Pure.</summary>
    /// <param name="arriving">Another version of the resource, or this one again.</param>
    /// <param name="numeric">Whether the source orders by version id as a number; else by time.</param>
    public VersionRelation RelationOf(KnownVersion arriving, bool numeric)
    {
        if (arriving.ContentHash == ContentHash && arriving.Retracted == Retracted) return VersionRelation.Same;
        // One version cannot have two contents.
        if (arriving.VersionId is not null && arriving.VersionId == VersionId) return VersionRelation.NotOrdered;
        var byNumber = Compare(Number(arriving.VersionId), Number(VersionId));
        var order = numeric ? byNumber ?? Compare(arriving.UpdatedTicks, UpdatedTicks) : Compare(arriving.UpdatedTicks, UpdatedTicks);
        return order switch
        {
            > 0 => VersionRelation.Newer,
            < 0 => VersionRelation.Older,
            _ => VersionRelation.NotOrdered,
        };
    }

    private static int? Compare<T>(T? a, T? b)
        where T : struct, IComparable<T> => a is { } left && b is { } right ? left.CompareTo(right) : null;

    private static BigInteger? Number(string? versionId) =>
        BigInteger.TryParse(versionId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
