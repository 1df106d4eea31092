namespace CarT.Fhir.Listener.Sources;

/// <summary>
/// At most so many requests in any minute, a tenth of them at once: a request waits for its turn, in the order of asking. Thread-safe.
/// </summary>
/// <param name="perMinute">The bound; zero: none.</param>
/// <param name="time">The machine's clock.</param>
internal sealed class RequestBudget(int perMinute, TimeProvider time)
{
    private readonly int burst = Math.Max(1, perMinute / 10);
    private readonly Lock gate = new();

    // When the bucket is full again, as ticks since the first request (the generic cell rate algorithm).
    private readonly long origin = time.GetTimestamp();
    private TimeSpan fullAgain = TimeSpan.Zero;

    private TimeSpan Interval => TimeSpan.FromMinutes(1) / Math.Max(1, perMinute - burst);

    /// <summary>Waits for the turn of one request.</summary>
    public Task WaitAsync(CancellationToken cancel)
    {
        var wait = Reserve();
        return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, cancel);
    }

    /// <summary>A turn was not used.</summary>
    public void GiveBack()
    {
        lock (gate) fullAgain -= Interval;
    }

    /// <summary>Counts a request that does not wait for its turn: those that do come later for it, by a minute at most.</summary>
    public void Count()
    {
        if (perMinute == 0) return;
        lock (gate)
        {
            var now = time.GetElapsedTime(origin);
            if (fullAgain - now >= TimeSpan.FromMinutes(1)) return;
            fullAgain = (fullAgain > now ? fullAgain : now) + Interval;
        }
    }

    /// <summary>Takes the next turn; how long it is until then, zero or less when it is now.</summary>
    internal TimeSpan Reserve()
    {
        if (perMinute == 0) return TimeSpan.Zero;
        lock (gate)
        {
            var now = time.GetElapsedTime(origin);
            var turn = fullAgain - (Interval * (burst - 1));
            fullAgain = (fullAgain > now ? fullAgain : now) + Interval;
            return turn - now;
        }
    }
}
