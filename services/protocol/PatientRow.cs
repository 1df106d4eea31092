using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Protocol.Assessing;

namespace CarT.Fhir.Protocol;

/// <summary>A row of the table <c>patients</c>, without its receipts.</summary>
internal sealed class PatientRow
{
    public const string EmptyList = "[]";

    public required string Namespace { get; init; }

    public required string Id { get; init; }

    /// <summary>Rises with every change of the patient's set of resource versions; never names two different sets.</summary>
    public long FactsVersion { get; set; }

    /// <summary>JSON: what each source of the patient provides.</summary>
    public string Provides { get; set; } = "{}";

    /// <summary>Id of the patient that this one was merged into, or null.</summary>
    public string? ReplacedBy { get; set; }

    /// <summary>Hash of the protocol definition of the last assessment; empty before the first.</summary>
    public string DefinitionHash { get; set; } = "";

    /// <summary>The review time of the assessment, or of the first fact ahead when there is no infusion; null when only a new fact can change anything.</summary>
    public long? NextReviewTicks { get; set; }

    /// <summary>Why the patient waits for an assessment; null when it does not.</summary>
    public string? DueReason { get; set; }

    /// <summary>When the oldest result behind the mark was received; null when no result is the reason.</summary>
    public long? DueReceivedTicks { get; set; }

    /// <summary>W3C trace context of what led to the mark.</summary>
    public string? DueTraceParent { get; set; }

    /// <summary>The newest published revision, or a higher one that a reader holds and this store has lost; 0 before the first.</summary>
    public long Revision { get; set; }

    /// <summary>JSON list of references of the resources whose version was replaced or retracted since the last assessment (P11.3).</summary>
    public string Corrected { get; set; } = EmptyList;

    /// <summary>When the newest fact came, UTC ticks of the machine's clock; 0 when none came since this is noted.</summary>
    public long LastFactTicks { get; set; }

    /// <summary>Until when the first revision with an infusion is held back, UTC ticks of the machine's clock; null when it is not (<see cref="FirstSight.Hold"/>).</summary>
    public long? HeldUntilTicks { get; set; }

    /// <summary>Since when it is held back, by the same clock; null when it is not.</summary>
    public long? HeldSinceTicks { get; set; }

    public PatientKey Key => new(Namespace, Id);

    public IReadOnlySet<string> CorrectedReferences => ReadCorrected();

    /// <summary>Why the patient waits for an assessment; null when it does not.</summary>
    public AssessmentCause? Cause => DueReason is null
        ? null
        : new AssessmentCause(DueReason, DueReceivedTicks is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null, DueTraceParent);

    /// <summary>Whether the patient is to be assessed without a new fact.</summary>
    public bool IsDue(DateTimeOffset now, string definitionHash) =>
        DueReason is not null || NextReviewTicks <= now.UtcTicks || DefinitionHash != definitionHash;

    /// <summary>The set of versions behind this patient is another one: whoever comes next reads it again and assesses.</summary>
    public void MarkChanged(AssessmentCause cause, IReadOnlyCollection<string> corrected, long nowTicks)
    {
        FactsVersion++;
        LastFactTicks = nowTicks;
        DueReason = cause.Reason;
        DueReceivedTicks ??= cause.ReceivedAt?.UtcTicks;
        DueTraceParent ??= cause.TraceParent;
        // What holds it back may have left with these facts (a merge that was undone): it is looked at again.
        if (HeldUntilTicks is not null) HeldUntilTicks = 0;
        AddCorrected(corrected);
    }

    /// <summary>The patient was assessed, and what came of it is held back: the patient stays due, with what led to it.</summary>
    public void HoldBack(AssessmentCause cause, long untilTicks, long nowTicks)
    {
        DueReason ??= cause.Reason;
        HeldUntilTicks = untilTicks;
        // A clock that is set back must not make the wait longer.
        HeldSinceTicks = Math.Min(HeldSinceTicks ?? nowTicks, nowTicks);
    }

    /// <summary>The patient was assessed.</summary>
    public void ClearMark()
    {
        HeldUntilTicks = null;
        HeldSinceTicks = null;
        DueReason = null;
        DueReceivedTicks = null;
        DueTraceParent = null;
        Corrected = EmptyList;
    }

    private void AddCorrected(IReadOnlyCollection<string> references)
    {
        if (references.Count > 0) Corrected = JsonSerializer.Serialize(ReadCorrected().Union(references).Order(StringComparer.Ordinal), CartJson.Options);
    }

    private HashSet<string> ReadCorrected() => JsonSerializer.Deserialize<HashSet<string>>(Corrected, CartJson.Options)!;
}
