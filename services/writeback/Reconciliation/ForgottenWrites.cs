using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;
using Hl7.Fhir.Model;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>
/// Recognises a Flag that we wrote and have forgotten: the store was restored from a backup that is older than the write. The target has our Provenance
/// of that version. Without it the Flag would pass for a clinician's and stay as it is for ever.
/// </summary>
internal sealed class ForgottenWrites(IdentifierSystems systems)
{
    // The write by the target's clock, its record by ours. There are servers whose versions never change: an edit there is later than our record.
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether there is a doubt. A care plan is never ours alone: its version, even when we wrote it, holds what clinicians added, and is merged.
    /// </summary>
    public static bool AreInDoubt(ResourceRow row, FoundResource found, Decision decision) =>
        decision is Decision.Settle { Outcome: Outcomes.LeftToClinician }
        && row.Type == WantedKey.Flag && row.Outcome != Outcomes.LeftToClinician
        && found is { VersionId: { } version, LastUpdated: not null } && version != row.VersionId;

    /// <summary>Whether we wrote what stands there. A target that cannot tell says no; where the answer is not done, nothing is known yet.</summary>
    public async Task<(FhirAnswer Answer, bool AreOurs)> AskAsync(Target target, string type, FoundResource found, CancellationToken cancel)
    {
        var reference = $"{type}/{found.Id}/_history/{found.VersionId}";
        var (answer, ours) = await ProvenanceSearch.FindAsync(target, reference, provenance => Tells(provenance, found), cancel);
        return Ledger.IsRefusal(answer) ? (answer with { Verdict = FhirVerdict.Done }, false) : (answer, ours);
    }

    /// <summary>Whether a Provenance of this version is our own, of the time when it was written.</summary>
    internal bool Tells(Provenance provenance, FoundResource found) =>
        (provenance.Recorded - found.LastUpdated)?.Duration() <= Apart
        && provenance.Agent.Exists(agent => agent.Who?.Identifier is { Value: WriteContext.ServiceIdentifier } service && service.System == systems.Service);
}
