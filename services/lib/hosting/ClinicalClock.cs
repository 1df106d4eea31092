namespace CarT.Fhir.Hosting;

/// <summary>
/// The calendar of the ward: what "now" means for an assessment and for the stamps of results. In a hospital it is the machine's clock; the demo
/// replays months in a minute by giving this one another provider, while leases, retries and time-outs stay on the machine's <see cref="TimeProvider"/>.
/// </summary>
public sealed class ClinicalClock(TimeProvider provider)
{
    /// <summary>The current time in UTC.</summary>
    public DateTimeOffset Now => provider.GetUtcNow();
}
