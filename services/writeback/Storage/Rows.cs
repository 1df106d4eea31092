using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Client;
using CarT.Fhir.WriteBack.Wanted;

namespace CarT.Fhir.WriteBack.Storage;

/// <summary>A patient of a target that this process works on until the lease ends.</summary>
internal sealed class Claim
{
    public required string Namespace { get; init; }

    public required string Patient { get; init; }

    public required string Target { get; init; }

    /// <summary>The revision that is being written.</summary>
    public required long Revision { get; init; }

    /// <summary>Attempts at this revision that failed before.</summary>
    public required long Attempts { get; init; }

    public string Owner { get; set; } = "";

    public PatientKey Key => new(Namespace, Patient);
}

/// <summary>What a target wants of a patient after a message came.</summary>
/// <param name="Revision">The newest revision that is stored; newer than the message's when that was old news.</param>
/// <param name="IsDue">Whether the message gave the workers something to do.</param>
internal readonly record struct Held(long Revision, bool IsDue);

/// <summary>A row of <c>resources</c>: what is wanted, what was sent, what is known of it in the target.</summary>
internal sealed record ResourceRow
{
    public required long Id { get; init; }

    public required string Type { get; init; }

    public required string Code { get; init; }

    public required long Episode { get; init; }

    public required long Ordinal { get; init; }

    /// <summary>JSON of <see cref="WantedResource"/>.</summary>
    public required string Wanted { get; init; }

    /// <summary>When the result behind the wanted form was received; null for a review by the clock.</summary>
    public long? ReceivedTicks { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>Logical id in the target; null until it is known.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The version that we wrote or found equal to what we wanted.</summary>
    public string? VersionId { get; init; }

    /// <summary>The resource as last sent (of a care plan: our part of it), stored before sending; whether it arrived may be unknown.</summary>
    public string? Sent { get; init; }

    /// <summary>Hash of the wanted content of a write that is not settled: it may or may not stand there. Null when nothing is open.</summary>
    public string? SentHash { get; init; }

    /// <summary>The resource as the target answered our last write; of a care plan, our part of it as we meant it.</summary>
    public string? Written { get; init; }

    /// <summary>Hash of the wanted content that is settled.</summary>
    public string? SettledHash { get; init; }

    public long SettledRevision { get; init; }

    /// <summary>When the target is to be searched once more for what our create left there, a twin or a late one; null: never.</summary>
    public long? LookAgainTicks { get; init; }

    /// <summary>One of <see cref="Outcomes"/>; null before the first.</summary>
    public string? Outcome { get; init; }

    public WantedKey Key => new(Type, Code, (int)Episode, (int)Ordinal);
}

/// <summary>A Provenance that a target does not have yet.</summary>
internal sealed class DueProvenance
{
    public required long Id { get; init; }

    /// <summary>The version it speaks of, <c>Flag/1/_history/2</c>; at a server without versions only the resource.</summary>
    public required string Reference { get; init; }

    /// <summary>The resource, JSON.</summary>
    public required string Body { get; init; }

    /// <summary>How often it was sent without an answer that settles it.</summary>
    public required long Tries { get; init; }
}

/// <summary>One line of the ledger.</summary>
internal sealed record LedgerEntry
{
    public required string Type { get; init; }

    public required string Identifier { get; init; }

    public required string Outcome { get; init; }

    /// <summary>HTTP status; null when no answer came or nothing was sent.</summary>
    public int? Status { get; init; }

    /// <summary><c>severity:code</c>, separated by blanks, or the fault (<c>timeout</c>).</summary>
    public string IssueCodes { get; init; } = "";

    /// <summary>Bounded text of the answer to a refused write; for operators only.</summary>
    public string? Detail { get; init; }

    /// <summary>Issues of the answer, also of one that says that it is done; for operators only.</summary>
    public IReadOnlyList<FhirIssue> Issues { get; init; } = [];

    /// <summary><c>Flag/{id}</c> in the target.</summary>
    public string? Resource { get; init; }

    public string? VersionId { get; init; }
}

/// <summary>What stands in the target now, after an outcome.</summary>
/// <param name="ResourceId">Logical id, or null when there is none.</param>
/// <param name="VersionId">The version that is ours, or null.</param>
/// <param name="Written">The resource as it stands there, when it is ours; null keeps what is stored.</param>
internal sealed record Standing(string? ResourceId, string? VersionId, string? Written)
{
    public static Standing Nothing { get; } = new(null, null, null);
}

/// <summary>Values of <c>ledger.outcome</c> and <c>resources.outcome</c>.</summary>
internal static class Outcomes
{
    public const string Created = "created";
    public const string Updated = "updated";
    public const string Unchanged = "unchanged";
    public const string Refused = "refused";
    public const string LeftToClinician = "left-to-clinician";

    /// <summary>Deleted in the target by others; it is not created again.</summary>
    public const string ClosedByOthers = "closed-by-others";

    /// <summary>Over before it was ever written (P11.3): nothing is to be done.</summary>
    public const string NotNeeded = "not-needed";

    /// <summary>A shadow target: this would have been created.</summary>
    public const string WouldCreate = "would-create";

    /// <summary>A shadow target: this would have been updated.</summary>
    public const string WouldUpdate = "would-update";

    /// <summary>A second resource with our identifier, marked entered-in-error.</summary>
    public const string DuplicateMarked = "duplicate-marked";

    /// <summary>A second resource with our identifier that the target does not let us mark.</summary>
    public const string DuplicateStands = "duplicate-stands";

    /// <summary>No answer, or one that says nothing; tried again later.</summary>
    public const string Failed = "failed";

    /// <summary>The target does not support a write of this type: it waits.</summary>
    public const string NotSupported = "not-supported";

    /// <summary>The server asked for a pause, or the credential was not accepted.</summary>
    public const string Paused = "paused";

    public const string ProvenanceRecorded = "provenance-recorded";
    public const string ProvenanceRefused = "provenance-refused";

    public static bool IsShadow(string? outcome) => outcome is WouldCreate or WouldUpdate;
}
