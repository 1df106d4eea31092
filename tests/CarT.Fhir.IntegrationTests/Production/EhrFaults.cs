using System.Net;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>What the EHR answers while it is in trouble.</summary>
internal sealed class EhrFaults
{
    private volatile Func<FhirAnswer>? trouble;
    private long refused;

    /// <summary>Requests that were answered with trouble.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Every request is answered with 503, without a word on when to come again.</summary>
    public void GoDown() => trouble = () => FhirAnswer.Outcome(HttpStatusCode.ServiceUnavailable, "transient", "The server is away");

    /// <summary>Every request is answered with 429 and a wish to wait.</summary>
    public void Throttle(int seconds) => trouble = () => FhirAnswer.Outcome(HttpStatusCode.TooManyRequests, "throttled", "Too many requests") with { RetryAfter = seconds };

    public void Recover() => trouble = null;

    public FhirAnswer? Answer(FhirRequest request)
    {
        if (trouble is not { } answer) return null;
        Interlocked.Increment(ref refused);
        return answer();
    }
}
