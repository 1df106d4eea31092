using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// The whole course of one patient up to a time, for a cohort: what was ever true, where an <see cref="Assessment"/> says what is true at that time.
/// </summary>
public sealed record PatientCourse
{
    /// <summary><c>Patient/{id}</c>.</summary>
    public required string Patient { get; init; }

    /// <summary>Some episode reached day 21 and has an evaluable value since.</summary>
    public required bool Screened { get; init; }

    /// <summary>Some lineage was Severe at some time, in any episode (P6).</summary>
    public required bool EverSevere { get; init; }

    /// <summary>The first episode with a TPO-RA course, else the first; null without an infusion.</summary>
    public required EpisodeCourse? Episode { get; init; }

    /// <summary>What was refused or remarked, ordered by code, then resource.</summary>
    public required IReadOnlyList<DataQualityFinding> DataQuality { get; init; }
}

/// <summary>One episode over its days; every day counts from day 0 (P1.1).</summary>
public sealed record EpisodeCourse
{
    public required int Number { get; init; }

    public required string Product { get; init; }

    public required DateOnly InfusedOn { get; init; }

    /// <summary>The last day that is known.</summary>
    public required int LastDay { get; init; }

    /// <summary>State of that day; one of <see cref="States"/>.</summary>
    public required string State { get; init; }

    /// <summary>The TPO-RA agents that were given, in the order of <see cref="Contracts.Agents.TpoRa"/>.</summary>
    public required IReadOnlyList<string> Agents { get; init; }

    /// <summary>Day of the first TPO-RA administration; null without one (P1.6).</summary>
    public required int? StartDay { get; init; }

    /// <summary>The day on which a response was first confirmed, lost later or not; null without one (P8.2).</summary>
    public required int? ResponseDay { get; init; }

    /// <summary>The first day of complete resolution, lost later or not; null without one (P8.3).</summary>
    public required int? CompleteDay { get; init; }

    public required int? DeathDay { get; init; }

    public required LineageCourse Anc { get; init; }

    public required LineageCourse Platelets { get; init; }

    public required LineageCourse Hemoglobin { get; init; }

    public IReadOnlyList<LineageCourse> Lineages => [Anc, Platelets, Hemoglobin];

    /// <summary>In order of days, then agents.</summary>
    public required IReadOnlyList<DoseOnDay> Doses { get; init; }

    /// <summary>Of platelets and red cells, in order of time; whole blood and unclassified ones stand for both.</summary>
    public required IReadOnlyList<TransfusionOnDay> Transfusions { get; init; }
}

/// <summary>One lineage of an episode.</summary>
public sealed record LineageCourse
{
    /// <summary>One of <see cref="Lineages"/>.</summary>
    public required string Lineage { get; init; }

    /// <summary>P7.6.</summary>
    public required bool? LowAtBaseline { get; init; }

    /// <summary>The first day on which it was Severe; null when it never was.</summary>
    public required int? FirstSevereDay { get; init; }

    /// <summary>
    /// Day of the first resolution (its first value, P7.5), lost later or not; null without one. In a lineage low at baseline it lies after the
    /// TPO-RA start, which forgets earlier ones (P7.2).
    /// </summary>
    public required int? ResolvedDay { get; init; }

    /// <summary>Days from the TPO-RA start to the first resolution, of a lineage that was low at baseline (P7.6); else null.</summary>
    public required int? DaysFromTpoRaStart { get; init; }

    /// <summary>Each stretch of days on which it was Severe (P6) or resolved (P7), in order of days.</summary>
    public required IReadOnlyList<LineageSpan> Spans { get; init; }

    /// <summary>The daily values (P3), in order of days.</summary>
    public required IReadOnlyList<ValueOnDay> Values { get; init; }
}

/// <summary>What a lineage is on a stretch of days.</summary>
public enum LineagePhase
{
    Neither,
    Severe,
    Resolved,
}

/// <summary>From the first to the last day of a phase, both included.</summary>
public sealed record LineageSpan(LineagePhase Phase, int FromDay, int ToDay);

/// <summary>A daily value in /uL, for hemoglobin in g/dL, with its verdict (P5) and whether a transfusion supports it (P4).</summary>
public sealed record ValueOnDay(int Day, decimal Value, string? Comparator, bool Low, bool Supported, string Resource);

/// <summary>The doses of one agent on one day; the dose is null when it is not stated (P9.2).</summary>
public sealed record DoseOnDay(int Day, string Agent, Dose? Dose);

/// <summary>A transfusion and the lineages that it supports.</summary>
public sealed record TransfusionOnDay(int Day, bool Platelets, bool RedCells, string Resource)
{
    /// <param name="lineage">One of <see cref="Lineages"/>.</param>
    public bool Supports(string lineage) => lineage switch
    {
        Lineages.Platelets => Platelets,
        Lineages.Hemoglobin => RedCells,
        _ => false,
    };
}
