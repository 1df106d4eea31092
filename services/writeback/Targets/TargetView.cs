using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Storage;

namespace CarT.Fhir.WriteBack.Targets;

/// <summary>How write-back to a target goes, for operators.</summary>
internal sealed record TargetView
{
    public required string Name { get; init; }

    public required string Mode { get; init; }

    public required DateTimeOffset? PausedUntil { get; init; }

    public required string? PauseReason { get; init; }

    /// <summary>
    /// Types that are not sent: the capability statement rules them out and the strategy heeds it, or the target answered one with "not supported"
    /// in the last quarter of an hour. What is wanted of them waits.
    /// </summary>
    public required IReadOnlyList<string> NotWritable { get; init; }

    /// <summary>Patients for whom something is still to be written.</summary>
    public required long Waiting { get; init; }

    public required DateTimeOffset? LastSuccess { get; init; }

    public required CapabilitiesView Capabilities { get; init; }

    /// <summary>What stands refused, newest first.</summary>
    public required IReadOnlyList<AnsweredView> Refused { get; init; }

    /// <summary>What was taken with a remark (an OperationOutcome), newest first.</summary>
    public required IReadOnlyList<AnsweredView> Remarks { get; init; }
}

/// <summary>What the capability statement said when it was last read.</summary>
internal sealed record CapabilitiesView(DateTimeOffset? ReadAt, string? Outcome, bool? CanWriteFlag, bool? CanWriteCarePlan);

/// <summary>The newest answer about one resource.</summary>
internal sealed record AnsweredView(
    string Patient, string Type, string Identifier, long Revision, string Outcome, long? Status, IReadOnlyList<string> IssueCodes, IReadOnlyList<FhirIssue> Issues, string? Detail,
    DateTimeOffset At)
{
    public static AnsweredView Of(LedgerRow row) => new(
        $"{row.Namespace}/{row.Patient}", row.Type, row.Identifier, row.Revision, row.Outcome, row.Status,
        row.IssueCodes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        row.Issues is null ? [] : JsonSerializer.Deserialize<List<FhirIssue>>(row.Issues, CartJson.Options)!,
        row.Detail, TargetStore.At(row.AtTicks));
}
