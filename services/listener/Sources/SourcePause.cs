using CarT.Fhir.Hosting;

namespace CarT.Fhir.Listener.Sources;

/// <summary>
/// How long a source is left alone. After a question without an answer nobody asks for a second, then twice as long each time up to a minute, or as
/// long as the source wished; rows that need it wait without cost. Thread-safe.
/// </summary>
internal sealed class SourcePause(TimeProvider time, Jitter jitter)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWish = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private long since;
    private TimeSpan pause = TimeSpan.Zero;
    private TimeSpan next = First;

    /// <summary>What is left of the pause; zero when the source may be asked.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (gate)
            {
                var left = pause - time.GetElapsedTime(since);
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The source answered; the next pause is a short one again.</summary>
    public void Answered()
    {
        lock (gate) next = First;
    }

    /// <summary>The source did not answer, or asked us to wait.</summary>
    public void Failed(TimeSpan? wish)
    {
        lock (gate)
        {
            var wait = wish < LongestWish ? wish.Value : wish is null ? TimeSpan.Zero : LongestWish;
            // Questions that were asked together fail together, and count once.
            if (Left == TimeSpan.Zero)
            {
                if (next > wait) wait = next;
                next = next * 2 < Longest ? next * 2 : Longest;
            }
            if (wait <= Left) return;
            since = time.GetTimestamp();
            pause = jitter.Lengthen(wait);
        }
    }
}
