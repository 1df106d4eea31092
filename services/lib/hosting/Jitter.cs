namespace CarT.Fhir.Hosting;

/// <summary>Waits with a little chance in them, so that what failed together does not come again together. Thread-safe.</summary>
/// <param name="random">The chance; seeded in simulations.</param>
public sealed class Jitter(Random random)
{
    private const double Most = 0.25;
    private const int MostDoublings = 10;
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(10);
    private readonly Lock gate = new();

    /// <summary>The wait, lengthened by up to a quarter; never shorter, since it may be the wish of a server.</summary>
    public TimeSpan Lengthen(TimeSpan wait)
    {
        lock (gate) return wait * (1 + (Most * random.NextDouble()));
    }

    /// <summary>How long something that failed waits: doubling from one second to ten minutes, or as long as was asked for within these, lengthened.</summary>
    /// <param name="failures">Failed attempts before this one, from 0.</param>
    /// <param name="asked">What a server asked for, or null.</param>
    public TimeSpan BackOff(long failures, TimeSpan? asked = null)
    {
        var wait = FirstBackOff * Math.Pow(2, Math.Min(failures, MostDoublings));
        if (asked > wait) wait = asked.Value;
        return Lengthen(wait < LongestBackOff ? wait : LongestBackOff);
    }
}
