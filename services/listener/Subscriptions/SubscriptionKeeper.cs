using System.Collections.Concurrent;
using System.Diagnostics;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using Hl7.Fhir.Model;
using Task = System.Threading.Tasks.Task;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>
/// Sees to it that our Subscriptions stand at each source and are served: looks for them by our endpoint and has each judged
/// (<see cref="SubscriptionSupervisor"/>). Nothing is created before a search was answered. The poll goes on meanwhile, whatever
/// their state.
/// </summary>
internal sealed partial class SubscriptionKeeper(
    SourceTable sources,
    ListenerStore store,
    SupervisionStore supervision,
    SubscriptionServer server,
    SubscriptionSupervisor supervisor,
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
        using var span = CartTelemetry.Begin("listener.subscriptions", ActivityKind.Internal);
        span?.SetTag("cart.source", source.Name);
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
            states.Add(await supervisor.SuperviseAsync(CaseOf(source, subscription, existing, memory), cancel));
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

    /// <summary>
    /// Only what is at our hook and is remembered, or has the criteria that we want: somebody else's is never touched. What is remembered goes first: a server may
    /// keep less of a Subscription than we sent, and an index may show a former one.
    /// </summary>
    private static SubscriptionCase CaseOf(Source source, Subscription wanted, List<Subscription> existing, Supervised memory)
    {
        var remembered = existing.Find(subscription => "Subscription/" + subscription.Id == memory.Reference);
        var other = existing.Find(subscription => SubscriptionDraft.Key(subscription) == memory.Criteria);
        return new SubscriptionCase(source, wanted, remembered ?? (memory.Reference is null ? other : null), other, memory);
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Source {Source}: no search for Subscriptions was answered for {Failures} times; results come by polling only")]
        public static partial void NotAnswered(ILogger logger, string source, int failures);

        [LoggerMessage(2, LogLevel.Error, "Source {Source}: the check of its Subscriptions failed and is made again later, {Fault} {Stack}")]
        public static partial void CheckFails(ILogger logger, string source, string fault, string? stack);
    }
}
