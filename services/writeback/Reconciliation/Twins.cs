using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>Second resources with one of our identifiers: conditional creates race at several servers, and some do not look at the condition at all.</summary>
internal sealed class Twins(WriteBackStore store, Ledger ledger)
{
    private const int MaxLooks = 4;

    /// <summary>Marks every resource but one as entered in error. Null when there is none left; else why the work stops here.</summary>
    public async Task<Step?> RepairAsync(Work work, FoundResource? kept, IReadOnlyList<FoundResource> found, CancellationToken cancel)
    {
        foreach (var twin in found.Where(other => other.Id != kept?.Id && !other.IsEnteredInError))
        {
            if (!await store.RenewAsync(work.Claim, PatientReconciler.Lease, cancel)) return Step.Lost;
            var answer = await work.Resources.UpdateAsync(twin, twin.AsEnteredInError(), cancel);
            if (answer.Verdict == FhirVerdict.Done) await ledger.DuplicateMarkedAsync(work, twin, answer, cancel);
            else if (answer.Verdict == FhirVerdict.Conflict && work.Claim.Attempts < MaxLooks) return await ledger.FailedAsync(work, "twin-changed", cancel);
            else if (answer.Verdict == FhirVerdict.Conflict || Ledger.IsRefusal(answer)) await ledger.DuplicateStandsAsync(work, twin, answer, cancel);
            else return await ledger.NotDoneAsync(work, answer, cancel);
        }
        return null;
    }

    /// <summary>The second look, a while after a create: by now a search index that lags shows a twin, and one that was stored late is there.</summary>
    public async Task<Step> LookAgainAsync(Work work, CancellationToken cancel)
    {
        var (answer, found) = await work.Resources.SearchAsync(cancel);
        if (answer.Verdict != FhirVerdict.Done) return await ledger.NotSeenAsync(work, answer, cancel);
        var kept = found.FirstOrDefault(one => one.Id == work.Row.ResourceId);

        // Without the one that we know the index is still behind; or somebody deleted it, and that is met by the next change.
        if (kept is null && work.Claim.Attempts < MaxLooks) return Step.Retry;
        if (kept is not null && await RepairAsync(work, kept, found, cancel) is { } stopped) return stopped;
        await store.LookedAgainAsync(work.Row, cancel);
        return Step.Settled;
    }
}
