namespace CarT.Fhir.Listener;

/// <summary>Lengthens waits a little and by chance, so that what failed together does not come again together. Thread-safe.</summary>
internal sealed class Jitter(TimeProvider time)
{
    private const double Most = 0.25;
    private readonly Lock gate = new();
    private readonly Random random = new(unchecked((int)time.GetTimestamp()));

    /// <summary>The wait, lengthened by up to a quarter; never shorter, since it may be the wish of a server.</summary>
    public TimeSpan Lengthen(TimeSpan wait)
    {
        lock (gate) return wait * (1 + (Most * random.NextDouble()));
    }
}
