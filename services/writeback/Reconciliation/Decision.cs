using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Wanted;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>What one look at the target asks for. Pure.</summary>
internal abstract record Decision
{
    /// <summary>Nothing is sent; the resource is settled as <paramref name="Outcome"/>.</summary>
    internal sealed record Settle(string Outcome, Standing Standing) : Decision;

    /// <summary>We once wrote it and the search does not find it: it is read by its id before anything is decided.</summary>
    internal sealed record ReadById(string Id) : Decision;

    internal sealed record Create(string Body) : Decision;

    /// <param name="Found">The version to replace.</param>
    /// <param name="Body">What to send.</param>
    /// <param name="Baseline">What to remember as ours when it is done; null: the answer, or the body.</param>
    /// <param name="Recognised">What to remember as ours at once, whatever comes of it; null: nothing new.</param>
    internal sealed record Update(FoundResource Found, string Body, string? Baseline, string? Recognised) : Decision;

    /// <param name="row">What is wanted and what is remembered.</param>
    /// <param name="wanted">The wanted form of the row.</param>
    /// <param name="found">The resource that stands there under our identifier, or null when the search found none.</param>
    /// <param name="systems">Our identifier systems.</param>
    public static Decision Of(ResourceRow row, WantedResource wanted, FoundResource? found, IdentifierSystems systems)
    {
        if (found is null) return Absent(row, wanted);
        return Judgement.Of(row, wanted, found, systems) switch
        {
            Judgement.Replace replace => new Update(found, replace.Body, replace.Baseline, replace.Recognised),
            Judgement.Leave leave => new Settle(Outcomes.LeftToClinician, new Standing(found.Id, null, leave.Baseline)),
            var equal => new Settle(OutcomeOfEqual(row, wanted, found), new Standing(found.Id, found.VersionId, equal.Baseline)),
        };
    }

    /// <summary>The one of several that counts: the one we know, else one that is in force, else the oldest.</summary>
    public static FoundResource? Pick(IReadOnlyList<FoundResource> found, string? knownId) =>
        found.OrderByDescending(one => one.Id == knownId)
            .ThenBy(one => one.IsEnteredInError)
            .ThenBy(one => one.LastUpdated ?? DateTimeOffset.MaxValue)
            .ThenBy(one => one.Id.Length).ThenBy(one => one.Id, StringComparer.Ordinal)
            .FirstOrDefault();

    private static Decision Absent(ResourceRow row, WantedResource wanted)
    {
        if (row.ResourceId is { } id) return new ReadById(id);
        return wanted.CreateWhenAbsent ? new Create(wanted.Body) : new Settle(Outcomes.NotNeeded, Standing.Nothing);
    }

    // Our own write whose answer never came: it is only now known to have been done.
    private static string OutcomeOfEqual(ResourceRow row, WantedResource wanted, FoundResource found)
    {
        if (row.SentHash != wanted.Hash || (found.VersionId is not null && found.VersionId == row.VersionId)) return Outcomes.Unchanged;
        return row.ResourceId is null ? Outcomes.Created : Outcomes.Updated;
    }
}
