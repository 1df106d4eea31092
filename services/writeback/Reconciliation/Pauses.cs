using System.Net;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>When a whole target rests, and for how long. It is the target's trouble, not the patient's: no attempt is counted.</summary>
internal static class Pauses
{
    private static readonly TimeSpan UnlessAsked = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan ForCredential = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForCircuit = TimeSpan.FromSeconds(5);

    /// <summary>The pause that an answer asks for, or null.</summary>
    public static (TimeSpan For, string Reason)? Of(FhirAnswer answer) => answer switch
    {
        { Verdict: FhirVerdict.Throttled } => (Bounded(answer.RetryAfter ?? UnlessAsked), "throttled"),

        // A credential that has expired refuses every patient alike; refusing them one by one would need a new revision of each.
        { Status: HttpStatusCode.Unauthorized } => (ForCredential, "unauthorized"),
        { Fault: "circuit-open" } => (ForCircuit, "circuit-open"),
        _ => null,
    };

    private static TimeSpan Bounded(TimeSpan asked) => asked < Shortest ? Shortest : asked > Longest ? Longest : asked;
}
