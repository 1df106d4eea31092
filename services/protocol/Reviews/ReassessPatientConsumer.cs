using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Bus;
using MassTransit;

namespace CarT.Fhir.Protocol.Reviews;

/// <summary>Marks a patient for assessment at the wish of an operator; the review timer does it within its next turn.</summary>
internal sealed partial class ReassessPatientConsumer(OperatorReassessment reassessment, ILogger<ReassessPatientConsumer> log) : IConsumer<ReassessPatient>
{
    /// <exception cref="MessageContractException">The message breaks its contract.</exception>
    public async Task Consume(ConsumeContext<ReassessPatient> context)
    {
        var wish = context.Message;
        if (string.IsNullOrEmpty(wish.Patient.Namespace) || string.IsNullOrEmpty(wish.Patient.Id))
            throw new MessageContractException("ReassessPatient: patient is empty");
        if (string.IsNullOrWhiteSpace(wish.Reason)) throw new MessageContractException("ReassessPatient: reason is empty");
        var known = await reassessment.RequestAsync(wish.Patient, context.CancellationToken);
        if (known == 0) Log.UnknownPatient(log);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "An operator asked for the assessment of a patient of whom nothing was ever heard")]
        public static partial void UnknownPatient(ILogger logger);
    }
}
