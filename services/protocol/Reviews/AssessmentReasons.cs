namespace CarT.Fhir.Protocol.Reviews;

/// <summary>Why a patient is assessed; also stored in <c>patients.due_reason</c>.</summary>
internal static class AssessmentReasons
{
    /// <summary>The set of facts changed.</summary>
    public const string Facts = "facts";

    /// <summary>The review time has passed, or another protocol definition is in force.</summary>
    public const string Review = "review";

    /// <summary>An operator asked.</summary>
    public const string Operator = "operator";

    /// <summary>A reader holds a revision that this store has lost.</summary>
    public const string Recovery = "recovery";
}
