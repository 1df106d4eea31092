using System.Diagnostics;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>
/// Puts a Provenance beside each write. One that fails undoes nothing and is tried again with its patient; one whose answer was lost is looked for
/// before it is sent again, so that it is recorded once. A target that has no Provenance is not sent one with every write, but now and then.
/// </summary>
internal sealed class ProvenanceRecorder(
    WriteBackStore store, TargetStore targets, LedgerStore ledger, WriteBackMetrics metrics, Failpoints failpoints, TimeProvider time)
{
    internal const string Type = "Provenance";
    private const int MaxTries = 8;
    private static readonly FhirAnswer RuledOut = new() { Verdict = FhirVerdict.Refused, Fault = "not-supported" };

    /// <summary>Sends what is due for a resource.</summary>
    public async Task<Step> SendDueAsync(Target target, Claim claim, ResourceRow row, CancellationToken cancel)
    {
        foreach (var due in await store.DueProvenancesAsync(row, cancel))
        {
            using var span = CartTelemetry.Continue("writeback.provenance", ActivityKind.Internal, row.TraceParent);
            span?.SetTag("cart.target", target.Name);
            var step = await SendAsync(target, claim, due, cancel);
            if (step != Step.Settled) return step;
        }
        return Step.Settled;
    }

    private async Task<Step> SendAsync(Target target, Claim claim, DueProvenance due, CancellationToken cancel)
    {
        if ((await targets.TargetAsync(target.Name, cancel)).IsNotWritable(target, Type, time.GetUtcNow()))
            return await SettleAsync(target, claim, due, Outcomes.ProvenanceRefused, RuledOut, cancel);
        if (due.Tries > 0)
        {
            var (look, stands) = await ProvenanceSearch.FindAsync(target, due.Reference, ProvenanceForm.SameAs(due), cancel);
            if (look.Verdict == FhirVerdict.Done && stands) return await SettleAsync(target, claim, due, Outcomes.ProvenanceRecorded, look, cancel);
            if (look.Verdict != FhirVerdict.Done) return await NotDoneAsync(target, claim, due, look, cancel);
        }
        if (!await store.SendingAsync(claim, PatientReconciler.Lease, due, cancel)) return Step.Lost;
        var answer = await target.Client.CreateAsync(Type, FoundResource.Bytes(due.Body), ifNoneExist: null, cancel);
        await failpoints.ReachAsync(Failpoints.WriteBackProvenanceSent);
        if (Ledger.IsNotSupported(answer, isCreate: true)) await RuleOutAsync(target, cancel);
        return answer.Verdict == FhirVerdict.Done
            ? await SettleAsync(target, claim, due, Outcomes.ProvenanceRecorded, answer, cancel)
            : await NotDoneAsync(target, claim, due, answer, cancel);
    }

    // Where one was taken a short while ago, the answer speaks of this one only.
    private async Task RuleOutAsync(Target target, CancellationToken cancel)
    {
        if (!await ledger.HasWithinAsync(target.Name, Type, Outcomes.ProvenanceRecorded, TargetRow.RuledOutFor, cancel))
            await targets.RuleOutAsync(target.Name, Type, cancel);
    }

    private async Task<Step> NotDoneAsync(Target target, Claim claim, DueProvenance due, FhirAnswer answer, CancellationToken cancel)
    {
        if (Pauses.Of(answer) is { } pause)
        {
            await targets.PauseAsync(target.Name, time.GetUtcNow() + pause.For, pause.Reason, cancel);
            metrics.Paused(target.Name, pause.Reason);
            return Step.Paused;
        }

        // The write stands with or without it: a server that keeps failing on Provenance must not hold the patient for ever.
        if (Ledger.IsRefusal(answer) || answer.Verdict == FhirVerdict.Conflict || due.Tries + 1 >= MaxTries)
            return await SettleAsync(target, claim, due, Outcomes.ProvenanceRefused, answer, cancel);
        metrics.Outcome(target.Name, Type, Outcomes.Failed);
        return answer.Status is null ? Step.NoAnswer : Step.Retry;
    }

    private async Task<Step> SettleAsync(Target target, Claim claim, DueProvenance due, string outcome, FhirAnswer answer, CancellationToken cancel)
    {
        var entry = new LedgerEntry
        {
            Type = Type,
            Identifier = due.Reference,
            Outcome = outcome,
            Status = (int?)answer.Status,
            IssueCodes = answer.Fault ?? string.Join(' ', answer.IssueCodes()),
            Issues = Ledger.Remarkable(answer),
            Resource = due.Reference,
        };
        await store.SettleAsync(claim, due, entry, cancel);
        Activity.Current?.SetTag("cart.outcome", outcome);
        metrics.Outcome(target.Name, Type, outcome);
        return Step.Settled;
    }
}
