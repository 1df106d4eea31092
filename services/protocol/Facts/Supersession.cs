using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Protocol.Facts;

/// <summary>What an arriving version does to what we have.</summary>
internal enum SupersessionOutcome
{
    /// <summary>The arriving version is the newest now.</summary>
    Replaces,

    /// <summary>We have this very version.</summary>
    Same,

    /// <summary>We have a newer one.</summary>
    Older,
}

/// <summary>The decision of P3.2, pure: whatever the order of arrival, the same version stands in the end.</summary>
/// <param name="Outcome">What happens.</param>
/// <param name="Newest">The newest version after it.</param>
internal sealed record Supersession(SupersessionOutcome Outcome, StoredVersion Newest)
{
    /// <summary>Decides about the first version of a resource.</summary>
    public static Supersession First(ResourceVersion arriving) => new(SupersessionOutcome.Replaces, new StoredVersion(arriving, Ambiguous: false));

    /// <param name="stored">The newest version known so far.</param>
    /// <param name="superseded">The versions known not to be the newest.</param>
    /// <param name="arriving">The version that arrives.</param>
    /// <param name="order">The order that the source declares.</param>
    public static Supersession Decide(StoredVersion stored, IReadOnlyList<ResourceVersion> superseded, ResourceVersion arriving, VersionOrder order)
    {
        if (IsSame(arriving, stored.Version)) return new(SupersessionOutcome.Same, stored);
        // What was once superseded stays so; a version that a deletion ended cannot come back by being delivered again.
        if (superseded.Any(known => IsSame(known, arriving))) return new(SupersessionOutcome.Older, stored);
        if (EndsWhatWeHave(arriving, stored.Version, order)) return Ended(stored, arriving);
        if (CurrentVersions.Compare(arriving, stored.Version, order) < 0)
            return new(SupersessionOutcome.Older, stored with { Ambiguous = stored.Ambiguous || CurrentVersions.IsAmbiguous(arriving, stored.Version, order) });
        var newest = arriving with { Patient = PatientOf(arriving, stored.Version) };
        var ambiguous = superseded.Append(stored.Version).Any(other => CurrentVersions.IsAmbiguous(newest, other, order));
        return new(SupersessionOutcome.Replaces, new StoredVersion(newest, ambiguous));
    }

    private static bool IsSame(ResourceVersion a, ResourceVersion b) =>
        a.ContentHash == b.ContentHash && a.Retracted == b.Retracted && (a.VersionId, a.LastUpdated) == (b.VersionId, b.LastUpdated);

    // A deletion often comes without a version; its sender has read the source and found nothing. It can only mean what we have.
    private static bool EndsWhatWeHave(ResourceVersion arriving, ResourceVersion stored, VersionOrder order) =>
        arriving.Retracted && HasNoPlace(arriving, order) && !HasNoPlace(stored, order);

    private static bool HasNoPlace(ResourceVersion version, VersionOrder order) =>
        order == VersionOrder.Numeric ? version.VersionId is null : version.LastUpdated is null;

    // It takes the place of the version that it ended: anything up to that one is older, a resource that is made anew later is newer.
    private static Supersession Ended(StoredVersion stored, ResourceVersion arriving)
    {
        if (stored.Version.Retracted) return new(SupersessionOutcome.Same, stored);
        var retraction = arriving with
        {
            Patient = PatientOf(arriving, stored.Version),
            VersionId = stored.Version.VersionId,
            LastUpdated = stored.Version.LastUpdated,
        };
        return new(SupersessionOutcome.Replaces, new StoredVersion(retraction, Ambiguous: false));
    }

    // A retraction that names no patient concerns the patient who has the resource.
    private static PatientKey? PatientOf(ResourceVersion arriving, ResourceVersion stored) =>
        arriving.Patient ?? (arriving.Retracted ? stored.Patient : null);
}
