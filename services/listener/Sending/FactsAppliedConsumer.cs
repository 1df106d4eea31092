using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using MassTransit;

namespace CarT.Fhir.Listener.Sending;

/// <summary>The receipt of the protocol service: these deliveries are done. Any number of times.</summary>
internal sealed class FactsAppliedConsumer(SourceTable sources, ListenerStore store, Outstanding outstanding, FactsSender sender, Failpoints failpoints)
    : IConsumer<FactsApplied>
{
    public async Task Consume(ConsumeContext<FactsApplied> context)
    {
        var receipt = context.Message;
        if (!sources.TryFind(receipt.Source, out var source)) throw new MessageContractException("FactsApplied: source is not configured");
        if (receipt.RowIds is null) throw new MessageContractException("FactsApplied: rowIds is null");
        await failpoints.ReachAsync(Failpoints.ListenerReceipted);
        await store.ReceiptAsync(source.Name, receipt.RowIds, context.CancellationToken);
        if (outstanding.Settled(receipt.RowIds)) sender.DeliveriesCame.Raise();
    }
}
