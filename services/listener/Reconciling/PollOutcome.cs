using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>How a poll ended, as operators see it. Permanent words.</summary>
internal static class PollOutcome
{
    /// <summary>Answered to the last page.</summary>
    public const string Complete = "complete";

    /// <summary>The source refused the question (4xx, or pages that cannot be followed); asking it again soon cannot help.</summary>
    public const string Refused = "refused";

    /// <summary>The source does not have such resources.</summary>
    public const string NotFound = "not-found";

    /// <summary>The source asked us to wait.</summary>
    public const string Throttled = "throttled";

    /// <summary>No usable answer; the same question is asked again.</summary>
    public const string NoAnswer = "no-answer";

    public static string Of(Intake intake) => intake.Stopped is { } answer ? Of(answer) : Complete;

    public static string Of(FhirAnswer answer) => answer.Verdict switch
    {
        FhirVerdict.Done => Complete,
        FhirVerdict.NotFound => NotFound,
        FhirVerdict.Throttled => Throttled,
        FhirVerdict.Unknown => NoAnswer,
        // A page that is kept no more: the search was too slow, not wrong.
        FhirVerdict.Gone => NoAnswer,
        _ => Refused,
    };

    /// <summary>Whether the question is settled for now.</summary>
    public static bool IsSettled(string outcome) => outcome is Complete or NotFound or Refused;
}
