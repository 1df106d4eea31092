using System.Collections.Concurrent;
using CarT.Fhir.Hosting;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using Task = System.Threading.Tasks.Task;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>
/// Sees to it that our Subscriptions stand at each source and are served: looks for them by our endpoint, judges each
/// (<see cref="SubscriptionDecision"/>) and does what is decided. Nothing is created before a search was answered. The poll goes on meanwhile, whatever
/// their state.
/// </summary>
internal sealed partial class SubscriptionKeeper(
    SourceTable sources,
    ListenerStore store,
    SupervisionStore supervision,
    SubscriptionServer server,
    Poller poller,
    SubscriptionMetrics metrics,
    ClinicalClock clock,
    TimeProvider time,
    Jitter jitter,
    IHostApplicationLifetime lifetime,
    ILogger<SubscriptionKeeper> log)
    : BackgroundService
{
    private const int FailuresUntilError = 5;
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExtraLookDistance = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);
    private readonly ConcurrentDictionary<string, int> failures = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The handshake comes during the create and must find our hook open.
        await HostStart.WaitAsync(lifetime, stoppingToken);
        var ours = sources.All.Where(source => source.Options.Subscription.Style is "classic" or "topic");
        await Task.WhenAll(ours.Select(source => KeepAsync(source, stoppingToken)));
    }

    /// <summary>One look at the Subscriptions of a source. True when all that we want are served.</summary>
    internal async Task<bool> CheckAsync(Source source, CancellationToken cancel)
    {
        if (await server.ExistingAsync(source, cancel) is not { } existing)
        {
            // Said once: a source that is down for a night does not fill the log.
            if (failures.AddOrUpdate(source.Name, 1, (_, before) => before + 1) == FailuresUntilError) Log.NotAnswered(log, source.Name, FailuresUntilError);
            return false;
        }
        failures[source.Name] = 0;
        var remembered = (await supervision.SupervisedAsync(source.Name, cancel)).ToDictionary(item => item.Criteria, StringComparer.Ordinal);
        var wanted = SubscriptionDraft.All(source, WholeSeconds(clock.Now.AddYears(1)));
        var states = new List<string>();
        foreach (var subscription in wanted)
        {
            var key = SubscriptionDraft.Key(subscription);
            var memory = remembered.GetValueOrDefault(key) ?? await FromEarlierAsync(source, key, cancel);
            states.Add(await SuperviseAsync(new Case(source, subscription, Find(existing, memory), memory), cancel));
        }
        await supervision.KeepOnlyAsync(source.Name, [.. wanted.Select(SubscriptionDraft.Key)], cancel);
        metrics.States(source.Name, states);
        return states.TrueForAll(state => state == SubscriptionState.Active);
    }

    private async Task KeepAsync(Source source, CancellationToken cancel)
    {
        var (delay, extraLook) = (FirstDelay, (long?)null);
        while (!cancel.IsCancellationRequested)
        {
            var complete = await TryCheckAsync(source, cancel);
            // A notification that says error or off is not left until the next look; neither does each of many have its own.
            if (await source.SubscriptionFailed.WaitAsync(jitter.Lengthen(complete ? CheckEvery : delay), cancel))
            {
                if (extraLook is { } last && ExtraLookDistance - time.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero) await Task.Delay(rest, time, cancel);
                extraLook = time.GetTimestamp();
            }
            delay = complete ? FirstDelay : TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, CheckEvery.Ticks));
        }
    }

    private async Task<bool> TryCheckAsync(Source source, CancellationToken cancel)
    {
        try
        {
            return await CheckAsync(source, cancel);
        }
        // Whatever one source answers, the process and the other sources go on. Not the text of the fault: it may quote the answer.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.CheckFails(log, source.Name, e.GetType().Name, e.StackTrace);
            return false;
        }
    }

    /// <summary>What is remembered of a Subscription that was made before it was supervised.</summary>
    private async Task<Supervised> FromEarlierAsync(Source source, string key, CancellationToken cancel)
    {
        var rows = await store.SubscriptionsAsync(cancel);
        var reference = rows.Find(row => row.Source == source.Name && row.Criteria == key)?.Reference;
        return new Supervised(source.Name, key) { Since = time.GetUtcNow(), Reference = reference };
    }

    // By what we remember first: a server may keep less of a Subscription than we sent.
    private static Subscription? Find(List<Subscription> existing, Supervised memory) =>
        existing.Find(subscription => "Subscription/" + subscription.Id == memory.Reference)
        ?? existing.Find(subscription => SubscriptionDraft.Key(subscription) == memory.Criteria);

    /// <summary>Judges one Subscription and does what is decided. Returns its state.</summary>
    private async Task<string> SuperviseAsync(Case item, CancellationToken cancel)
    {
        var (source, memory, options, now) = (item.Source, item.Memory, item.Source.Options.Subscription, time.GetUtcNow());
        var seen = await SeeAsync(item, cancel);
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
        memory = await ActAsync(item with { Memory = memory }, verdict.Step, now, cancel);
        await supervision.KeepAsync(memory, item.Memory.Reference, cancel);
        return verdict.State;
    }

    private async Task<SubscriptionSeen> SeeAsync(Case item, CancellationToken cancel)
    {
        if (item.Found is not { } found) return new SubscriptionSeen();
        var isTopic = item.Source.Options.Subscription.Style == "topic";
        var type = SubscriptionDraft.TypeOf(item.Wanted);
        var signs = await supervision.SignsAsync(item.Source.Name, "Subscription/" + found.Id, isTopic ? null : type, cancel);
        var lastSign = new[] { Instant(signs?.EventTicks), Instant(signs?.HandshakeTicks), item.Memory.MadeAt ?? time.GetUtcNow() }.Max()!.Value;
        // A server may hide the headers; then they say nothing about the secret.
        var otherSecret = found.Channel!.Header.FirstOrDefault() is { } header && header != SubscriptionDraft.AuthorizationHeader(item.Source);
        return new SubscriptionSeen
        {
            Status = found.Status?.GetLiteral() ?? SubscriptionState.Active,
            HasReason = found.Error is { Length: > 0 } || found.End <= clock.Now,
            IsDue = otherSecret || found.End < clock.Now + RenewBefore,
            Heartbeat = isTopic ? SubscriptionDraft.HeartbeatOf(found) : null,
            HeardAt = Instant(signs?.HeardTicks),
            LastSignAt = lastSign,
            FoundByPoll = await supervision.FoundByPollSinceAsync(item.Source.Name, type, lastSign, cancel),
        };
    }

    /// <summary>Remembers the state, says a change of it, and has a poll look for what was not sent while it was another than active.</summary>
    private async Task<Supervised> NoteAsync(Case item, SubscriptionSeen seen, SubscriptionVerdict verdict, DateTimeOffset now, CancellationToken cancel)
    {
        var memory = item.Memory;
        var isActive = verdict.State == SubscriptionState.Active;
        if (item.Found is { } found)
        {
            var reference = "Subscription/" + found.Id;
            memory = memory with { Reference = reference, MadeAt = memory.Reference == reference ? memory.MadeAt ?? now : now };
            await store.KeepSubscriptionAsync(item.Source.Name, reference, memory.Criteria, found.Status?.GetLiteral(), cancel);
        }
        if (memory.State != verdict.State)
        {
            Log.Changed(log, isActive ? LogLevel.Information : LogLevel.Warning, item.Source.Name, memory.Reference, memory.State, verdict.State);
            memory = memory with { State = verdict.State, Since = now };
            // Before it is repaired, and again when it is: until then nothing was sent.
            var since = verdict.State == SubscriptionState.Silent ? seen.LastSignAt : memory.GoodAt;
            if (since is { } from) await poller.RequestCatchUpAsync(item.Source.Name, from, cancel);
        }
        return isActive ? memory with { GoodAt = now } : memory;
    }

    private async Task<Supervised> ActAsync(Case item, SubscriptionStep step, DateTimeOffset now, CancellationToken cancel)
    {
        var memory = item.Memory;
        switch (step)
        {
            case SubscriptionStep.Renew:
                await AskAnewAsync(item, cancel);
                return memory with { TriedAt = now };
            case SubscriptionStep.Create:
                return await CreateAsync(item, step, now, cancel);
            // First the old one goes: some servers take no second one with the same criteria.
            case SubscriptionStep.Recreate when await server.DeleteAsync(item.Source, item.Found!.Id!, cancel):
                return await CreateAsync(item, step, now, cancel);
            case SubscriptionStep.AskAnew or SubscriptionStep.Recreate:
                await AskAnewAsync(item, cancel);
                return Tried(item, step, now);
            default:
                return memory;
        }
    }

    private async Task AskAnewAsync(Case item, CancellationToken cancel)
    {
        if (await server.AskAnewAsync(item.Source, item.Found!, item.Wanted, cancel)) Log.AskedAnew(log, item.Source.Name, item.Memory.Reference);
    }

    private async Task<Supervised> CreateAsync(Case item, SubscriptionStep step, DateTimeOffset now, CancellationToken cancel)
    {
        var isFirst = item.Memory.Reference is null;
        var created = await server.CreateAsync(item.Source, item.Wanted, cancel);
        var tried = Tried(item, step, now);
        if (created is null) return tried;
        var reference = "Subscription/" + created.Id;
        Log.Created(log, item.Source.Name, reference);
        await store.KeepSubscriptionAsync(item.Source.Name, reference, tried.Criteria, created.Status?.GetLiteral(), cancel);
        var made = tried with { Reference = reference, MadeAt = now };
        return isFirst ? made with { Tries = 0, Repairs = 0, TriedAt = null } : made;
    }

    private Supervised Tried(Case item, SubscriptionStep step, DateTimeOffset now)
    {
        var tried = item.Memory with { TriedAt = now, Tries = item.Memory.Tries + 1, Repairs = item.Memory.Repairs + 1 };
        metrics.Repaired(item.Source.Name, step);
        if (tried.Tries == FailuresUntilError) Log.NotRepaired(log, item.Source.Name, tried.Reference, tried.State, tried.Tries);
        return tried;
    }

    private static DateTimeOffset? Instant(long? ticks) => ticks is { } value ? new DateTimeOffset(value, TimeSpan.Zero) : null;

    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    /// <summary>One Subscription that we want, with what stands for it at the source and what is remembered of it.</summary>
    private sealed record Case(Source Source, Subscription Wanted, Subscription? Found, Supervised Memory);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Source {Source}: {Subscription} created")]
        public static partial void Created(ILogger logger, string source, string subscription);

        [LoggerMessage(2, LogLevel.Information, "Source {Source}: {Subscription} asked for anew")]
        public static partial void AskedAnew(ILogger logger, string source, string? subscription);

        [LoggerMessage(EventId = 3, Message = "Source {Source}: {Subscription} was {Before} and is {State}")]
        public static partial void Changed(ILogger logger, LogLevel level, string source, string? subscription, string before, string state);

        [LoggerMessage(4, LogLevel.Error, "Source {Source}: {Subscription} is still {State} after {Tries} attempts; results come by polling only")]
        public static partial void NotRepaired(ILogger logger, string source, string? subscription, string state, long tries);

        [LoggerMessage(5, LogLevel.Error, "Source {Source}: no search for Subscriptions was answered for {Failures} times; results come by polling only")]
        public static partial void NotAnswered(ILogger logger, string source, int failures);

        [LoggerMessage(6, LogLevel.Error, "Source {Source}: the check of its Subscriptions failed and is made again later, {Fault} {Stack}")]
        public static partial void CheckFails(ILogger logger, string source, string fault, string? stack);
    }
}
