using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Protocol.Facts;

/// <summary>What an arriving version does to what we have.</summary>
internal enum SupersessionOutcome
{
    /// <summary>Another version is the newest now: the arriving one, or an earlier one that it brought back.</summary>
    Replaces,

    /// <summary>We have this very version.</summary>
    Same,

    /// <summary>We have a newer one.</summary>
    Older,
}

/// <summary>The decision of P3.2, pure: whatever the order of arrival, the same version stands in the end.</summary>
/// <param name="Outcome">What happens.</param>
/// <param name="Newest">The newest version after it.</param>
/// <param name="Superseded">The versions that are known now not to be the newest, as far as that is news.</param>
internal sealed record Supersession(SupersessionOutcome Outcome, StoredVersion Newest, IReadOnlyList<ResourceVersion> Superseded)
{
    /// <summary>Decides about the first version of a resource.</summary>
    public static Supersession First(ResourceVersion arriving) => new(SupersessionOutcome.Replaces, new StoredVersion(arriving, Ambiguous: false), []);

    /// <param name="stored">The newest version known so far.</param>
    /// <param name="superseded">The versions known not to be the newest.</param>
    /// <param name="arriving">The version that arrives.</param>
    /// <param name="order">The order that the source declares.</param>
    public static Supersession Decide(StoredVersion stored, IReadOnlyList<ResourceVersion> superseded, ResourceVersion arriving, VersionOrder order)
    {
        if (IsSame(arriving, stored.Version)) return Again(stored, superseded, arriving, order);
        // What was once superseded stays so: a version that a deletion ended does not come back by being delivered again, only by standing at the source.
        if (superseded.Any(known => IsSame(known, arriving) && !IsReadLater(arriving, known))) return new(SupersessionOutcome.Older, stored, []);
        if (EndsWhatWeHave(arriving, stored.Version, order)) return Ended(stored, arriving);
        var others = superseded.Append(stored.Version).Where(other => !IsSame(other, arriving)).ToList();
        var newest = NewestOf([.. others, arriving], order);
        if (newest == stored.Version)
            return new(SupersessionOutcome.Older, stored with { Ambiguous = stored.Ambiguous || IsAmbiguous(stored.Version, [arriving], order) }, [arriving]);
        var isArriving = newest == arriving;
        newest = newest with { Patient = PatientOf(newest, stored.Version) };
        var replacing = new StoredVersion(newest, IsAmbiguous(newest, isArriving ? others : [.. others, arriving], order));
        return new(SupersessionOutcome.Replaces, replacing, isArriving ? [stored.Version] : [stored.Version, arriving]);
    }

    /// <summary>The very version that we have; it may have been read at the source since, and then a tie is decided.</summary>
    private static Supersession Again(StoredVersion stored, IReadOnlyList<ResourceVersion> superseded, ResourceVersion arriving, VersionOrder order)
    {
        if (!IsReadLater(arriving, stored.Version)) return new(SupersessionOutcome.Same, stored, []);
        var read = stored.Version with { ReadAt = arriving.ReadAt };
        return new(SupersessionOutcome.Same, new StoredVersion(read, stored.Ambiguous && IsAmbiguous(read, superseded, order)), []);
    }

    /// <summary>
    /// The newest of all versions, whatever the order of the list. Where the source was asked and did not have the resource, and no version says since when,
    /// only what was read there later can stand: what was merely sent was on its way before, since the listener asks about everything that comes after.
    /// </summary>
    private static ResourceVersion NewestOf(IReadOnlyList<ResourceVersion> versions, VersionOrder order)
    {
        var gone = versions.Where(version => IsGone(version, order)).OrderBy(version => version.ReadAt).ThenBy(version => version.LastUpdated).LastOrDefault();
        var standing = versions.Where(version => !IsGone(version, order) && (gone is null || version.ReadAt > gone.ReadAt)).ToList();
        return standing.Count == 0 ? gone! : standing.Aggregate((best, version) => CurrentVersions.Compare(version, best, order) > 0 ? version : best);
    }

    private static bool IsGone(ResourceVersion version, VersionOrder order) => version is { Retracted: true, ReadAt: not null } && HasNoPlace(version, order);

    private static bool IsAmbiguous(ResourceVersion newest, IEnumerable<ResourceVersion> others, VersionOrder order) =>
        !IsGone(newest, order) && others.Any(other => !IsGone(other, order) && CurrentVersions.IsAmbiguous(newest, other, order));

    private static bool IsSame(ResourceVersion a, ResourceVersion b) =>
        a.ContentHash == b.ContentHash && a.Retracted == b.Retracted && (a.VersionId, a.LastUpdated) == (b.VersionId, b.LastUpdated);

    private static bool IsReadLater(ResourceVersion a, ResourceVersion b) => a.ReadAt is not null && !(a.ReadAt <= b.ReadAt);

    // A deletion without a version and without the time at which it was read: it can only mean what we have.
    private static bool EndsWhatWeHave(ResourceVersion arriving, ResourceVersion stored, VersionOrder order) =>
        arriving is { Retracted: true, ReadAt: null } && HasNoPlace(arriving, order) && !HasNoPlace(stored, order);

    private static bool HasNoPlace(ResourceVersion version, VersionOrder order) =>
        order == VersionOrder.Numeric ? version.VersionId is null : version.LastUpdated is null;

    // It takes the place of the version that it ended: anything up to that one is older, a resource that is made anew later is newer.
    private static Supersession Ended(StoredVersion stored, ResourceVersion arriving)
    {
        if (stored.Version.Retracted) return new(SupersessionOutcome.Same, stored, []);
        var retraction = arriving with
        {
            Patient = PatientOf(arriving, stored.Version),
            VersionId = stored.Version.VersionId,
            LastUpdated = stored.Version.LastUpdated,
        };
        return new(SupersessionOutcome.Replaces, new StoredVersion(retraction, Ambiguous: false), [stored.Version]);
    }

    // A retraction that names no patient concerns the patient who has the resource.
    private static PatientKey? PatientOf(ResourceVersion arriving, ResourceVersion stored) =>
        arriving.Patient ?? (arriving.Retracted ? stored.Patient : null);
}
