using CarT.Fhir.Hosting;
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
        var row = await store.FindAsync(source.Name, cancel);
        if (PollSchedule.IsDue(row, time.GetUtcNow(), source.Options.Poll))
        {
            await PollAsync(source, row, cancel);
            return true;
        }
        return await ReadPatientAsync(source, cancel);
    }

    private async Task RunAsync(Source source, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
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

    private async Task PollAsync(Source source, PollRow? row, CancellationToken cancel)
    {
        var started = time.GetUtcNow();
        var (outcome, found) = source.Options.Poll.Mode == "patient"
            ? await AllPatientsAsync(source, cancel)
            : await windows.PollAsync(source, row?.FromTicks is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null, cancel);
        var every = jitter.Lengthen(source.Options.Poll.Every);
        var settled = PollOutcome.IsSettled(outcome);
        var next = every;
        if (!settled && jitter.BackOff(row?.Failures ?? 0) is var soon && soon < every) next = soon;
        await store.PolledAsync(source.Name, started, settled, outcome, found, next, cancel);
        metrics.Polled(source.Name, outcome);
        if (outcome != PollOutcome.Complete) Log.NotComplete(log, source.Name, outcome);
        else if (found > 0) Log.Found(log, source.Name, found);
    }

    private async Task<(string Outcome, long Found)> AllPatientsAsync(Source source, CancellationToken cancel)
    {
        var found = 0L;
        var outcome = PollOutcome.Complete;
        foreach (var patient in await store.PatientsAsync(source.Name, cancel))
        {
            var taken = await patients.ReadAsync(source, patient, findMissing: false, cancel);
            found += taken.Rows.Count;
            if (taken.IsComplete) continue;
            if (PollOutcome.Of(taken) is var of && of != PollOutcome.NotFound) outcome = of;
            if (!PollOutcome.IsSettled(outcome)) break;
        }
        return (outcome, found);
    }

    /// <summary>Reads the patient whose turn it is; false when it is nobody's, or the last try was in vain a moment ago.</summary>
    private async Task<bool> ReadPatientAsync(Source source, CancellationToken cancel)
    {
        var poll = source.Options.Poll;
        if (poll.DeepEvery == TimeSpan.Zero) return false;
        if (await store.PatientToReadAsync(source.Name, time.GetUtcNow() - poll.DeepEvery, cancel) is not { } patient) return false;
        var taken = await patients.ReadAsync(source, patient, findMissing: poll.Deletes != "off", cancel);
        var settled = PollOutcome.IsSettled(PollOutcome.Of(taken));
        await store.ReadAsync(source.Name, patient, settled ? TimeSpan.Zero : poll.DeepEvery - jitter.Lengthen(poll.Every), cancel);
        metrics.Polled(source.Name, "patient-" + PollOutcome.Of(taken));
        if (taken.Rows.Count > 0) Log.Found(log, source.Name, taken.Rows.Count);
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
