using System.Diagnostics;
using System.Net;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;
using MassTransit;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>Records what happened to a resource, tells who listens, and says how the work goes on.</summary>
internal sealed partial class Ledger(
    WriteBackStore store, LedgerStore ledger, TargetStore targets, CapabilityProbe capabilities, ProvenanceForm provenances, IBus bus, WriteBackMetrics metrics, Failpoints failpoints, TimeProvider time, ILogger<Ledger> log)
{
    private const int MaxDetail = 2000;

    // About four minutes of back-off: longer than a deployment in front of the target.
    private const int TriesBeforeUnknownHere = 8;

    /// <summary>The resource is done at this revision.</summary>
    /// <param name="work">The resource.</param>
    /// <param name="outcome">One of <see cref="Outcomes"/>.</param>
    /// <param name="standing">What stands in the target now.</param>
    /// <param name="answer">The answer that says so; null when nothing was sent.</param>
    /// <param name="cancel">Cancels before the commit.</param>
    /// <param name="why">A code for operators in place of those of the answer.</param>
    public async Task<Step> SettledAsync(Work work, string outcome, Standing standing, FhirAnswer? answer, CancellationToken cancel, string? why = null)
    {
        var id = standing.ResourceId ?? work.Row.ResourceId;
        var read = Entry(work, outcome, answer);
        var entry = read with { IssueCodes = why ?? read.IssueCodes, Resource = id is null ? null : $"{work.Row.Type}/{id}", VersionId = standing.VersionId };
        var wrote = outcome is Outcomes.Created or Outcomes.Updated;
        var due = wrote ? provenances.Prepare(work, standing, outcome) : ((string, string)?)null;
        if (!await store.SettleAsync(work.Claim, work.Row, work.Wanted.Hash, standing, entry, due, cancel)) return Step.Lost;
        await failpoints.ReachAsync(Failpoints.WriteBackSettled);
        Count(work, outcome);
        Log.Settled(log, work.Target.Name, work.Row.Type, work.Row.Id, work.Claim.Revision, outcome);
        if (outcome != Outcomes.Refused && work.Target.IsLive) await targets.SucceededAsync(work.Target.Name, cancel);
        if (wrote && work.Row is { Type: WantedKey.Flag, ReceivedTicks: { } received })
            metrics.FlagWritten(work.Target.Name, time.GetUtcNow() - TargetStore.At(received));
        await PublishAsync(work, entry, cancel);
        return Step.Settled;
    }

    /// <summary>The answer to a read or write says that it is not done: pause the target, keep the refusal, or try again later.</summary>
    public Task<Step> NotDoneAsync(Work work, FhirAnswer answer, CancellationToken cancel) =>
        NotDoneAsync(work, answer, Pauses.OfSuspicion(answer), cancel);

    /// <summary>The same of the answer to a search.</summary>
    public Task<Step> NotFoundOutAsync(Work work, FhirAnswer answer, CancellationToken cancel) =>
        NotDoneAsync(work, answer, Pauses.OfSuspiciousSearch(answer), cancel);

    /// <summary>
    /// The target does not support this write (404 on create, 405, 501): the type waits a while, or until the capability statement, which is read again
    /// soon, or an operator says that it is taken. Where the target took another of this type only lately, a 404 speaks of this one's patient.
    /// </summary>
    public async Task<Step> NotSupportedAsync(Work work, FhirAnswer answer, CancellationToken cancel)
    {
        if (answer.Verdict == FhirVerdict.NotFound && await ledger.HasWithinAsync(work.Target.Name, work.Row.Type, Outcomes.Created, TargetRow.RuledOutFor, cancel))
            return await UnknownHereAsync(work, answer, cancel);
        await targets.RuleOutAsync(work.Target.Name, work.Row.Type, cancel);
        capabilities.Ask(work.Target.Name);
        Log.NotSupported(log, work.Target.Name, work.Row.Type, (int?)answer.Status);
        await RecordAsync(work, Outcomes.NotSupported, answer, cancel);
        return Step.Retry;
    }

    /// <summary>A second look at what is settled was not to be had: later.</summary>
    public async Task<Step> NotSeenAsync(Work work, FhirAnswer answer, CancellationToken cancel)
    {
        if (Pauses.Of(answer) is { } pause) return await PauseAsync(work, answer, pause, cancel);
        Count(work, Outcomes.Failed);
        return answer.Status is null ? Step.NoAnswer : Step.Retry;
    }

    // It may be passing; then the type is not ruled out, and nobody else waits.
    private async Task<Step> UnknownHereAsync(Work work, FhirAnswer answer, CancellationToken cancel)
    {
        if (work.Claim.Attempts >= TriesBeforeUnknownHere) return await NotDoneAsync(work, answer, cancel);
        await RecordAsync(work, Outcomes.Failed, answer, cancel);
        return Step.Retry;
    }

    private async Task<Step> NotDoneAsync(Work work, FhirAnswer answer, Pause? suspicion, CancellationToken cancel)
    {
        if (Pauses.Of(answer) is { } pause) return await PauseAsync(work, answer, pause, cancel);
        if (suspicion is { } suspected && !await targets.SucceededWithinAsync(work.Target.Name, suspected.For, cancel))
            return await PauseAsync(work, answer, suspected, cancel);

        // Others are served: only this patient or type waits, and it holds up nobody.
        if (suspicion is null && IsRefusal(answer)) return await SettledAsync(work, Outcomes.Refused, Standing.Nothing, answer, cancel);
        await RecordAsync(work, Outcomes.Failed, answer, cancel);
        return answer.Status is null ? Step.NoAnswer : Step.Retry;
    }

    private async Task<Step> PauseAsync(Work work, FhirAnswer answer, Pause pause, CancellationToken cancel)
    {
        await targets.PauseAsync(work.Target.Name, time.GetUtcNow() + pause.For, pause.Reason, cancel);
        await ledger.RecordAsync(work.Claim, Entry(work, Outcomes.Paused, answer), cancel);
        metrics.Paused(work.Target.Name, pause.Reason);
        Activity.Current?.SetTag("cart.outcome", Outcomes.Paused);
        Log.Paused(log, work.Target.Name, pause.For.TotalSeconds, pause.Reason);
        return Step.Paused;
    }

    /// <summary>Not done, and no answer says why: to be tried again later.</summary>
    public async Task<Step> FailedAsync(Work work, string why, CancellationToken cancel)
    {
        await ledger.RecordAsync(work.Claim, Entry(work, Outcomes.Failed, null) with { IssueCodes = why }, cancel);
        Count(work, Outcomes.Failed);
        return Step.Retry;
    }

    /// <summary>A second resource with our identifier was marked entered-in-error.</summary>
    public async Task DuplicateMarkedAsync(Work work, FoundResource twin, FhirAnswer answer, CancellationToken cancel)
    {
        Log.Duplicate(log, work.Target.Name, work.Row.Type, work.Row.Id);
        await RecordAsync(work, Outcomes.DuplicateMarked, answer, cancel, twin);
    }

    /// <summary>A second resource with our identifier could not be marked: shown to operators, and met again with the next change.</summary>
    public Task DuplicateStandsAsync(Work work, FoundResource twin, FhirAnswer answer, CancellationToken cancel) =>
        RecordAsync(work, Outcomes.DuplicateStands, answer, cancel, twin);

    /// <summary>A server that does not support a create or update of this type.</summary>
    internal static bool IsNotSupported(FhirAnswer answer, bool isCreate) =>
        answer.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented || (isCreate && answer.Verdict == FhirVerdict.NotFound);

    /// <summary>A server that cannot (404 on create, 405, 501) and one that will not (4xx) are alike: sending the same again at once cannot help.</summary>
    internal static bool IsRefusal(FhirAnswer answer) =>
        answer.Verdict is FhirVerdict.Refused or FhirVerdict.NotFound or FhirVerdict.Gone || answer.Status == HttpStatusCode.NotImplemented;

    private async Task RecordAsync(Work work, string outcome, FhirAnswer answer, CancellationToken cancel, FoundResource? resource = null)
    {
        var entry = Entry(work, outcome, answer);
        await ledger.RecordAsync(
            work.Claim, resource is null ? entry : entry with { Resource = $"{work.Row.Type}/{resource.Id}", VersionId = answer.VersionId }, cancel);
        Count(work, outcome);
    }

    private void Count(Work work, string outcome)
    {
        metrics.Outcome(work.Target.Name, work.Row.Type, outcome);
        Activity.Current?.SetTag("cart.outcome", outcome);
    }

    private static LedgerEntry Entry(Work work, string outcome, FhirAnswer? answer) => new()
    {
        Type = work.Row.Type,
        Identifier = work.Wanted.Identifier,
        Outcome = outcome,
        Status = (int?)answer?.Status,
        IssueCodes = answer is null ? "" : answer.Fault ?? string.Join(' ', answer.IssueCodes()),
        Detail = outcome == Outcomes.Refused && answer is { Body.IsEmpty: false } ? answer.BodyText(MaxDetail) : null,
        Issues = Remarkable(answer),
    };

    /// <summary>What an answer has to say to people: everything but "stored".</summary>
    internal static IReadOnlyList<FhirIssue> Remarkable(FhirAnswer? answer) => answer is null ? [] : [.. answer.Issues().Where(issue => issue.Severity != "information")];

    // Told once and not sent again: the ledger is the record, this is for those who watch.
    private async Task PublishAsync(Work work, LedgerEntry entry, CancellationToken cancel)
    {
        if (entry.Outcome is Outcomes.NotNeeded || Outcomes.IsShadow(entry.Outcome)) return;
        try
        {
            await bus.Publish(Message(work, entry), cancel);
        }
        catch (MassTransitException e)
        {
            Log.NotTold(log, work.Target.Name, work.Row.Type, work.Row.Id, e.GetType().Name, e.StackTrace);
        }
    }

    private WriteBackSettled Message(Work work, LedgerEntry entry) => new()
    {
        Patient = work.Claim.Key,
        Target = work.Target.Name,
        Revision = work.Claim.Revision,
        Outcome = entry.Outcome == Outcomes.ClosedByOthers ? Outcomes.LeftToClinician : entry.Outcome,
        Resource = entry.Outcome == Outcomes.Refused ? null : entry.Resource,
        Identifier = work.Wanted.Identifier,
        At = time.GetUtcNow(),
        TraceParent = CartTelemetry.CurrentTraceParent ?? work.Row.TraceParent,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Target {Target}: {Type} of row {RowId} at revision {Revision}: {Outcome}")]
        public static partial void Settled(ILogger logger, string target, string type, long rowId, long revision, string outcome);

        [LoggerMessage(2, LogLevel.Warning, "Target {Target} pauses for {Seconds} s: {Reason}")]
        public static partial void Paused(ILogger logger, string target, double seconds, string reason);

        [LoggerMessage(3, LogLevel.Warning, "Target {Target}: a second {Type} with our identifier, beside row {RowId}, is now entered-in-error")]
        public static partial void Duplicate(ILogger logger, string target, string type, long rowId);

        [LoggerMessage(5, LogLevel.Warning, "Target {Target} does not support writing {Type}, status {Status}; it waits a while, and the capability statement is read again")]
        public static partial void NotSupported(ILogger logger, string target, string type, int? status);

        [LoggerMessage(4, LogLevel.Warning, "Target {Target}: the outcome of {Type} of row {RowId} is in the ledger, but the bus did not take the message about it, {Fault} {Stack}")]
        public static partial void NotTold(ILogger logger, string target, string type, long rowId, string fault, string? stack);
    }
}
