using System.Diagnostics;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Telemetry;
using MassTransit;

namespace CarT.Fhir.Gateway.ReadModel;

/// <summary>
/// Takes the newest revision of a patient into the read model, then acknowledges it. An older one is answered with the revision that stands here:
/// as a rule that settles it, and a protocol service that has lost its last revisions learns of them.
/// </summary>
internal sealed class AssessmentChangedConsumer(ReadModelWriter writer, Failpoints failpoints) : IConsumer<AssessmentChanged>
{
    /// <exception cref="MessageContractException">The message breaks its contract.</exception>
    public async Task Consume(ConsumeContext<AssessmentChanged> context)
    {
        var revision = context.Message;
        Check(revision);
        using var span = CartTelemetry.Continue("gateway.revision", ActivityKind.Consumer, revision.TraceParent);
        span?.SetTag("cart.revision", revision.Revision);
        var standing = await writer.ApplyAsync(revision, context.CancellationToken);
        await failpoints.ReachAsync(Failpoints.GatewayStored);
        await context.Publish(new AssessmentApplied { Patient = revision.Patient, Revision = standing, Consumer = "gateway" }, context.CancellationToken);
    }

    // What the read model needs and no more, so that the gateway shows whatever it can. Write-back needs more (FHIR ids, one identity per flag, known
    // statuses and kinds), because it writes into a chart. A message that one of the two refuses gets no receipt there and is sent again until the
    // protocol service is mended: nothing is dropped in silence, the error queue and the backlog show it.
    private static void Check(AssessmentChanged revision)
    {
        Require(!string.IsNullOrEmpty(revision.Patient.Namespace) && !string.IsNullOrEmpty(revision.Patient.Id), "patient is empty");
        Require(revision.Revision > 0, "revision is not positive");
        Require(revision.Assessment?.Flags is not null && revision.Assessment.CarePlan?.Activities is not null, "assessment is incomplete");
        Require(revision.Assessment!.Patient == revision.Patient.Reference, "assessment is of another patient");
        Require(revision.Withdrawn is not null, "withdrawn is null");
        Require(revision.FlagOrdinals?.Count == revision.Assessment.Flags.Count, "flagOrdinals do not match the flags");
    }

    private static void Require(bool holds, string fault)
    {
        if (!holds) throw new MessageContractException("AssessmentChanged: " + fault);
    }
}
