using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>What one look at the target asks for. Pure.</summary>
internal abstract record Decision
{
    /// <summary>Nothing is sent; the resource is settled as <paramref name="Outcome"/>.</summary>
    internal sealed record Settle(string Outcome, FoundResource? Found) : Decision;

    /// <summary>We once wrote it and the search does not find it: it is read by its id before anything is decided.</summary>
    internal sealed record ReadById(string Id) : Decision;

    internal sealed record Create(string Body) : Decision;

    internal sealed record Update(FoundResource Found, string Body) : Decision;

    /// <param name="form">What is wanted.</param>
    /// <param name="row">What is remembered.</param>
    /// <param name="found">The resource that stands there under our identifier, or null when the search found none.</param>
    public static Decision Of(IWantedForm form, ResourceRow row, FoundResource? found)
    {
        if (found is null) return Absent(form, row);
        return form.Judge(found, new OwnMemory(row.VersionId, row.Written, row.Sent)) switch
        {
            Judgement.Replace replace => new Update(found, replace.Body),
            Judgement.Leave => new Settle(Outcomes.LeftToClinician, found),
            _ => new Settle(OutcomeOfEqual(form, row, found), found),
        };
    }

    /// <summary>The one of several that counts: the one we know, else one that is in force, else the oldest.</summary>
    public static FoundResource? Pick(IReadOnlyList<FoundResource> found, string? knownId) =>
        found.OrderByDescending(one => one.Id == knownId)
            .ThenBy(one => one.IsEnteredInError)
            .ThenBy(one => one.LastUpdated ?? DateTimeOffset.MaxValue)
            .ThenBy(one => one.Id.Length).ThenBy(one => one.Id, StringComparer.Ordinal)
            .FirstOrDefault();

    private static Decision Absent(IWantedForm form, ResourceRow row)
    {
        if (row.ResourceId is { } id) return new ReadById(id);
        return form.CreateWhenAbsent ? new Create(form.New()) : new Settle(Outcomes.NotNeeded, null);
    }

    // Our own write whose answer never came: it is only now known to have been done.
    private static string OutcomeOfEqual(IWantedForm form, ResourceRow row, FoundResource found)
    {
        if (row.SentHash != form.Hash || (found.VersionId is not null && found.VersionId == row.VersionId)) return Outcomes.Unchanged;
        return row.ResourceId is null ? Outcomes.Created : Outcomes.Updated;
    }
}
