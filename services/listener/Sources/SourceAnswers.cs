using System.Net;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Sources;

/// <summary>What an answer of a source means for the question that was asked.</summary>
internal static class SourceAnswers
{
    /// <summary>
    /// The source has what was asked for, or not, and does not give it (400, 403, 405, 501, …): another answer is not to be expected. Not so after 401, since
    /// a credential may be renewed, nor after a failure, since a server may recover.
    /// </summary>
    public static bool IsRefusal(this FhirAnswer answer) =>
        answer.Status is HttpStatusCode.NotImplemented
        || (answer.Verdict is FhirVerdict.Refused or FhirVerdict.Conflict && answer.Status != HttpStatusCode.Unauthorized);

    /// <summary>The source does not have what was asked for.</summary>
    public static bool IsAbsence(this FhirAnswer answer) => answer.Verdict is FhirVerdict.NotFound or FhirVerdict.Gone;
}
