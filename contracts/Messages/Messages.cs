namespace CarT.Fhir.Contracts.Messages;

/// <summary>listener -> protocol: what one or more stored notification rows say about one patient (or, with a null patient, retractions and refusals without one).</summary>
public sealed record FactsRecorded
{
    /// <summary>Name of the source in configuration.</summary>
    public required string Source { get; init; }

    /// <summary>Namespace of patient and resource ids.</summary>
    public required string Namespace { get; init; }

    /// <summary>Rows of the listener's store that this message settles when its receipt arrives.</summary>
    public required IReadOnlyList<long> RowIds { get; init; }

    public required PatientKey? Patient { get; init; }

    public required IReadOnlyList<ResourceVersion> Resources { get; init; }

    /// <summary>What this source provides (P1.7): any of <c>labs</c>, <c>doses</c>, <c>transfusions</c>.</summary>
    public required IReadOnlyList<string> Provides { get; init; }

    /// <summary><c>numeric</c> or <c>lastUpdated</c> (P3.2).</summary>
    public required string VersionOrder { get; init; }

    /// <summary>When the oldest of the rows was stored; the start of result-to-flag.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>W3C trace context of the hook request; one trace spans the whole way.</summary>
    public string? TraceParent { get; init; }

    /// <summary>
    /// How far the fetching of the patient's history is, at each source of the namespace that was asked for it. Null or empty: nothing was asked, as far
    /// as this sender knows. A message may carry this alone, without resources.
    /// </summary>
    public IReadOnlyList<BackfillProgress>? Backfills { get; init; }
}

/// <summary>The fetching of one patient's history at one source.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="Number">Rises with each request for the history of this patient at this source; positive.</param>
/// <param name="Done">All that the request found was receipted. What came before it, in any order of arrival, says less.</param>
public sealed record BackfillProgress(string Source, long Number, bool Done);

/// <summary>protocol -> listener: the receipt. The rows are done.</summary>
public sealed record FactsApplied
{
    public required string Source { get; init; }

    public required IReadOnlyList<long> RowIds { get; init; }
}

/// <summary>protocol -> write-back, gateway: what should stand in the charting system for this patient, at this revision. Newest revision wins.</summary>
public sealed record AssessmentChanged
{
    public required PatientKey Patient { get; init; }

    /// <summary>Rises by one with every change of content, per patient.</summary>
    public required long Revision { get; init; }

    public required Assessment Assessment { get; init; }

    /// <summary>Published flag intervals that this assessment no longer contains, with the status they must get (P11.3).</summary>
    public required IReadOnlyList<WithdrawnFlag> Withdrawn { get; init; }

    /// <summary>Version id by resource reference, of the evidence in the assessment that has one; for Provenance.</summary>
    public required IReadOnlyDictionary<string, string> EvidenceVersions { get; init; }

    /// <summary>The ordinal of each flag of the assessment among the intervals of its code and episode, in the order of <see cref="Assessment.Flags"/> (P11.3).</summary>
    public required IReadOnlyList<int> FlagOrdinals { get; init; }

    /// <summary>When the oldest result behind this change was received; null for a review by the clock.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    public string? TraceParent { get; init; }
}

/// <summary>A flag interval that was published and is no longer true (P11.3). <see cref="Status"/> is <c>entered-in-error</c> or <c>inactive</c>.</summary>
public sealed record WithdrawnFlag(string Code, int Episode, int Ordinal, string Status, DateOnly Since, DateOnly? Until, string Text);

/// <summary>write-back, gateway -> protocol: the receipt of an AssessmentChanged. The revision is stored there.</summary>
public sealed record AssessmentApplied
{
    public required PatientKey Patient { get; init; }

    public required long Revision { get; init; }

    /// <summary><c>writeback</c> or <c>gateway</c>.</summary>
    public required string Consumer { get; init; }
}

/// <summary>write-back -> gateway, audit: what happened to one resource in the target.</summary>
public sealed record WriteBackSettled
{
    public required PatientKey Patient { get; init; }

    public required string Target { get; init; }

    public required long Revision { get; init; }

    /// <summary><c>created</c>, <c>updated</c>, <c>unchanged</c>, <c>refused</c>, <c>left-to-clinician</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary><c>Flag/{id}</c> or <c>CarePlan/{id}</c> in the target; null when it was refused.</summary>
    public required string? Resource { get; init; }

    /// <summary>Our business identifier of the resource.</summary>
    public required string Identifier { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? TraceParent { get; init; }
}

/// <summary>operator -> protocol: assess this patient again now.</summary>
public sealed record ReassessPatient
{
    public required PatientKey Patient { get; init; }

    /// <summary>A short reason for the audit trail; no patient data.</summary>
    public required string Reason { get; init; }
}
