using System.Diagnostics;
using System.Net;
using CarT.Fhir.Hosting;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>Brings one resource of one target to what is wanted: look, decide, act, record. It looks before every write, so that doing it again is safe.</summary>
internal sealed class ResourceReconciler(
    WriteBackStore store, TargetStore targets, Ledger ledger, Twins twins, Absence absence, ForgottenWrites forgotten, ProvenanceRecorder provenance, IdentifierSystems systems,
    Failpoints failpoints, TimeProvider time)
{
    private const int MaxRounds = 3;

    // About a quarter of a minute of back-off.
    private const int LooksForLostCreate = 4;

    // A few seconds: what an alarm may wait so that there are not two of it.
    private const int LooksBeforeSecondCreate = 2;

    public async Task<Step> ReconcileAsync(Target target, Claim claim, ResourceRow row, CancellationToken cancel)
    {
        var wanted = WantedState.Read(row.Wanted);
        var work = new Work(target, claim, row, wanted, new TargetResources(target, row.Type, wanted));
        if (!IsSettled(target, claim, row, wanted))
        {
            if (await IsRuledOutAsync(target, row, cancel)) return Step.Retry;
            using var span = work.Span("writeback.reconcile");
            var step = target.IsLive ? await RunAsync(work, cancel) : await DecideInShadowAsync(work, cancel);
            if (step != Step.Settled) return step;
        }
        else if (target.IsLive && row.LookAgainTicks <= time.GetUtcNow().UtcTicks)
        {
            using var span = work.Span("writeback.look-again");
            var step = await LookAgainAsync(work, cancel);
            if (step != Step.Settled) return step;
        }
        return target.IsLive ? await provenance.SendDueAsync(target, claim, row, cancel) : Step.Settled;
    }

    // What is refused is tried again with a new revision, or when it is reopened; what was decided in shadow, once the target is live; what is open, always.
    private static bool IsSettled(Target target, Claim claim, ResourceRow row, WantedResource wanted) =>
        row.SettledHash == wanted.Hash && row.SentHash is null
        && (row.Outcome != Outcomes.Refused || row.SettledRevision == claim.Revision)
        && !(target.IsLive && Outcomes.IsShadow(row.Outcome));

    // It waits, and operators see why: an answer holds for a while only, the statement may change, and so may the strategy.
    private async Task<bool> IsRuledOutAsync(Target target, ResourceRow row, CancellationToken cancel) =>
        target.IsLive && (await targets.TargetAsync(target.Name, cancel)).IsNotWritable(target, row.Type, time.GetUtcNow());

    private async Task<Step> RunAsync(Work work, CancellationToken cancel)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var (answer, found) = await work.Resources.SearchAsync(cancel);
            if (answer.Verdict != FhirVerdict.Done) return await ledger.NotFoundOutAsync(work, answer, cancel);
            if (IsHidden(work.Row, found))
            {
                var (known, standing) = await work.Resources.FindAsync(work.Row.ResourceId!, cancel);
                if (known.Verdict is not (FhirVerdict.Done or FhirVerdict.Gone or FhirVerdict.NotFound)) return await ledger.NotDoneAsync(work, known, cancel);
                if (standing is not null) found = [.. found, standing];
            }
            var picked = Decision.Pick(found, work.Row.ResourceId);
            if (await twins.RepairAsync(work, picked, found, cancel) is { } stopped) return stopped;
            var decision = Decide(work, picked);
            if (picked is not null && MayBeOld(work, picked, decision)) decision = new Decision.ReadById(picked.Id);
            if (MayStillLand(work, decision)) return await ledger.FailedAsync(work, "create-may-still-land", cancel);
            if (await ActAsync(work, decision, cancel) is { } step) return step;
        }
        return await ledger.FailedAsync(work, "conflict", cancel);
    }

    // A search index that lags may show a twin and not the one that we know; a twin must not take its place.
    private static bool IsHidden(ResourceRow row, IReadOnlyList<FoundResource> found) =>
        row.ResourceId is { } id && found.Count > 0 && found.All(one => one.Id != id);

    // The second look. What was not needed is decided anew, since a create whose answer was lost may have been stored after all.
    private async Task<Step> LookAgainAsync(Work work, CancellationToken cancel)
    {
        if (work.Row.Outcome != Outcomes.NotNeeded) return await twins.LookAgainAsync(work, cancel);
        var step = await RunAsync(work, cancel);
        if (step == Step.Settled) await store.LookedAgainAsync(work.Row, cancel);
        return step;
    }

    // Null asks for another round.
    private async Task<Step?> ActAsync(Work work, Decision decision, CancellationToken cancel) => decision switch
    {
        Decision.Settle settle => await ledger.SettledAsync(work, settle.Outcome, settle.Standing, null, cancel),
        Decision.ReadById known => await ReadByIdAsync(work, known.Id, cancel),
        Decision.Create create => await CreateAsync(work, create.Body, cancel),
        Decision.Update update => await UpdateAsync(work, update, cancel),
        _ => throw new UnreachableException(),
    };

    // A search index that lags shows an older version, which says what we wanted once, or looks like somebody's edit. A write would be refused by its
    // If-Match; to leave it at that, or to write where the search shows no version for an If-Match, needs the version that stands.
    private static bool MayBeOld(Work work, FoundResource found, Decision decision) => decision switch
    {
        Decision.Settle => work.Row.SentHash is not null || found.VersionId is null || found.VersionId != work.Row.VersionId,
        Decision.Update => found.VersionId is null,
        _ => false,
    };

    // A create without an answer can be stored, or seen by the search, after we looked. Where nothing is wanted any more nobody would ever look again.
    private static bool MayStillLand(Work work, Decision decision) => work.Row.SentHash is not null && decision switch
    {
        Decision.Create => work.Claim.Attempts < LooksBeforeSecondCreate,
        Decision.Settle { Outcome: Outcomes.NotNeeded } => work.Claim.Attempts < LooksForLostCreate,
        _ => false,
    };

    private Decision Decide(Work work, FoundResource? found) => Decision.Of(work.Row, work.Wanted, found, systems);

    private async Task<Step?> ReadByIdAsync(Work work, string id, CancellationToken cancel)
    {
        var answer = await work.Resources.ReadAsync(id, cancel);
        return answer.Verdict switch
        {
            FhirVerdict.Done when FoundResource.Read(answer, work.Row.Type) is { } found => await ActOnAsync(work, found, cancel),
            FhirVerdict.Done => await ledger.FailedAsync(work, "not-a-resource", cancel),
            FhirVerdict.Gone or FhirVerdict.NotFound => await absence.SettleAsync(work, id, answer, cancel),
            _ => await ledger.NotDoneAsync(work, answer, cancel),
        };
    }

    // The version that stands, and not what an index has of it.
    private async Task<Step?> ActOnAsync(Work work, FoundResource standing, CancellationToken cancel)
    {
        var decision = Decide(work, standing);
        if (ForgottenWrites.AreInDoubt(work.Row, standing, decision))
        {
            var (answer, ours) = await forgotten.AskAsync(work.Target, work.Row.Type, standing, cancel);
            if (answer.Verdict != FhirVerdict.Done) return await ledger.NotFoundOutAsync(work, answer, cancel);
            var recognised = work.Row with { ResourceId = standing.Id, VersionId = standing.VersionId, Written = standing.Json };
            if (ours) decision = Decide(work with { Row = recognised }, standing);
        }
        return await ActAsync(work, decision, cancel);
    }

    private async Task<Step?> CreateAsync(Work work, string body, CancellationToken cancel)
    {
        if (!await SendingAsync(work, body, Standing.Nothing, cancel)) return Step.Lost;
        var answer = await work.Resources.CreateAsync(body, cancel);
        await failpoints.ReachAsync(Failpoints.WriteBackSent);
        if (SaysNotDone(answer)) await store.NotSentAsync(work.Row, cancel);
        if (answer.Verdict == FhirVerdict.Conflict) return null;
        if (answer is { Verdict: FhirVerdict.Done, Status: HttpStatusCode.OK }) return await ExistedAsync(work, answer, cancel);
        if (Ledger.IsNotSupported(answer, isCreate: true)) return await ledger.NotSupportedAsync(work, answer, cancel);
        if (answer.Verdict != FhirVerdict.Done) return await ledger.NotDoneAsync(work, answer, cancel);

        // Conditional creates race at several servers: a second look finds the twin, and the id where the answer had none.
        var (check, seen) = await work.Resources.SearchAsync(cancel);
        var created = await AnsweredAsync(work, answer, cancel);
        var found = created is null ? seen : [.. seen.Where(other => other.Id != created.Id), created];
        var kept = Decision.Pick(found, null);
        if (kept is null)
            return check.Verdict == FhirVerdict.Done ? await ledger.FailedAsync(work, "created-but-not-found", cancel) : await ledger.NotFoundOutAsync(work, check, cancel);
        if (await twins.RepairAsync(work, kept, found, cancel) is { } stopped) return stopped;
        return await ledger.SettledAsync(work, Outcomes.Created, new Standing(kept.Id, kept.VersionId, Remembered(work, kept.Json)), answer, cancel);
    }

    private async Task<Step?> UpdateAsync(Work work, Decision.Update update, CancellationToken cancel)
    {
        // An earlier write without an answer is known to have been done by now; this one may be without an answer too, and only the last is remembered.
        var recognised = new Standing(null, update.Recognised is null ? null : update.Found.VersionId, update.Recognised);
        if (!await SendingAsync(work, update.Baseline ?? update.Body, recognised, cancel)) return Step.Lost;
        var answer = await work.Resources.UpdateAsync(update.Found, update.Body, cancel);
        await failpoints.ReachAsync(Failpoints.WriteBackSent);
        switch (answer.Verdict)
        {
            case FhirVerdict.Done:
                var written = FoundResource.Read(answer, work.Row.Type) ?? await ReadBackAsync(work, update, answer, cancel);
                return await ledger.SettledAsync(work, Outcomes.Updated, new Standing(written.Id, written.VersionId, update.Baseline ?? written.Json), answer, cancel);
            case FhirVerdict.Conflict:
                return null;
            case FhirVerdict.Gone or FhirVerdict.NotFound:
                return await absence.SettleAsync(work, update.Found.Id, answer, cancel);
            default:
                return Ledger.IsNotSupported(answer, isCreate: false)
                    ? await ledger.NotSupportedAsync(work, answer, cancel)
                    : await ledger.NotDoneAsync(work, answer, cancel);
        }
    }

    // A 4xx leaves nothing behind; 408 is a time-out of whatever stands between.
    private static bool SaysNotDone(FhirAnswer answer) =>
        answer.Status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.RequestTimeout;

    // There was one already, which the search did not show: the answer may name it, or the search shows it by now. To send the same again says nothing new.
    private async Task<Step?> ExistedAsync(Work work, FhirAnswer answer, CancellationToken cancel)
    {
        if (await AnsweredAsync(work, answer, cancel) is { } existing) return await ActOnAsync(work, existing, cancel);
        var (check, seen) = await work.Resources.SearchAsync(cancel);
        if (check.Verdict != FhirVerdict.Done) return await ledger.NotFoundOutAsync(work, check, cancel);
        return seen.Count > 0 ? null : await ledger.FailedAsync(work, "exists-but-not-found", cancel);
    }

    // The resource that the answer to a create holds, or that its Location finds where the search index does not yet.
    private static async Task<FoundResource?> AnsweredAsync(Work work, FhirAnswer answer, CancellationToken cancel)
    {
        if (FoundResource.Read(answer, work.Row.Type) is { } inBody) return inBody;
        if (TargetResources.IdOf(answer.Location, work.Row.Type) is not { } id) return null;
        var read = await work.Resources.ReadAsync(id, cancel);
        return read.Verdict == FhirVerdict.Done ? FoundResource.Read(read, work.Row.Type) : null;
    }

    private async Task<bool> SendingAsync(Work work, string body, Standing recognised, CancellationToken cancel)
    {
        if (!await store.SendingAsync(work.Claim, PatientReconciler.Lease, work.Row, body, work.Wanted.Hash, recognised, cancel)) return false;
        await failpoints.ReachAsync(Failpoints.WriteBackSending);
        return true;
    }

    // The answer had no body. What we sent is not always what stands there, and a server's own additions must not look like an edit later.
    private static async Task<FoundResource> ReadBackAsync(Work work, Decision.Update update, FhirAnswer answer, CancellationToken cancel)
    {
        var read = await work.Resources.ReadAsync(update.Found.Id, cancel);
        var standing = read.Verdict == FhirVerdict.Done ? FoundResource.Read(read, work.Row.Type) : null;
        var isThatVersion = standing is not null && (answer.VersionId is null || answer.VersionId == standing.VersionId);
        return isThatVersion ? standing! : update.Found with { VersionId = answer.VersionId, Json = update.Body };
    }

    // A server rewrites some of a Flag, and its answer is what we recognise ours by; a plan is merged against what we meant.
    private static string Remembered(Work work, string answered) => work.Row.Type == WantedKey.CarePlan ? work.Wanted.Body : answered;

    // Nothing is sent, so nothing of ours can stand there: what would happen follows from what was decided before.
    private async Task<Step> DecideInShadowAsync(Work work, CancellationToken cancel)
    {
        var outcome = Outcomes.IsShadow(work.Row.Outcome) || work.Row.ResourceId is not null ? Outcomes.WouldUpdate
            : work.Wanted.CreateWhenAbsent ? Outcomes.WouldCreate : Outcomes.NotNeeded;
        return await ledger.SettledAsync(work, outcome, Standing.Nothing, null, cancel);
    }
}
