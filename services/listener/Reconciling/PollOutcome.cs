using System.Net;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>How a poll, or one question of it, ended, as operators see it. Permanent words.</summary>
internal static class PollOutcome
{
    /// <summary>Answered to the last page.</summary>
    public const string Complete = "complete";

    /// <summary>The source refused the question (4xx, or not implemented); asking it again soon cannot help.</summary>
    public const string Refused = "refused";

    /// <summary>The source does not have such resources.</summary>
    public const string NotFound = "not-found";

    /// <summary>The source gave less than there is: pages that cannot be followed to the last, or an error among the results.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>The source asked us to wait.</summary>
    public const string Throttled = "throttled";

    /// <summary>No usable answer; the same question is asked again.</summary>
    public const string NoAnswer = "no-answer";

    public static string Of(Intake intake) => intake.Stopped is { } answer ? Of(answer) : Complete;

    /// <summary>Whether an answer, or its absence, is about the source and not about the question.</summary>
    public static bool IsOfSource(FhirAnswer answer) =>
        answer.Verdict == FhirVerdict.Throttled || (answer.Status is null && answer.Verdict == FhirVerdict.Unknown);

    private static string Of(FhirAnswer answer) => answer switch
    {
        { Fault: FhirAnswer.NextLink or Intake.Incomplete } => Incomplete,
        { Status: HttpStatusCode.NotImplemented } => Refused,
        { Verdict: FhirVerdict.Done } => Complete,
        { Verdict: FhirVerdict.NotFound } => NotFound,
        { Verdict: FhirVerdict.Throttled } => Throttled,
        // Also a page that is kept no more: the search was too slow, not wrong.
        { Verdict: FhirVerdict.Unknown or FhirVerdict.Gone } => NoAnswer,
        _ => Refused,
    };
}
