using System.Diagnostics;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.FirstSight;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using MassTransit;

namespace CarT.Fhir.Listener.Sending;

/// <summary>
/// Publishes deliveries, one message per patient of a batch and one for each that names no patient, and publishes them again until the receipt comes. The rows are the outbox: whatever is
/// lost on the way (a crash, a rebuilt broker, an error queue) is sent again.
/// </summary>
internal sealed partial class FactsSender(
    SourceTable sources,
    ListenerStore store,
    BackfillStore backfills,
    Outstanding outstanding,
    IBus bus,
    Failpoints failpoints,
    ListenerMetrics metrics,
    Heartbeats heartbeats,
    IHostApplicationLifetime lifetime,
    ILogger<FactsSender> log)
    : BackgroundService
{
    private const int BatchDeliveries = 256;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private long lastSentId;

    /// <summary>Raised when deliveries are there, and when there is room to send them.</summary>
    public WakeSignal DeliveriesCame { get; } = new();

    public override void Dispose()
    {
        DeliveriesCame.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await HostStart.WaitAsync(lifetime, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var sent = await SendAsync(stoppingToken);
                metrics.Waiting(await store.CountWaitingAsync(stoppingToken));
                if (sent < BatchDeliveries) await DeliveriesCame.WaitAsync(SweepEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Fails(log, e.GetType().Name, e.StackTrace);
                await Task.Delay(SweepEvery, CancellationToken.None);
            }
        }
    }

    /// <summary>Sends what is new and what is overdue. Returns how many new ones there were.</summary>
    internal async Task<int> SendAsync(CancellationToken cancel)
    {
        using var turn = heartbeats.Begin("listener.send");
        var sent = await SendNewAsync(turn, cancel);
        await SendAgainAsync(turn, cancel);
        return sent;
    }

    private async Task<int> SendNewAsync(Heartbeats.Turn turn, CancellationToken cancel)
    {
        var limit = Math.Min(BatchDeliveries, outstanding.Room);
        if (limit == 0) return 0;
        var rows = await store.OpenDeliveriesAsync(lastSentId, limit, cancel);
        await PublishAsync(rows, turn, cancel);
        if (rows.Count > 0) lastSentId = rows[^1].Id;
        return rows.Count;
    }

    private async Task SendAgainAsync(Heartbeats.Turn turn, CancellationToken cancel)
    {
        var due = outstanding.Due(BatchDeliveries);
        if (due.Count == 0) return;
        var rows = await store.OpenDeliveriesAsync(due, cancel);
        outstanding.Settled(due.Except(rows.Select(row => row.Id)));
        if (rows.Count == 0) return;
        metrics.Resent(rows.Count);
        Log.SentAgain(log, rows.Count);
        await PublishAsync(rows, turn, cancel);
    }

    private async Task PublishAsync(IReadOnlyList<DeliveryRow> rows, Heartbeats.Turn turn, CancellationToken cancel)
    {
        // What names no patient goes alone: the retraction of one patient's result must not share the fate of another's.
        foreach (var group in rows.GroupBy(row => (row.Source, row.PatientId, Alone: row.PatientId is null ? row.Id : 0)))
        {
            // A source that is no longer configured keeps its rows; they wait and are visible.
            if (!sources.TryFind(group.Key.Source, out var source)) continue;
            if (TryMake(source, group.Key.PatientId, [.. group]) is not { } message) continue;
            message = message with { Backfills = await ProgressAsync(source, group.Key.PatientId, cancel) };
            using var span = CartTelemetry.Continue("listener.send", ActivityKind.Producer, message.TraceParent, group.Select(row => row.TraceParent));
            span?.SetTag("cart.source", source.Name).SetTag("cart.deliveries", message.RowIds.Count);
            // Before, since the receipt may be faster than the return from here.
            outstanding.Sent(source.Name, message.RowIds);
            await turn.OutsideAsync(bus.Publish(message with { TraceParent = span?.Id ?? message.TraceParent }, cancel));
            await failpoints.ReachAsync(Failpoints.ListenerSent);
        }
    }

    // Read after the deliveries, it is at least as new as they are: no message says less than what stood on disk with its facts.
    private async Task<IReadOnlyList<BackfillProgress>?> ProgressAsync(Source source, string? patientId, CancellationToken cancel)
    {
        if (patientId is null) return null;
        var statuses = await backfills.StatusesAsync(sources.SharingPatientsWith(source.Name), [patientId], cancel);
        return statuses.Count == 0 ? null : [.. statuses.Select(status => new BackfillProgress(status.Source, status.Number, status.IsDone))];
    }

    // Rows that make no message must not hold back the others. They count as sent: they are tried again, and operators see that no receipt comes.
    private FactsRecorded? TryMake(Source source, string? patientId, IReadOnlyList<DeliveryRow> rows)
    {
        try
        {
            return MessageOf(source, patientId, rows);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            Log.RowsFail(log, source.Name, rows[0].Id, rows.Count, e.GetType().Name, e.StackTrace);
            outstanding.Sent(source.Name, rows.Select(row => row.Id));
            return null;
        }
    }

    private static FactsRecorded MessageOf(Source source, string? patientId, IReadOnlyList<DeliveryRow> rows) => new()
    {
        Source = source.Name,
        Namespace = source.Reading.Namespace,
        RowIds = [.. rows.Select(row => row.Id)],
        Patient = patientId is null ? null : new PatientKey(source.Reading.Namespace, patientId),
        Resources = [.. rows.SelectMany(row => JsonSerializer.Deserialize<List<ResourceVersion>>(row.Body, CartJson.Options)!)],
        Provides = source.Options.Provides,
        VersionOrder = source.Options.VersionOrder,
        ReceivedAt = new DateTimeOffset(rows.Min(row => row.ReceivedTicks), TimeSpan.Zero),
        TraceParent = rows.MinBy(row => row.ReceivedTicks)!.TraceParent,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} deliveries had no receipt and were sent again")]
        public static partial void SentAgain(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Facts could not be sent; they wait, {Fault} {Stack}")]
        public static partial void Fails(ILogger logger, string fault, string? stack);

        [LoggerMessage(3, LogLevel.Error, "Source {Source}: delivery {Row}, and in all {Count} of its patient, cannot be made a message, {Fault} {Stack}")]
        public static partial void RowsFail(ILogger logger, string source, long row, int count, string fault, string? stack);
    }
}
