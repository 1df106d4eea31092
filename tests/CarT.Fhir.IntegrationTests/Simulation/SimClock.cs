namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>
/// The one clock of a simulation: the machine's, the ward's and the EHR's. It stands still while anything runs; only the scheduler moves it.
/// </summary>
internal sealed class SimClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly SortedSet<ProcessClock.Timer> timers = new(Comparer<ProcessClock.Timer>.Create((a, b) => a.Order.CompareTo(b.Order)));
    private DateTimeOffset now = start;
    private long sequence;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    /// <summary>Moves on, and runs out every time-out that ends until then, in the order of its end.</summary>
    public void Advance(TimeSpan by)
    {
        now += by;
        while (TakeDue() is { } timer) timer.Fire();
    }

    internal (long Due, long Sequence) Add(ProcessClock.Timer timer, TimeSpan due)
    {
        lock (gate)
        {
            timer.Order = ((now + due).UtcTicks, ++sequence);
            timers.Add(timer);
            return timer.Order;
        }
    }

    internal void Remove(ProcessClock.Timer timer)
    {
        lock (gate) timers.Remove(timer);
    }

    private ProcessClock.Timer? TakeDue()
    {
        lock (gate)
        {
            if (timers.Min is not { } first || first.Order.Due > now.UtcTicks) return null;
            timers.Remove(first);
            return first;
        }
    }
}

/// <summary>
/// The clock as one process sees it. What a step waits for within itself (the short waits between two tries of a read) is over at once; a time-out is
/// over when the clock has passed it. After the process died nothing is ever over.
/// </summary>
/// <param name="clock">The clock of the world.</param>
/// <param name="stopwatchStands">Sabotage: no duration ever passes, so that nothing is ever overdue.</param>
internal sealed class ProcessClock(SimClock clock, bool stopwatchStands) : TimeProvider
{
    private static readonly TimeSpan LongestWaitWithinAStep = TimeSpan.FromSeconds(2);

    public bool IsDead { get; set; }

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => stopwatchStands ? 0 : clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal sealed class Timer(ProcessClock owner, TimerCallback callback, object? state) : ITimer
    {
        private readonly SimClock clock = owner.Clock;
        private volatile bool isDisposed;

        public (long Due, long Sequence) Order { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            if (dueTime <= LongestWaitWithinAStep) ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            else clock.Add(this, dueTime);
            return true;
        }

        public void Fire()
        {
            if (!isDisposed && !owner.IsDead) callback(state);
        }

        public void Dispose()
        {
            isDisposed = true;
            clock.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private SimClock Clock => clock;
}
