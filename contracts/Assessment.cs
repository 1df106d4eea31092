using System.Text.Json.Serialization;

namespace CarT.Fhir.Contracts;

/// <summary>
/// Everything that the product says about one patient at one time. The JSON form (<see cref="CartJson"/>) is the public interface
/// (docs/interfaces.md); members stand in the order in which they are written. A value that does not apply is null, never absent.
/// </summary>
public sealed record Assessment
{
    /// <summary><c>Patient/{id}</c>.</summary>
    public required string Patient { get; init; }

    /// <summary>In UTC.</summary>
    public required DateTimeOffset AsOf { get; init; }

    public required ProtocolIdentity Protocol { get; init; }

    public required EpisodeSummary? Episode { get; init; }

    /// <summary>One of <see cref="States"/>.</summary>
    public required string State { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required LineageSummaries Lineages { get; init; }

    public required TransfusionSummaries Transfusions { get; init; }

    public required TherapySummary Therapy { get; init; }

    public required ResponseSummary Response { get; init; }

    public required Grades Grades { get; init; }

    /// <summary>Ordered by since, then code.</summary>
    public required IReadOnlyList<AssessedFlag> Flags { get; init; }

    public required ProposedCarePlan CarePlan { get; init; }

    /// <summary>Ordered by code, then resource.</summary>
    public required IReadOnlyList<DataQualityFinding> DataQuality { get; init; }

    /// <summary>In UTC; null without an infusion and after death (P11.4).</summary>
    public required DateTimeOffset? NextReviewAt { get; init; }
}

/// <summary>The protocol definition in force: id, version, and <c>sha256:</c> hash of its canonical form.</summary>
public sealed record ProtocolIdentity(string Id, string Version, string Hash);

/// <summary>The current episode; <see cref="Day"/> counts from day 0, the local day of the infusion (P1.1).</summary>
public sealed record EpisodeSummary(int Number, string Product, DateOnly InfusedOn, int Day);

public sealed record LineageSummaries(LineageSummary Anc, LineageSummary Platelets, LineageSummary Hemoglobin)
{
    /// <summary>The summary of one of <see cref="Lineages"/>.</summary>
    public LineageSummary Of(string lineage) => lineage switch
    {
        Contracts.Lineages.Anc => Anc,
        Contracts.Lineages.Platelets => Platelets,
        Contracts.Lineages.Hemoglobin => Hemoglobin,
        _ => throw new ArgumentOutOfRangeException(nameof(lineage)),
    };
}

/// <summary>One lineage: status (P10.10), resolution in force (P7), latest daily value, and the resources behind it.</summary>
public sealed record LineageSummary
{
    public required string Status { get; init; }

    public required bool? LowAtBaseline { get; init; }

    public required DateOnly? ResolvedOn { get; init; }

    public required DateOnly? ConfirmedOn { get; init; }

    public required int? DaysFromTpoRaStart { get; init; }

    public required LatestValue? Latest { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }
}

/// <summary>The latest evaluable daily value, in /uL or g/dL. <see cref="Comparator"/> is null for an exact value.</summary>
public sealed record LatestValue(decimal Value, string Unit, DateOnly On, bool Supported)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Comparator { get; init; }
}

public sealed record TransfusionSummaries(TransfusionSummary Platelets, TransfusionSummary RedCells);

/// <summary>Transfusions of the episode; all members null when the source provides no transfusions (P1.7).</summary>
public sealed record TransfusionSummary(bool? Independent, DateOnly? LastOn, int? Count);

/// <summary>The TPO-RA course of the episode (P1.6, P9.1).</summary>
public sealed record TherapySummary
{
    public required DateOnly? StartedOn { get; init; }

    public required int? StartDay { get; init; }

    public required DateOnly? StoppedOn { get; init; }

    public required IReadOnlyList<AgentSummary> Agents { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }
}

public sealed record AgentSummary(string Agent, int Doses, Dose? LatestDose, DateOnly? LatestOn)
{
    /// <summary>Types of the resources that the doses were read from (P1.6), each once, in ordinal order.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}

/// <summary>Verdicts of P8. <see cref="Met"/> says whether the response is in force.</summary>
public sealed record ResponseSummary(bool Met, DateOnly? On, DateOnly? ConfirmedOn, bool Complete, DateOnly? CompleteOn);

/// <summary>One interval of one flag (P10.9, P11.3). <see cref="Until"/> is the first local day on which it is no longer active.</summary>
public sealed record AssessedFlag
{
    public required string Code { get; init; }

    public required string Status { get; init; }

    public required int Episode { get; init; }

    public required DateOnly Since { get; init; }

    public required DateOnly? Until { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }

    public required string Text { get; init; }
}

public sealed record ProposedCarePlan(IReadOnlyList<ProposedActivity> Activities);

/// <summary>A proposal, never an order. <see cref="Status"/> is always <c>not-started</c> here.</summary>
public sealed record ProposedActivity
{
    public required string Code { get; init; }

    public required string Kind { get; init; }

    public required string Status { get; init; }

    public required string Text { get; init; }

    public required Dose? Dose { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }
}

/// <summary>A refusal or remark about one resource (<see cref="DataQualityCodes"/>).</summary>
public sealed record DataQualityFinding(string Code, string Resource, string Text);

/// <summary>Grades of P12; each is null where the data do not allow it.</summary>
public sealed record Grades(IcahtGrade? Icaht, TicahtGrade? Ticaht, CtcaeGrade? Ctcae, CarHematotoxScore? CarHematotox, string? Phenotype)
{
    public static Grades None { get; } = new(null, null, null, null, null);
}

public sealed record IcahtGrade(string Mode, int? Early, bool EarlyFinal, int? Late, bool LateFinal, int DaysObserved, int DaysFilled);

public sealed record TicahtGrade(int? Early, int? Late);

public sealed record CtcaeGrade(string Version, int? Anc, int? Platelets, int? Hemoglobin);

public sealed record CarHematotoxScore(int Score, string Risk);
