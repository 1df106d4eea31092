using System.Diagnostics;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Protocol.Assessing;
using CarT.Fhir.Protocol.Outbox;
using MassTransit;

namespace CarT.Fhir.Protocol.Facts;

/// <summary>
/// Facts in: one transaction stores them and assesses the patient; then the receipt, then what changed. The same message again changes
/// nothing and is answered with a receipt again.
/// </summary>
internal sealed class FactsRecordedConsumer(PatientAssessor assessor, RevisionPublisher publisher, Failpoints failpoints) : IConsumer<FactsRecorded>
{
    /// <exception cref="MessageContractException">The message breaks its contract.</exception>
    public async Task Consume(ConsumeContext<FactsRecorded> context)
    {
        var message = context.Message;
        FactsRecordedContract.Check(message);
        using var span = CartTelemetry.Continue("protocol.facts", ActivityKind.Consumer, message.TraceParent);
        span?.SetTag("cart.source", message.Source).SetTag("cart.resources", message.Resources.Count);
        await failpoints.ReachAsync(Failpoints.ProtocolReceived);
        var changed = await assessor.ApplyAsync(message with { TraceParent = span?.Id ?? message.TraceParent }, context.CancellationToken);
        span?.SetTag("cart.revision", changed?.Revision).SetTag("cart.state", changed?.Assessment.State);
        await failpoints.ReachAsync(Failpoints.ProtocolCommitted);
        await context.Publish(new FactsApplied { Source = message.Source, RowIds = message.RowIds }, context.CancellationToken);
        await failpoints.ReachAsync(Failpoints.ProtocolReceiptSent);
        if (changed is not null) await publisher.PublishAsync(changed, context.CancellationToken);
    }
}
