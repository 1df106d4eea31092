using System.Collections.Concurrent;
using System.Diagnostics;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Telemetry;
using MassTransit;

namespace CarT.Fhir.Protocol.Outbox;

/// <summary>
/// Sends revisions and remembers when, so that the sweep gives the readers time to answer. The memory is this process's own:
/// after a restart everything without a receipt is sent at once. Where the store is shared, a revision that this process did not send was sent by
/// another one, and that one sends it again unless it dies.
/// </summary>
internal sealed class RevisionPublisher(IBus bus, ProtocolStore store, TimeProvider time)
{
    /// <summary>How long a reader may take to acknowledge before the revision is sent again.</summary>
    public static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<PatientKey, Sent> sent = new();
    private bool hasSwept;

    public async Task PublishAsync(AssessmentChanged revision, CancellationToken cancel)
    {
        sent[revision.Patient] = new Sent(revision.Revision, time.GetTimestamp());
        // Also when it is sent again: the bus would else begin a trace of its own.
        using var span = CartTelemetry.Continue("protocol.publish", ActivityKind.Producer, revision.TraceParent);
        span?.SetTag("cart.revision", revision.Revision);
        await bus.Publish(revision with { TraceParent = span?.Id ?? revision.TraceParent }, cancel);
    }

    /// <summary>True when this revision was sent long enough ago, or by nobody as far as this process can know.</summary>
    public bool IsDue(PatientKey patient, long revision)
    {
        if (sent.TryGetValue(patient, out var last) && last.Revision >= revision) return IsOld(last);
        if (!store.IsShared || !hasSwept) return true;
        sent[patient] = new Sent(revision, time.GetTimestamp());
        return false;
    }

    /// <summary>Forgets when this patient, or everybody with null, was last sent something.</summary>
    public void Forget(PatientKey? patient)
    {
        if (patient is { } one) sent[one] = new Sent(long.MaxValue, At: null);
        else sent.Clear();
        hasSwept &= patient is not null;
    }

    /// <summary>A sweep has ended: forgets what was sent long ago and is no longer waited for.</summary>
    public void Swept(IReadOnlySet<PatientKey> waiting)
    {
        hasSwept = true;
        foreach (var (patient, last) in sent)
        {
            if (!waiting.Contains(patient) && IsOld(last)) sent.TryRemove(patient, out _);
        }
    }

    private bool IsOld(Sent last) => last.At is not { } at || time.GetElapsedTime(at) >= ResendAfter;

    private readonly record struct Sent(long Revision, long? At);
}
