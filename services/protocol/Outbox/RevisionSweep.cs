using System.Data.Common;
using CarT.Fhir.Hosting;
using MassTransit;

namespace CarT.Fhir.Protocol.Outbox;

/// <summary>
/// Sends the newest revision of a patient again until write-back and gateway have both acknowledged it. It heals a crash between commit and
/// publish, a lost message, and a reader that was away.
/// </summary>
internal sealed partial class RevisionSweep(
    ProtocolStore store, RevisionPublisher publisher, ProtocolMetrics metrics, IHostApplicationLifetime host, TimeProvider time, ILogger<RevisionSweep> log)
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
            catch (Exception e) when (e is DbException or MassTransitException)
            {
                Log.SweepFailed(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        var waiting = await store.UnacknowledgedAsync(cancel);
        publisher.ForgetAllBut(waiting.Select(row => row.Patient).ToHashSet());
        foreach (var row in waiting.Where(row => publisher.IsDue(row.Patient, row.Revision)))
        {
            // Read anew: a newer revision may have been committed since, and only the newest is worth sending.
            if (await store.PublishedAsync(row.Patient, cancel) is not { } newest) continue;
            await publisher.PublishAsync(newest, cancel);
            metrics.Resent();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Revisions without a receipt could not be sent again; the next sweep tries again")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
