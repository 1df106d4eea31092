using System.Data.Common;
using System.Diagnostics;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Protocol.Assessing;
using CarT.Fhir.Protocol.Outbox;

namespace CarT.Fhir.Protocol.Reviews;

/// <summary>
/// Assesses again, without a new fact: patients whose review time has passed on the ward's calendar, whose last assessment used another
/// definition than the one in force, or who were marked (a resource moved away, a merge, an operator).
/// </summary>
internal sealed partial class ReviewTimer(
    ProtocolStore store, PatientAssessor assessor, RevisionPublisher publisher, ReviewSignal reviews, ProtocolInForce protocol, ClinicalClock clock,
    IHostApplicationLifetime host, TimeProvider time, ILogger<ReviewTimer> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryFailedAfter = TimeSpan.FromSeconds(30);
    private readonly Dictionary<PatientKey, long> failedAt = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Log.InForce(log, protocol.Definition.Id, protocol.Definition.Version, protocol.Definition.Hash);
        await HostStart.WaitAsync(host, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReviewDueAsync(stoppingToken);
            }
            catch (DbException e)
            {
                Log.ListFailed(log, e);
            }
            await reviews.WaitAsync(Every, stoppingToken);
        }
    }

    /// <summary>Assesses everybody who is due now.</summary>
    internal async Task ReviewDueAsync(CancellationToken cancel)
    {
        foreach (var due in await store.DueAsync(clock.Now, protocol.Definition.Hash, cancel)) await ReviewAsync(due, cancel);
    }

    private async Task ReviewAsync(DuePatient due, CancellationToken cancel)
    {
        if (failedAt.TryGetValue(due.Patient, out var at) && time.GetElapsedTime(at) < RetryFailedAfter) return;
        using var span = CartTelemetry.Continue("protocol.review", ActivityKind.Internal, due.TraceParent);
        try
        {
            if (await assessor.ReviewAsync(due.Patient, cancel) is { } revision)
                await publisher.PublishAsync(revision, cancel);
            failedAt.Remove(due.Patient);
        }
        // One patient who cannot be assessed, for whatever cause, must not keep the others from their review.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failedAt[due.Patient] = time.GetTimestamp();
            span?.SetStatus(ActivityStatusCode.Error);
            // Without the message: texts of the libraries may quote data.
            Log.ReviewFailed(log, e.GetType().Name, e.StackTrace);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Protocol in force: {Id} version {Version}, {Hash}")]
        public static partial void InForce(ILogger logger, string id, string version, string hash);

        [LoggerMessage(2, LogLevel.Error, "The patients due for review could not be listed; the next turn tries again")]
        public static partial void ListFailed(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "The review of one patient failed; it is tried again later. {Fault} {Stack}")]
        public static partial void ReviewFailed(ILogger logger, string fault, string? stack);
    }
}
