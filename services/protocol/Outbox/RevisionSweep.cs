using System.Data.Common;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Health;

namespace CarT.Fhir.Protocol.Outbox;

/// <summary>
/// Sends the newest revision of a patient again until write-back and gateway have both acknowledged it. It heals a crash between commit and
/// publish, a lost message, and a reader that was away.
/// </summary>
internal sealed partial class RevisionSweep(
    ProtocolStore store, RevisionPublisher publisher, ProtocolMetrics metrics, Heartbeats heartbeats, IHostApplicationLifetime host, TimeProvider time,
    ILogger<RevisionSweep> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await HostStart.WaitAsync(host, stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (DbException e)
            {
                Log.ListFailed(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Sends what is due again, once.</summary>
    internal async Task SweepAsync(CancellationToken cancel)
    {
        using var turn = heartbeats.Begin("protocol.sweep");
        var waiting = await store.UnacknowledgedAsync(cancel);
        foreach (var row in waiting.Where(row => publisher.IsDue(row.Patient, row.Revision)))
        {
            try
            {
                // Read anew: a newer revision may have been committed since, and only the newest is worth sending.
                if (await store.PublishedAsync(row.Patient, cancel) is not { } newest) continue;
                await turn.OutsideAsync(publisher.PublishAsync(newest, cancel));
                metrics.Resent();
            }
            // One revision that cannot be sent, for whatever cause, must not hold back the others.
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Without the message: texts of the libraries may quote data.
                Log.ResendFailed(log, e.GetType().Name, e.StackTrace);
            }
        }
        publisher.Swept(waiting.Select(row => row.Patient).ToHashSet());
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The revisions without a receipt could not be listed; the next sweep tries again")]
        public static partial void ListFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "A revision without a receipt could not be sent again; a later sweep tries again. {Fault} {Stack}")]
        public static partial void ResendFailed(ILogger logger, string fault, string? stack);
    }
}
