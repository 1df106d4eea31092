using System.Net;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>That a whole target rests: the trouble is its own, not the patient's, and no attempt is counted.</summary>
/// <param name="For">How long.</param>
/// <param name="Reason">For operators.</param>
internal readonly record struct Pause(TimeSpan For, string Reason);

/// <summary>Which answers of a target ask for a pause. Pure.</summary>
internal static class Pauses
{
    private static readonly TimeSpan UnlessAsked = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan ForCredential = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForCircuit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForConfiguration = TimeSpan.FromMinutes(5);

    /// <summary>The pause that an answer asks for, or null.</summary>
    public static Pause? Of(FhirAnswer answer) => answer switch
    {
        { Verdict: FhirVerdict.Throttled } => new(Bounded(answer.RetryAfter ?? UnlessAsked), "throttled"),

        // A credential that has expired refuses every patient alike; refusing them one by one would need a new revision of each.
        { Status: HttpStatusCode.Unauthorized } => new(ForCredential, "unauthorized"),
        { Fault: "circuit-open" } => new(ForCircuit, "circuit-open"),
        _ => null,
    };

    /// <summary>
    /// The pause for an answer that most likely tells of a missing scope or a wrong address, or null. Whether it is the target's trouble or that of
    /// one patient or type shows in how others fare.
    /// </summary>
    public static Pause? OfSuspicion(FhirAnswer answer) =>
        answer.Status == HttpStatusCode.Forbidden ? new(ForConfiguration, "forbidden") : null;

    /// <summary>As <see cref="OfSuspicion"/>, for the answer to a search, which names nothing but an identifier of ours: no content can be why it is refused.</summary>
    public static Pause? OfSuspiciousSearch(FhirAnswer answer) => answer switch
    {
        { Status: HttpStatusCode.Forbidden } => OfSuspicion(answer),
        { Status: HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Gone or HttpStatusCode.NotImplemented } =>
            new(ForConfiguration, "no-such-endpoint"),

        // A redirect, which we do not follow.
        { Status: >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest } => new(ForConfiguration, "no-such-endpoint"),
        { Status: not null, Verdict: FhirVerdict.Refused } => new(ForConfiguration, "search-refused"),
        _ => null,
    };

    private static TimeSpan Bounded(TimeSpan asked) => asked < Shortest ? Shortest : asked > Longest ? Longest : asked;
}
