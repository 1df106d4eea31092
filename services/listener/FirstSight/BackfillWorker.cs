using System.Data.Common;
using System.Diagnostics;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Listener.Sources;

namespace CarT.Fhir.Listener.FirstSight;

/// <summary>
/// Fetches the history of patients whose infusion became known, one at a time from each source, and tells the protocol service when all of it is
/// receipted. What a source refuses to search is a gap that operators see; a source that does not answer is asked again until it does, while the first
/// revision of the patient waits for it no longer than <see cref="FirstSightOptions.LongestWait"/>.
/// </summary>
internal sealed partial class BackfillWorker(
    SourceTable sources,
    BackfillStore store,
    SearchIntake intake,
    FactsSender sender,
    CartOptions options,
    Failpoints failpoints,
    Jitter jitter,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<BackfillWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarnAfter = TimeSpan.FromMinutes(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await HostStart.WaitAsync(lifetime, stoppingToken);
        await Task.WhenAll(sources.All.Select(source => RunAsync(source, stoppingToken)));
    }

    /// <summary>Ends what is done at a source and fetches the oldest back-fill that is to be fetched. False when there was nothing to do.</summary>
    internal async Task<bool> BackfillOneAsync(Source source, CancellationToken cancel)
    {
        var finished = await store.FinishAsync(source.Name, cancel);
        if (finished > 0) sender.DeliveriesCame.Raise();
        if (source.Pause.Left > TimeSpan.Zero || await store.NextAsync(source.Name, cancel) is not { } backfill) return finished > 0;
        try
        {
            await FetchAsync(source, backfill, cancel);
        }
        // One history that cannot be fetched, whatever the cause, must not hold back the others. Not the text of the fault: it may quote the answer.
        catch (Exception e) when (e is not DbException && !cancel.IsCancellationRequested)
        {
            Log.Fails(log, source.Name, e.GetType().Name, e.StackTrace);
            await PostponeAsync(backfill, e.GetType().Name, wish: null, cancel);
        }
        return true;
    }

    private async Task RunAsync(Source source, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (!await BackfillOneAsync(source, cancel)) await Task.Delay(Every, time, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            // The store cannot be used now.
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Log.Fails(log, source.Name, e.GetType().Name, e.StackTrace);
                await Task.Delay(AfterFault, time, cancel);
            }
        }
    }

    private async Task FetchAsync(Source source, BackfillRow backfill, CancellationToken cancel)
    {
        using var span = CartTelemetry.Begin("listener.backfill", ActivityKind.Internal);
        span?.SetTag("cart.source", source.Name);
        var (rows, refused) = (new List<long>(), new List<string>());
        foreach (var search in BackfillSearches.Of(source, backfill.PatientId, backfill.HistoryFrom(options.FirstSight.Days)))
        {
            var taken = await intake.TakeAsync(source, search.Text, cancel);
            rows.AddRange(taken.Rows);
            if (taken.Stopped is not { } answer) continue;
            if (!answer.IsRefusal() && !answer.IsAbsence())
            {
                await PostponeAsync(backfill, $"{search.Type}: {(answer.Status is { } status ? $"status {(int)status}" : answer.Fault)}", answer.RetryAfter, cancel);
                return;
            }
            refused.Add(search.Type);
            Log.SearchRefused(log, source.Name, search.Type, (int?)answer.Status, answer.Fault, string.Join(' ', answer.IssueCodes()));
        }
        await failpoints.ReachAsync(Failpoints.BackfillStored);
        await store.FetchedAsync(backfill, rows, refused, cancel);
        Log.Fetched(log, source.Name, rows.Count);
    }

    private async Task PostponeAsync(BackfillRow backfill, string fault, TimeSpan? wish, CancellationToken cancel)
    {
        await store.PostponeAsync(backfill, jitter.BackOff(backfill.Attempts, wish), fault, cancel);
        var waited = time.GetUtcNow() - new DateTimeOffset(backfill.RequestedTicks, TimeSpan.Zero);
        if (waited >= options.FirstSight.LongestWait) Log.Overdue(log, backfill.Source, (long)waited.TotalMinutes, fault);
        else if (waited >= WarnAfter) Log.StillWaits(log, backfill.Source, (long)waited.TotalMinutes, fault);
        else Log.NoAnswer(log, backfill.Source, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Source {Source}: the history of a patient is stored, {Count} rows")]
        public static partial void Fetched(ILogger logger, string source, int count);

        [LoggerMessage(2, LogLevel.Warning, "Source {Source}: it refuses to search {Type}, status {Status} {Fault} {Issues}; the history of a patient has a gap")]
        public static partial void SearchRefused(ILogger logger, string source, string type, int? status, string? fault, string issues);

        [LoggerMessage(3, LogLevel.Information, "Source {Source}: the history of a patient could not be fetched and is asked for again. {Fault}")]
        public static partial void NoAnswer(ILogger logger, string source, string fault);

        [LoggerMessage(4, LogLevel.Warning,
            "Source {Source}: the history of a patient has been waited for since {Minutes} minutes, and nothing is written back for the patient before. {Fault}")]
        public static partial void StillWaits(ILogger logger, string source, long minutes, string fault);

        [LoggerMessage(5, LogLevel.Error, "Source {Source}: a back-fill cannot be worked now and is tried again, {Fault} {Stack}")]
        public static partial void Fails(ILogger logger, string source, string fault, string? stack);

        [LoggerMessage(6, LogLevel.Warning,
            "Source {Source}: the history of a patient has been missing since {Minutes} minutes; it is asked for on, and what is known is written back without it. {Fault}")]
        public static partial void Overdue(ILogger logger, string source, long minutes, string fault);
    }
}
