namespace CarT.Fhir.IntegrationTests.Telemetry;

/// <summary>The machine's clock, stopwatch included, that can be moved ahead.</summary>
internal sealed class MachineTime : TimeProvider
{
    private long aheadTicks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref aheadTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref aheadTicks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref aheadTicks);
}
