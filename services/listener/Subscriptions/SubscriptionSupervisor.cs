using CarT.Fhir.Hosting;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using static CarT.Fhir.Listener.Storing.UtcTicks;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>Judges one Subscription that we want (<see cref="SubscriptionDecision"/>), has done what is decided, and remembers both.</summary>
internal sealed partial class SubscriptionSupervisor(
    ListenerStore store,
    SupervisionStore supervision,
    SubscriptionServer server,
    SubscriptionRepairs repairs,
    Poller poller,
    ClinicalClock clock,
    TimeProvider time,
    ILogger<SubscriptionSupervisor> log)
{
    private const string Prefix = "Subscription/";
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>Judges one and does what is decided. Returns its state.</summary>
    public async Task<string> SuperviseAsync(SubscriptionCase item, CancellationToken cancel)
    {
        var (memory, now) = (item.Memory, time.GetUtcNow());
        var former = memory.Reference;
        // Another hook or secret is a reason to try again.
        if (memory.Unshown > 0 && memory.Written != SubscriptionDraft.HookHash(item.Source)) item = item with { Memory = memory with { Unshown = 0, AskedAt = null } };
        var isHidden = false;
        if (item is { Found: null, Memory.Reference: { } reference })
        {
            if (item.Other is null && !SubscriptionDecision.IsReadDue(item.Memory, now)) return item.Memory.State;
            var (verdict, found) = await server.ReadAsync(item.Source, reference[Prefix.Length..], item.Wanted, cancel);
            if (verdict is not (FhirVerdict.Done or FhirVerdict.NotFound or FhirVerdict.Gone or FhirVerdict.Refused)) return item.Memory.State;
            found ??= item.Other;
            isHidden = found is null && verdict == FhirVerdict.Refused;
            item = found is null ? item with { Memory = item.Memory with { AskedAt = now } } : item with { Found = found };
        }
        return await JudgeAsync(item, former, (await SeeAsync(item, now, cancel)) with { IsHidden = isHidden }, now, cancel);
    }

    private async Task<string> JudgeAsync(SubscriptionCase item, string? former, SubscriptionSeen seen, DateTimeOffset now, CancellationToken cancel)
    {
        var (source, memory, options) = (item.Source, item.Memory, item.Source.Options.Subscription);
        var verdict = SubscriptionDecision.Of(memory, seen, options, now);
        if (verdict.Step == SubscriptionStep.AskStatus)
        {
            memory = memory with { AskedAt = now };
            // The search may show an older status than the server has.
            if (await server.StatusAsync(source, item.Found!.Id!, cancel) is { } status)
                seen = seen with { Status = status == SubscriptionState.Missing ? null : status };
            verdict = SubscriptionDecision.Of(memory, seen, options, now);
        }
        if (SubscriptionDecision.IsSettled(memory, now)) memory = memory with { Tries = 0 };
        memory = await NoteAsync(item with { Memory = memory }, seen, verdict, now, cancel);
        memory = await repairs.DoAsync(item with { Memory = memory }, verdict.Step, now, cancel);
        await supervision.KeepAsync(memory, former, cancel);
        if (former != memory.Reference) source.PollWanted.Raise();
        return verdict.State;
    }

    private async Task<SubscriptionSeen> SeeAsync(SubscriptionCase item, DateTimeOffset now, CancellationToken cancel)
    {
        if (item.Found is not { } found) return new SubscriptionSeen();
        var (source, memory) = (item.Source, item.Memory);
        var isTopic = source.Options.Subscription.Style == "topic";
        var type = SubscriptionDraft.TypeOf(item.Wanted);
        var signs = await supervision.SignsAsync(source.Name, Prefix + found.Id, isTopic ? null : type, cancel);
        var lastSign = new[] { Instant(signs?.EventTicks), Instant(signs?.HandshakeTicks), memory.MadeAt ?? now }.Max()!.Value;
        var quietSince = SubscriptionDecision.QuietSince(memory, lastSign, now);
        var showsOther = ShowsOther(found, source);
        return new SubscriptionSeen
        {
            Status = found.Status?.GetLiteral() ?? SubscriptionState.Active,
            HasReason = found.Error is { Length: > 0 } || found.End <= clock.Now,
            IsDue = showsOther || found.End < clock.Now + RenewBefore,
            HasFormerHook = HasFormerHook(found, source, memory, showsOther),
            IsAtOurHook = SubscriptionDraft.IsAtOurHook(found, source),
            Heartbeat = isTopic ? SubscriptionDraft.HeartbeatOf(found) : null,
            HeardAt = Instant(signs?.HeardTicks),
            LastSignAt = lastSign,
            FoundByPoll = now - quietSince < source.Options.Subscription.SilentAfter
                ? 0 : await supervision.FoundByPollSinceAsync(source.Name, type, quietSince, cancel),
        };
    }

    // A server may hide the headers or the address; then they say nothing about the secret or the hook.
    private static bool ShowsOther(Subscription found, Source source) =>
        found.Channel!.Header.FirstOrDefault() is { } header && header != SubscriptionDraft.AuthorizationHeader(source);

    private static bool HasFormerHook(Subscription found, Source source, Supervised memory, bool showsOther)
    {
        var isOurs = SubscriptionDraft.IsAtOurHook(found, source) && found.Channel!.Header.FirstOrDefault() == SubscriptionDraft.AuthorizationHeader(source);
        if (isOurs) return false;
        if (memory.Written is { } written && memory.Reference == Prefix + found.Id) return written != SubscriptionDraft.HookHash(source);
        return showsOther || (found.Channel!.Endpoint is { Length: > 0 } && !SubscriptionDraft.IsAtOurHook(found, source));
    }

    /// <summary>Remembers the state, says a change of it, and has a poll look for what was not sent while it was another than active.</summary>
    private async Task<Supervised> NoteAsync(SubscriptionCase item, SubscriptionSeen seen, SubscriptionVerdict verdict, DateTimeOffset now, CancellationToken cancel)
    {
        var (memory, source) = (item.Memory, item.Source.Name);
        var isActive = verdict.State == SubscriptionState.Active;
        if (item.Found is { } found)
        {
            var reference = Prefix + found.Id;
            memory = memory with { Reference = reference, MadeAt = memory.Reference == reference ? memory.MadeAt ?? now : now, Unshown = 0 };
            if (!seen.HasFormerHook) memory = memory with { Written = SubscriptionDraft.HookHash(item.Source) };
            await store.KeepSubscriptionAsync(source, reference, memory.Criteria, found.Status?.GetLiteral(), cancel);
        }
        if (memory.State != verdict.State)
        {
            Log.Changed(log, isActive ? LogLevel.Information : LogLevel.Warning, source, memory.Reference, memory.State, verdict.State);
            if (verdict.State == SubscriptionState.Unseen) Log.Unseen(log, source, memory.Reference, memory.Unshown);
            memory = memory with { State = verdict.State, Since = now };
            // Before it is repaired, and again when it is: until then nothing was sent.
            var since = verdict.State == SubscriptionState.Silent ? seen.LastSignAt : memory.GoodAt;
            if (since is { } from) await poller.RequestCatchUpAsync(source, from, cancel);
        }
        return isActive ? memory with { GoodAt = now } : memory;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Source {Source}: {Subscription} was {Before} and is {State}")]
        public static partial void Changed(ILogger logger, LogLevel level, string source, string? subscription, string before, string state);

        [LoggerMessage(2, LogLevel.Error, "Source {Source}: {Subscription} is shown neither by a search nor by a read, {Created} creates were taken since it was; no further one is made, results come by polling")]
        public static partial void Unseen(ILogger logger, string source, string? subscription, long created);
    }
}
