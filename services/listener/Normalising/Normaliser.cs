using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.Listener.Subscriptions;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>
/// Works the stored rows: notification -> resource versions -> deliveries. Two lanes per source, so that neither another hospital nor a result that
/// needs nothing waits for one that does not answer; the rows themselves are the queue.
/// </summary>
internal sealed partial class Normaliser(
    SourceTable sources, ListenerStore store, ResourceVersions versions, FactsSender sender, ListenerMetrics metrics, Heartbeats heartbeats, Jitter jitter,
    Failpoints failpoints, ILogger<Normaliser> log)
    : BackgroundService
{
    private const int WindowRows = 256;
    private const int RowsAtOnce = 16;

    // Eight attempts take four minutes at least.
    private const int MostAttemptsRefused = 8;
    private const string RefusedText = "The source refuses to give the resource.";
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(sources.All.SelectMany(source => new[] { new Lane(source, Asks: false), new Lane(source, Asks: true) })
            .Select(lane => RunAsync(lane, stoppingToken)));

    /// <summary>Works the oldest row of a lane that is ready; false when there is none. What the loop does with many at once.</summary>
    internal async Task<bool> WorkOneAsync(Lane lane, CancellationToken cancel)
    {
        if (lane.IsPaused || await store.ReadyAsync(lane.Source.Name, lane.Asks, 1, cancel) is not [var id]) return false;
        await WorkAsync(lane, id, cancel);
        return true;
    }

    private async Task RunAsync(Lane lane, CancellationToken cancel)
    {
        using var slots = new Slots(RowsAtOnce);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (!await StartReadyAsync(lane, slots, cancel)) await lane.RowsCame.WaitAsync(SweepEvery, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Log.LoopFails(log, lane.Source.Name, e.GetType().Name, e.StackTrace);
                await Task.Delay(SweepEvery, CancellationToken.None);
            }
        }
        await slots.DrainAsync();
    }

    /// <summary>Starts the rows that are ready, each as soon as a slot is free. True when there may be more.</summary>
    private async Task<bool> StartReadyAsync(Lane lane, Slots slots, CancellationToken cancel)
    {
        if (lane.IsPaused) return false;
        var ids = await store.ReadyAsync(lane.Source.Name, lane.Asks, WindowRows, cancel);
        foreach (var id in ids.Where(id => !slots.IsWorking(id)))
        {
            await slots.StartAsync(id, () => WorkAsync(lane, id, cancel), cancel);
            if (lane.IsPaused) return false;
        }
        return ids.Count == WindowRows;
    }

    private async Task WorkAsync(Lane lane, long id, CancellationToken cancel)
    {
        try
        {
            // While it waited for its slot it may have been worked. The body comes now: many waiting bodies would be a lot of memory.
            if (await store.FindReadyAsync(id, lane.Asks, cancel) is not { } row) return;
            // A row that asks waits for its source, however long that takes.
            using var turn = lane.Asks ? null : heartbeats.Begin("listener.normalise");
            await WorkAsync(lane, row, cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // The host stops; the row is there at the next start.
        }
        catch (Exception e)
        {
            // Not even the next attempt could be stored. The slot pauses, since the row is ready again at once.
            Log.StoreFails(log, lane.Source.Name, id, e.GetType().Name, e.StackTrace);
            await Task.Delay(SweepEvery, CancellationToken.None);
        }
    }

    private async Task WorkAsync(Lane lane, NotificationRow row, CancellationToken cancel)
    {
        var source = lane.Source;
        using var span = CartTelemetry.Continue("listener.normalise", ActivityKind.Internal, row.TraceParent);
        span?.SetTag("cart.source", source.Name).SetTag("cart.row", row.Id);
        try
        {
            await SettleAsync(source, row, await ReadAsync(lane, row, cancel), cancel);
        }
        catch (SourceNeededException)
        {
            await store.MarkAskingAsync(row.Id, cancel);
            source.RowsToAsk.Raise();
        }
        catch (SourceUnavailableException e)
        {
            var delay = jitter.BackOff(row.Attempts, e.RetryAfter);
            Log.SourceUnavailable(log, source.Name, row.Id, e.Message, delay);
            await store.PostponeAsync(row.Id, delay, cancel);
        }
        // A fault of ours in one row, whatever it is, must not stop the others; the row stays and is tried again, and operators see it waiting.
        catch (Exception e) when (e is not (OperationCanceledException or DbException or IOException))
        {
            span?.SetStatus(ActivityStatusCode.Error);
            Log.RowFails(log, source.Name, row.Id, e.GetType().Name, e.StackTrace);
            await store.PostponeAsync(row.Id, jitter.BackOff(row.Attempts), cancel);
        }
    }

    private async Task SettleAsync(Source source, NotificationRow row, WorkedRow worked, CancellationToken cancel)
    {
        await failpoints.ReachAsync(Failpoints.ListenerRead);
        if (!await store.SettleAsync(worked, cancel))
        {
            source.RowsToAsk.Raise();
            return;
        }
        await failpoints.ReachAsync(Failpoints.ListenerSettled);
        metrics.Worked(row, worked);
        if (worked.Status == RowStatus.Unsupported) Log.Unsupported(log, source.Name, row.Id);
        if (worked.Apart.Count > 0) source.RowsToAsk.Raise();
        if (worked.Deliveries.Count > 0) sender.DeliveriesCame.Raise();
        if (worked.AsksCatchUp) source.PollWanted.Raise();
        if (worked.Heard is { Status: SubscriptionState.Error or SubscriptionState.Off }) source.SubscriptionFailed.Raise();
        foreach (var refusal in worked.Refusals)
        {
            metrics.Refused(source.Name, refusal.Code);
            Log.Refused(log, source.Name, row.Id, refusal.Code);
        }
    }

    private async Task<WorkedRow> ReadAsync(Lane lane, NotificationRow row, CancellationToken cancel)
    {
        Notification notification;
        try
        {
            notification = NotificationReader.Read(row.Request(), lane.Source.Client.Base, lane.Source.Options.Hook.MaxEntries);
        }
        catch (JsonException)
        {
            return RowWork.Refused(row, "Not well-formed JSON.");
        }
        var read = new List<ReadVersion>();
        var apart = new List<NotificationItem>();
        foreach (var item in notification.Items)
        {
            try
            {
                if (await ReadAsync(lane, item, notification, cancel) is { } version) read.Add(version);
            }
            // One that waits for the source, or that nobody can read, must not hold back the others: it becomes a row of its own.
            catch (Exception e) when (notification.Items.Count > 1 && e is not (OperationCanceledException or DbException or IOException))
            {
                apart.Add(item);
            }
            // It waits no longer: operators see the refusal, and release it when the source gives the resource.
            catch (SourceUnavailableException e) when (e.IsRefusal && row.Attempts >= MostAttemptsRefused - 1)
            {
                notification = notification with { Items = [new NotificationItem.Unusable(RefusedText)] };
            }
        }
        foreach (var reason in read.Select(item => item.Version.NotRelevant).OfType<string>()) metrics.NotRelevant(lane.Source.Name, reason);
        return RowWork.Of(row, notification, read, apart, ResourceVersions.IsNumeric(lane.Source));
    }

    private async Task<ReadVersion?> ReadAsync(Lane lane, NotificationItem item, Notification notification, CancellationToken cancel) => item switch
    {
        NotificationItem.Content content => await versions.ReadAsync(lane, content, notification.FullUrls, cancel),
        NotificationItem.Named named => await versions.CurrentAsync(lane, named, cancel),
        _ => null,
    };

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

        [LoggerMessage(5, LogLevel.Error, "Source {Source}: the store does not take what became of row {Row}; it waits, {Fault} {Stack}")]
        public static partial void StoreFails(ILogger logger, string source, long row, string fault, string? stack);

        [LoggerMessage(6, LogLevel.Warning, "Source {Source}: row {Row} is in a form that is not read; a poll has to find what it was about")]
        public static partial void Unsupported(ILogger logger, string source, long row);
    }
}
