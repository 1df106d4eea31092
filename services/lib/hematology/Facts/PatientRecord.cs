using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// What is known about one patient: resource versions in any order, with duplicates and superseded versions welcome (the newest is chosen, P3.2),
/// and what their sources provide (P1.7).
/// </summary>
public sealed record PatientRecord(PatientKey Patient, IReadOnlyCollection<ResourceVersion> Resources, SourceProvides Provides)
{
    /// <summary>The source's declared order of versions.</summary>
    public VersionOrder VersionOrder { get; init; }

    /// <summary>Resources of this patient whose current version had to be guessed, where versions were chosen before (<see cref="CurrentVersions"/>).</summary>
    public IReadOnlyCollection<ResourceKey> Ambiguous { get; init; } = [];

    /// <summary>Retired ids whose facts are this patient's (P11.6). Versions of any other patient are not seen.</summary>
    public IReadOnlyCollection<PatientKey> MergedFrom { get; init; } = [];

    /// <summary>When an operator closed the episode (P10.2), or null.</summary>
    public DateTimeOffset? ClosedByOperatorAt { get; init; }
}
