using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.Simulator.Replay;

/// <summary>How far a replay is: writes applied of all, and the time that the calendar has reached.</summary>
public readonly record struct ReplayProgress(int Applied, int Total, DateTimeOffset Now);

/// <summary>
/// Plays a cohort into a charting system: each write happens when its calendar says so, batch after batch. The server should be made with the same
/// clock, so that its stamps are those of the courses.
/// </summary>
/// <param name="ehr">The charting system that is written to.</param>
/// <param name="clock">Moved forward by the replay, by nobody else.</param>
/// <param name="writes">In the order of their times, as <see cref="SyntheticCohort.Generate"/> makes them.</param>
public sealed class CohortReplay(SimulatedEhr ehr, ReplayClock clock, IReadOnlyList<TimedResource> writes)
{
    private int applied;

    /// <summary>Calendar time that one batch covers.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Awaited after each batch: the place to wait for whoever follows the charting system.</summary>
    public Func<CancellationToken, Task> WhenBehind { get; init; } = _ => Task.CompletedTask;

    public bool IsOver => applied == writes.Count;

    /// <summary>Plays all that is left.</summary>
    public async Task Run(IProgress<ReplayProgress>? progress, CancellationToken cancellationToken)
    {
        while (!IsOver)
        {
            // Silent days are skipped, not waited for: the next batch begins with the next write.
            await RunUntil(writes[applied].At + Step, cancellationToken);
            progress?.Report(new ReplayProgress(applied, writes.Count, clock.GetUtcNow()));
        }
    }

    /// <summary>Plays what happens before a time, leaves the calendar at that time, and lets the others catch up.</summary>
    public async Task RunUntil(DateTimeOffset time, CancellationToken cancellationToken)
    {
        for (; !IsOver && writes[applied].At < time; applied++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Apply(writes[applied]);
        }

        clock.AdvanceTo(time);
        await WhenBehind(cancellationToken);
    }

    private void Apply(TimedResource write)
    {
        clock.AdvanceTo(write.At);
        if (!write.Delete) ehr.Put(write.Resource);
        else ehr.Delete(write.Resource["resourceType"]!.GetValue<string>(), write.Resource["id"]!.GetValue<string>());
    }
}
