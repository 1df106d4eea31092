namespace CarT.Fhir.Contracts;

/// <summary>
/// The clinical time of a fact: an instant with its offset, or a whole local day when the source gave only a date (protocol rule P1.2).
/// Exactly one of <see cref="Instant"/> and <see cref="Date"/> is set.
/// </summary>
public readonly record struct ClinicalTime
{
    /// <summary>The point in time, with the offset that the source sent; null for a date-only fact.</summary>
    public DateTimeOffset? Instant { get; init; }

    /// <summary>The local day of a date-only fact; null when the instant is known.</summary>
    public DateOnly? Date { get; init; }

    public static ClinicalTime At(DateTimeOffset instant) => new() { Instant = instant };

    public static ClinicalTime On(DateOnly date) => new() { Date = date };
}
