using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>
/// Fetches events whose numbers were missed: after a grace, in which they may still come late, the source is asked for them (<c>$events</c>, Subscriptions
/// R5 Backport IG 1.1.0); what it does not give is found by a poll. Nothing else waits for any of this.
/// </summary>
internal sealed partial class GapRepair(
    SourceTable sources, GapStore gaps, ListenerStore store, SubscriptionMetrics metrics, TimeProvider time, Jitter jitter, ILogger<GapRepair> log)
    : BackgroundService
{
    private const int MostAttempts = 4;
    private const int MostEventsAskedFor = 1000;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(2);

    // The answer is a row like any other; until it is worked its numbers are missing.
    private static readonly TimeSpan AnswerIsWorkedWithin = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(sources.All.Where(source => source.Options.Subscription.EventsAreContiguous).Select(source => RunAsync(source, stoppingToken)));

    /// <summary>One round over the open gaps of a source. True when none is left.</summary>
    internal async Task<bool> RepairGapsAsync(Source source, CancellationToken cancel)
    {
        var open = await gaps.OpenAsync(source.Name, cancel);
        if (open.Exists(gap => gap.PollWantedTicks is not null) && await gaps.CloseCoveredAsync(source.Name, cancel) is > 0 and var covered)
        {
            metrics.Closed(source.Name, "poll", covered);
            open = await gaps.OpenAsync(source.Name, cancel);
        }
        metrics.OpenGaps(source.Name, open.Count);
        foreach (var gap in open.Where(IsDue)) await RepairAsync(source, gap, cancel);
        return open.Count == 0;

        bool IsDue(GapRow row) => row.Gap is { PollWantedAt: null } gap
            && time.GetUtcNow() is var now && now >= gap.OpenedAt + source.Options.Subscription.GapGrace && now >= gap.NextAttemptAt;
    }

    private async Task RunAsync(Source source, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await RepairGapsAsync(source, cancel);
            }
            // Whatever one source answers, the process and the other sources go on. Not the text of the fault: it may quote the answer.
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Log.Fails(log, source.Name, e.GetType().Name, e.StackTrace);
            }
            await Task.Delay(SweepEvery, time, cancel);
        }
    }

    private async Task RepairAsync(Source source, GapRow gap, CancellationToken cancel)
    {
        using var span = CartTelemetry.Begin("listener.gap-repair", ActivityKind.Internal);
        span?.SetTag("cart.source", source.Name);
        if (gap.Attempts == 0) Log.Missed(log, source.Name, NameOf(source, gap), gap.First, gap.Last);
        var askable = gap.Attempts < MostAttempts && gap.Last - gap.First < Math.Min(MostEventsAskedFor, source.Options.Hook.MaxEntries - 1);
        if (!askable || SourceReference.Parse(gap.Reference, source.Client.Base) is not { Type: "Subscription" } subscription)
        {
            await PollAsync(source, gap, cancel);
            return;
        }
        var answer = await source.Paced.GetAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{subscription}/$events?eventsSinceNumber={gap.First}&eventsUntilNumber={gap.Last}&content=id-only"), cancel);
        if (answer.Fault == PacedRequests.Paused) return;
        if (answer.Verdict == FhirVerdict.Done) await TakeAsync(source, gap, answer.Body, cancel);
        // 501 says that there is no such operation, not that something went wrong.
        else if (answer.Verdict is FhirVerdict.Unknown or FhirVerdict.Throttled && (int?)answer.Status != StatusCodes.Status501NotImplemented)
            await gaps.AskedAsync(gap, jitter.BackOff(gap.Attempts, answer.RetryAfter), cancel);
        else await PollAsync(source, gap, cancel);
    }

    /// <summary>Stores the answer as a notification; its numbers close the gap when it is worked. What it lacks is polled.</summary>
    private async Task TakeAsync(Source source, GapRow gap, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var given = NumbersIn(source, gap, body);
        if (given.Count > 0)
        {
            await store.AddAsync(RowOf(source, body), refusal: null, cancel);
            source.RowsCame.Raise();
        }
        if (given.Count > gap.Last - gap.First)
        {
            metrics.Closed(source.Name, "events");
            await gaps.AskedAsync(gap, jitter.Lengthen(AnswerIsWorkedWithin), cancel);
        }
        else
        {
            await PollAsync(source, gap, cancel);
        }
    }

    /// <summary>The missing numbers for which an answer names a resource; none when it is something else.</summary>
    private static HashSet<long> NumbersIn(Source source, GapRow gap, ReadOnlyMemory<byte> body)
    {
        try
        {
            var answer = NotificationReader.Read(new HookRequest(HttpMethods.Get, body), source.Client.Base, source.Options.Hook.MaxEntries);
            if (answer is not { Kind: NotificationKind.QueryEvent, Supported: true, Heard: { } heard } || heard.Reference != gap.Reference) return [];
            if (answer.Items.Any(item => item is NotificationItem.Unusable)) return [];
            return [.. heard.Events.Select(item => item.Number).OfType<long>().Where(number => number >= gap.First && number <= gap.Last)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task PollAsync(Source source, GapRow gap, CancellationToken cancel)
    {
        Log.Polled(log, source.Name, NameOf(source, gap), gap.First, gap.Last);
        await gaps.WantPollAsync(gap, cancel);
        source.PollWanted.Raise();
    }

    // What a sender calls its subscription is not always the name of one.
    private static string NameOf(Source source, GapRow gap) =>
        SourceReference.Parse(gap.Reference, source.Client.Base) is { Type: "Subscription" } subscription ? subscription.ToString() : "a subscription";

    private NewNotification RowOf(Source source, ReadOnlyMemory<byte> body) => new()
    {
        Source = source.Name,
        ReceivedAt = time.GetUtcNow(),
        Method = HttpMethods.Get,
        Headers = "{}",
        TraceParent = CartTelemetry.CurrentTraceParent,
        Body = body.ToArray(),
        Kind = NotificationKind.Bundle,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Source {Source}: events {First} to {Last} of {Subscription} did not come; the source is asked for them")]
        public static partial void Missed(ILogger logger, string source, string subscription, long first, long last);

        [LoggerMessage(2, LogLevel.Warning, "Source {Source}: events {First} to {Last} of {Subscription} were not given; a poll looks for what they said")]
        public static partial void Polled(ILogger logger, string source, string subscription, long first, long last);

        [LoggerMessage(3, LogLevel.Error, "Source {Source}: missed events cannot be fetched now; tried again, {Fault} {Stack}")]
        public static partial void Fails(ILogger logger, string source, string fault, string? stack);
    }
}
