namespace CarT.Fhir.Simulator.Replay;

/// <summary>
/// A calendar that stands still until it is moved, and only forward. Timers and time stamps of the base class stay real: what waits a second waits a
/// second.
/// </summary>
public sealed class ReplayClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    /// <summary>Called with each new time, before anybody can have seen a write of that time.</summary>
    public Action<DateTimeOffset>? Advanced { get; init; }

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    /// <summary>Moves the calendar to a time; an earlier time than now changes nothing.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        var target = time.UtcTicks;
        for (var now = Interlocked.Read(ref ticks); now < target;)
        {
            var seen = Interlocked.CompareExchange(ref ticks, target, now);
            if (seen == now)
            {
                Advanced?.Invoke(time);
                return;
            }
            now = seen;
        }
    }
}
