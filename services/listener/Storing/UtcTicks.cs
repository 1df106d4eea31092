namespace CarT.Fhir.Listener.Storing;

/// <summary>Instants as rows hold them: UTC ticks.</summary>
internal static class UtcTicks
{
    public static DateTimeOffset Instant(long ticks) => new(ticks, TimeSpan.Zero);

    public static DateTimeOffset? Instant(long? ticks) => ticks is { } value ? Instant(value) : null;
}
