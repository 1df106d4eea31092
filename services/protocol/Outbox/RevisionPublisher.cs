using System.Collections.Concurrent;
using System.Diagnostics;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Telemetry;
using MassTransit;

namespace CarT.Fhir.Protocol.Outbox;

/// <summary>
/// Sends revisions and remembers when, so that the sweep gives the readers time to answer. The memory is this process's own:
/// after a restart everything without a receipt is sent at once.
/// </summary>
internal sealed class RevisionPublisher(IBus bus, TimeProvider time)
{
    /// <summary>How long a reader may take to acknowledge before the revision is sent again.</summary>
    public static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<PatientKey, Sent> sent = new();

    public async Task PublishAsync(AssessmentChanged revision, CancellationToken cancel)
    {
        sent[revision.Patient] = new Sent(revision.Revision, time.GetTimestamp());
        // Also when it is sent again: the bus would else begin a trace of its own.
        using var span = CartTelemetry.Continue("protocol.publish", ActivityKind.Producer, revision.TraceParent);
        span?.SetTag("cart.revision", revision.Revision);
        await bus.Publish(revision with { TraceParent = span?.Id ?? revision.TraceParent }, cancel);
    }

    /// <summary>True when this revision was not sent by this process, or long enough ago.</summary>
    public bool IsDue(PatientKey patient, long revision) =>
        !sent.TryGetValue(patient, out var last) || last.Revision < revision || time.GetElapsedTime(last.At) >= ResendAfter;

    /// <summary>Forgets when this patient, or everybody with null, was last sent something.</summary>
    public void Forget(PatientKey? patient)
    {
        if (patient is { } one) sent.TryRemove(one, out _);
        else sent.Clear();
    }

    /// <summary>Forgets what was sent long ago and is no longer waited for.</summary>
    public void ForgetAllBut(IReadOnlySet<PatientKey> waiting)
    {
        foreach (var (patient, last) in sent)
        {
            if (!waiting.Contains(patient) && time.GetElapsedTime(last.At) >= ResendAfter) sent.TryRemove(patient, out _);
        }
    }

    private readonly record struct Sent(long Revision, long At);
}
