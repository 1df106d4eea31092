using System.Text.Json.Nodes;

namespace CarT.Fhir.Simulator.Courses;

/// <summary>What <see cref="SyntheticCohort.Generate"/> makes. Equal options give equal resources, byte for byte.</summary>
public sealed record CohortOptions
{
    public int Seed { get; init; } = 2022;

    /// <summary>Patients in all; the first six (or fewer) are those of <see cref="SyntheticCohort.Treated"/>.</summary>
    public int Patients { get; init; } = 93;

    public CohortVariant Variant { get; init; }

    /// <summary>The earliest day 0, in the time zone of the hospital.</summary>
    public DateOnly FirstInfusionOn { get; init; } = new(2026, 1, 12);

    /// <summary>Days over which the infusions are spread.</summary>
    public int InfusionSpreadDays { get; init; } = 60;

    /// <summary>The hospital's zone: draws and doses happen at its times of day and carry its offset.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid");
}

/// <summary>
/// Which lineage the one responder without complete resolution lacks: the published numbers do not tell, and fit all three.
/// </summary>
public enum CohortVariant
{
    /// <summary>Hemoglobin.</summary>
    A,

    /// <summary>Platelets.</summary>
    B,

    /// <summary>Neutrophils.</summary>
    C,
}

/// <summary>
/// A write that reaches the charting system at a time: a new resource, a new version of one (same id), or its deletion, for which
/// <see cref="Resource"/> holds the type and id only.
/// </summary>
public sealed record TimedResource(DateTimeOffset At, JsonObject Resource, bool Delete);

/// <summary>
/// What the protocol must find in one treated patient: days after CAR-T of the first TPO-RA dose, and days from there to the resolution of each
/// lineage (null: never).
/// </summary>
public sealed record ExpectedCourse(
    string PatientId,
    string Product,
    string Drug,
    int StartDay,
    int? DaysToHemoglobin,
    int? DaysToPlatelets,
    int? DaysToAnc);
