using System.Diagnostics;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Sources;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>
/// Asks every source for what push did not bring: window after window by <c>_lastUpdated</c>, deletes by the history, each patient as a whole now and then.
/// One poll of a source at a time; wishes for one before its time are one poll.
/// </summary>
internal sealed partial class Poller(
    SourceTable sources, PollStore store, WindowPoll windows, PatientReads patients, ListenerMetrics metrics, TimeProvider time, Jitter jitter,
    IHostApplicationLifetime lifetime, ILogger<Poller> log)
    : BackgroundService
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    /// <summary>Asks for a poll of a source before its time that looks back at least to a time.</summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="sinceLastGood">The last time at which nothing was missing, by the clock of the source.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task RequestCatchUpAsync(string source, DateTimeOffset sinceLastGood, CancellationToken cancel)
    {
        await store.RequestCatchUpAsync(source, sinceLastGood, cancel);
        if (sources.TryFind(source, out var found)) found.PollWanted.Raise();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await HostStart.WaitAsync(lifetime, stoppingToken);
        await Task.WhenAll(sources.All.Select(source => RunAsync(source, stoppingToken)));
    }

    /// <summary>Does what is due now for one source: a poll of its windows, or one patient as a whole. False when nothing is.</summary>
    internal async Task<bool> PollOnceAsync(Source source, CancellationToken cancel)
    {
        if (source.Pause.Left > TimeSpan.Zero) return false;
        // Before the row is read: whatever was wished for until now is in it.
        var started = time.GetUtcNow();
        var row = await store.FindAsync(source.Name, cancel);
        if (PollSchedule.IsDue(row, started, source.Options.Poll))
        {
            await PollAsync(source, row, started, cancel);
            return true;
        }
        return await ReadPatientAsync(source, cancel);
    }

    private async Task RunAsync(Source source, CancellationToken cancel)
    {
        var isWished = false;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                // What a sender gave up while we were down is not to wait for the next poll.
                if (!isWished) await store.WishAsync(source.Name, cancel);
                isWished = true;
                if (!await PollOnceAsync(source, cancel)) await source.PollWanted.WaitAsync(SweepEvery, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            // Whatever one source answers, and whatever the store says, the other sources and the next poll go on.
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Log.Fails(log, source.Name, e.GetType().Name, e.StackTrace);
                await Task.Delay(SweepEvery, CancellationToken.None);
            }
        }
    }

    private async Task PollAsync(Source source, PollRow? row, DateTimeOffset started, CancellationToken cancel)
    {
        using var span = CartTelemetry.Begin("listener.poll", ActivityKind.Internal);
        var tally = source.Options.Poll.Mode == "patient"
            ? await AllPatientsAsync(source, cancel)
            : await windows.PollAsync(source, row?.FromTicks is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null, cancel);
        var next = jitter.Lengthen(source.Options.Poll.Every);
        if (!tally.IsComplete && jitter.BackOff(row?.Failures ?? 0) is var soon && soon < next) next = soon;
        await store.PolledAsync(source.Name, row, started, tally, next, cancel);
        metrics.Polled(source.Name, tally.Outcome);
        span?.SetTag("cart.source", source.Name).SetTag("cart.outcome", tally.Outcome);
        if (tally.Outcome != PollOutcome.Complete) Log.NotComplete(log, source.Name, tally.Outcome);
        else if (tally.Found > 0) Log.Found(log, source.Name, tally.Found);
    }

    private async Task<PollTally> AllPatientsAsync(Source source, CancellationToken cancel)
    {
        var tally = new PollTally();
        foreach (var patient in await store.PatientsAsync(source.Name, cancel))
        {
            await patients.ReadAsync(source, patient, findMissing: false, tally, cancel);
            if (tally.IsOver) break;
        }
        return tally;
    }

    /// <summary>Reads the patient whose turn it is; false when it is nobody's, or the last try was in vain a moment ago.</summary>
    private async Task<bool> ReadPatientAsync(Source source, CancellationToken cancel)
    {
        var poll = source.Options.Poll;
        if (poll.DeepEvery == TimeSpan.Zero) return false;
        if (await store.PatientToReadAsync(source.Name, time.GetUtcNow() - poll.DeepEvery, cancel) is not { } patient) return false;
        using var span = CartTelemetry.Begin("listener.read-patient", ActivityKind.Internal);
        var tally = new PollTally();
        await patients.ReadAsync(source, patient, findMissing: poll.Deletes != "off", tally, cancel);
        // A question that fares ill alone does so for every patient: the next reading will do.
        await store.ReadAsync(source.Name, patient, tally.IsOver ? poll.DeepEvery - jitter.Lengthen(poll.Every) : TimeSpan.Zero, cancel);
        metrics.Polled(source.Name, "patient-" + tally.Outcome);
        span?.SetTag("cart.source", source.Name).SetTag("cart.outcome", tally.Outcome);
        if (tally.Found > 0) Log.Found(log, source.Name, tally.Found);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Source {Source}: a poll found {Count} that no notification had brought")]
        public static partial void Found(ILogger logger, string source, long count);

        [LoggerMessage(2, LogLevel.Warning, "Source {Source}: a poll ended as {Outcome}; what it did not reach is asked for again")]
        public static partial void NotComplete(ILogger logger, string source, string outcome);

        [LoggerMessage(3, LogLevel.Error, "Source {Source}: a poll failed and is made again, {Fault} {Stack}")]
        public static partial void Fails(ILogger logger, string source, string fault, string? stack);
    }
}
