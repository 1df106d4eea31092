using System.Diagnostics;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Telemetry;
using MassTransit;

namespace CarT.Fhir.Gateway.ReadModel;

/// <summary>Keeps what happened in the targets, for audit. The same message twice is one row.</summary>
internal sealed class WriteBackSettledConsumer(GatewayStore store, GatewayMetrics metrics) : IConsumer<WriteBackSettled>
{
    /// <exception cref="MessageContractException">The message breaks its contract.</exception>
    public async Task Consume(ConsumeContext<WriteBackSettled> context)
    {
        var settled = context.Message;
        if (string.IsNullOrEmpty(settled.Patient.Namespace) || string.IsNullOrEmpty(settled.Patient.Id))
            throw new MessageContractException("WriteBackSettled: patient is empty");
        if (string.IsNullOrEmpty(settled.Target) || string.IsNullOrEmpty(settled.Identifier))
            throw new MessageContractException("WriteBackSettled: target or identifier is empty");
        if (settled.Outcome is not ("created" or "updated" or "unchanged" or "refused" or "left-to-clinician"))
            throw new MessageContractException("WriteBackSettled: outcome is unknown");
        using var span = CartTelemetry.Continue("gateway.settled", ActivityKind.Consumer, settled.TraceParent);
        span?.SetTag("cart.outcome", settled.Outcome);
        await store.AddAuditAsync(settled, context.CancellationToken);
        metrics.Settled(settled.Outcome);
    }
}
