using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Protocol.Reviews;
using MassTransit;

namespace CarT.Fhir.Protocol.Outbox;

/// <summary>Takes the receipts of write-back and gateway.</summary>
internal sealed partial class AssessmentAppliedConsumer(ProtocolStore store, ReviewSignal reviews, Failpoints failpoints, ILogger<AssessmentAppliedConsumer> log)
    : IConsumer<AssessmentApplied>
{
    /// <exception cref="MessageContractException">The receipt breaks its contract.</exception>
    public async Task Consume(ConsumeContext<AssessmentApplied> context)
    {
        var receipt = context.Message;
        if (receipt.Consumer is not ("writeback" or "gateway")) throw new MessageContractException("AssessmentApplied: consumer is unknown");
        if (string.IsNullOrEmpty(receipt.Patient.Namespace) || string.IsNullOrEmpty(receipt.Patient.Id))
            throw new MessageContractException("AssessmentApplied: patient is empty");
        await failpoints.ReachAsync(Failpoints.ProtocolReceipted);
        var outcome = await store.AcknowledgeAsync(receipt, context.CancellationToken);
        if (outcome == ReceiptOutcome.ReaderIsAhead)
        {
            Log.ReaderIsAhead(log, receipt.Consumer, receipt.Revision);
            reviews.Raise();
        }
        if (outcome == ReceiptOutcome.UnknownPatient) Log.SettlesNothing(log, receipt.Consumer, receipt.Revision);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "A receipt of {Consumer} for revision {Revision} settles nothing: this store never heard of the patient")]
        public static partial void SettlesNothing(ILogger logger, string consumer, long revision);

        [LoggerMessage(2, LogLevel.Warning,
            "{Consumer} holds revision {Revision}, which this store has lost, as after a restored backup; the patient is assessed and published above it")]
        public static partial void ReaderIsAhead(ILogger logger, string consumer, long revision);
    }
}
