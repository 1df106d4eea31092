using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>When a source is polled. Pure.</summary>
internal static class PollSchedule
{
    /// <summary>
    /// At its time; or before, when somebody wishes one that starts after a time at which none has started that was answered, and the last is not too near.
    /// </summary>
    public static bool IsDue(PollRow? row, DateTimeOffset now, PollOptions options)
    {
        if (row is null || now.UtcTicks >= row.NextTicks) return true;
        // The machine's clock was set back: nobody waits until it is where it was.
        if (row.AttemptTicks > now.UtcTicks) return true;
        return row.WantedTicks is not null && row.Failures == 0 && now.UtcTicks - row.AttemptTicks >= options.CatchUpDistance.Ticks;
    }
}
