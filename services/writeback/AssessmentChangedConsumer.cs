using System.Diagnostics;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.WriteBack.Reconciliation;
using CarT.Fhir.WriteBack.Storage;
using CarT.Fhir.WriteBack.Targets;
using CarT.Fhir.WriteBack.Wanted;
using MassTransit;

namespace CarT.Fhir.WriteBack;

/// <summary>Stores what should stand in each target of the patient, then says so. The work itself is the reconciler's.</summary>
internal sealed class AssessmentChangedConsumer(
    WantedStore store, WantedState wanted, TargetRegistry targets, ReconcilerSignal signal, WriteBackMetrics metrics, Failpoints failpoints)
    : IConsumer<AssessmentChanged>
{
    public async Task Consume(ConsumeContext<AssessmentChanged> context)
    {
        var message = context.Message;
        AssessmentChangedContract.Check(message);
        using var span = CartTelemetry.Continue("writeback.wanted", ActivityKind.Consumer, message.TraceParent);
        span?.SetTag("cart.revision", message.Revision);
        message = message with { TraceParent = span?.Id ?? message.TraceParent };
        var names = targets.OfNamespace(message.Patient.Namespace).Select(target => target.Name).ToList();
        var held = await store.WantAsync(names, message, stored => wanted.Next(stored, message), context.CancellationToken);
        foreach (var (name, now) in names.Zip(held))
        {
            if (now.IsDue) signal.Wake(name);
            else metrics.StaleRevision(name);
        }

        await failpoints.ReachAsync(Failpoints.WriteBackStored);
        // A revision that is old news is acknowledged too, by the newer one that stands in its place: a sender whose store lost that one learns from
        // where to number on.
        var stands = held.Select(now => now.Revision).Append(message.Revision).Max();
        await context.Publish(
            new AssessmentApplied { Patient = message.Patient, Revision = stands, Consumer = WriteBackModule.ServiceName }, context.CancellationToken);
    }
}
