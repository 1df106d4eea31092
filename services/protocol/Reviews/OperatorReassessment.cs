using CarT.Fhir.Contracts;
using CarT.Fhir.Protocol.Outbox;

namespace CarT.Fhir.Protocol.Reviews;

/// <summary>
/// The wish of an operator: assess again, and send the newest revision again whatever was acknowledged. The second part fills a reader whose
/// store was lost.
/// </summary>
internal sealed class OperatorReassessment(ProtocolStore store, RevisionPublisher publisher, ReviewSignal reviews)
{
    /// <summary>Marks one patient, or all with null; the review timer and the sweep do the rest. Returns how many patients there were.</summary>
    public async Task<int> RequestAsync(PatientKey? patient, CancellationToken cancel)
    {
        var count = await store.MarkDueAsync(patient, AssessmentReasons.Operator, cancel);
        publisher.Forget(patient);
        reviews.Raise();
        return count;
    }
}
