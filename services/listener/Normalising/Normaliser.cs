using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>
/// Works the stored rows: notification -> resource versions -> deliveries. One loop per source, so that a hospital that does not answer holds back
/// nobody else; the rows themselves are the queue.
/// </summary>
internal sealed partial class Normaliser(
    SourceTable sources, ListenerStore store, ResourceVersions versions, FactsSender sender, ListenerMetrics metrics, Jitter jitter, ILogger<Normaliser> log)
    : BackgroundService
{
    private const int BatchRows = 256;
    private const int RowsAtOnce = 16;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(sources.All.Select(source => RunAsync(source, stoppingToken)));

    private async Task RunAsync(Source source, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var rows = await store.ReadyAsync(source.Name, BatchRows, cancel);
                await Parallel.ForEachAsync(
                    rows, new ParallelOptions { MaxDegreeOfParallelism = RowsAtOnce, CancellationToken = cancel },
                    async (row, stop) => await WorkAsync(source, row, stop));
                if (rows.Count < BatchRows) await source.RowsCame.WaitAsync(SweepEvery, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Log.LoopFails(log, source.Name, e.GetType().Name, e.StackTrace);
                await Task.Delay(SweepEvery, CancellationToken.None);
            }
        }
    }

    private async Task WorkAsync(Source source, NotificationRow row, CancellationToken cancel)
    {
        using var span = CartTelemetry.Continue("listener.normalise", ActivityKind.Internal, row.TraceParent);
        span?.SetTag("cart.source", source.Name).SetTag("cart.row", row.Id);
        try
        {
            var worked = await ReadAsync(source, row, cancel);
            await store.SettleAsync(worked, cancel);
            if (worked.Deliveries.Count > 0) sender.DeliveriesCame.Raise();
            foreach (var refusal in worked.Refusals)
            {
                metrics.Refused(source.Name, refusal.Code);
                Log.Refused(log, source.Name, row.Id, refusal.Code);
            }
        }
        catch (SourceUnavailableException e)
        {
            var delay = DelayAfter(row.Attempts, e.RetryAfter);
            Log.SourceUnavailable(log, source.Name, row.Id, e.Message, delay);
            await store.PostponeAsync(row.Id, delay, cancel);
        }
        // A fault of ours in one row, whatever it is, must not stop the others; the row stays and is tried again, and operators see it waiting.
        catch (Exception e) when (e is not (OperationCanceledException or DbException or IOException))
        {
            span?.SetStatus(ActivityStatusCode.Error);
            Log.RowFails(log, source.Name, row.Id, e.GetType().Name, e.StackTrace);
            await store.PostponeAsync(row.Id, DelayAfter(row.Attempts, null), cancel);
        }
    }

    private async Task<WorkedRow> ReadAsync(Source source, NotificationRow row, CancellationToken cancel)
    {
        Notification notification;
        try
        {
            notification = NotificationReader.Read(row.Body, source.Client.Base);
        }
        catch (JsonException)
        {
            return RowWork.Refused(row, "Not well-formed JSON.");
        }
        var read = new List<ResourceVersion>();
        foreach (var item in notification.Items)
        {
            if (item is NotificationItem.Content content) read.Add(await versions.ReadAsync(source, content, notification.FullUrls, cancel));
            if (item is NotificationItem.Named named) read.Add(await versions.CurrentAsync(source, named, cancel));
        }
        foreach (var version in read.Where(version => version.NotRelevant is not null)) metrics.NotRelevant(source.Name, version.NotRelevant!);
        return RowWork.Of(row, notification, read);
    }

    private TimeSpan DelayAfter(long attempts, TimeSpan? asked)
    {
        var backOff = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempts, 10)));
        var delay = asked > backOff ? asked.Value : backOff;
        return jitter.Lengthen(delay < LongestDelay ? delay : LongestDelay);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Source {Source}: row {Row} has a refusal, {Code}")]
        public static partial void Refused(ILogger logger, string source, long row, string code);

        [LoggerMessage(2, LogLevel.Warning, "Source {Source}: row {Row} waits {Delay} for the source. {Fault}")]
        public static partial void SourceUnavailable(ILogger logger, string source, long row, string fault, TimeSpan delay);

        [LoggerMessage(3, LogLevel.Error, "Source {Source}: row {Row} failed and is tried again, {Fault} {Stack}")]
        public static partial void RowFails(ILogger logger, string source, long row, string fault, string? stack);

        [LoggerMessage(4, LogLevel.Error, "Source {Source}: rows cannot be worked now; they wait, {Fault} {Stack}")]
        public static partial void LoopFails(ILogger logger, string source, string fault, string? stack);
    }
}
