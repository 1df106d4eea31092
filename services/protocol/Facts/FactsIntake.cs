using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Protocol.Facts;

/// <summary>What a message changed.</summary>
/// <param name="Newest">The versions that are newest now.</param>
/// <param name="Touched">Every patient whose set of versions is another one since.</param>
/// <param name="Corrected">References of the resources whose earlier version was replaced or retracted.</param>
internal sealed record IntakeResult(IReadOnlyCollection<StoredVersion> Newest, IReadOnlySet<PatientKey> Touched, IReadOnlyCollection<string> Corrected);

/// <summary>Takes the resource versions of a message into the store.</summary>
internal sealed class FactsIntake(ProtocolMetrics metrics)
{
    public async Task<IntakeResult> TakeInAsync(ProtocolTransaction transaction, FactsRecorded message)
    {
        var order = message.VersionOrder == "numeric" ? VersionOrder.Numeric : VersionOrder.LastUpdated;
        var newest = new Dictionary<ResourceKey, StoredVersion>();
        var touched = new HashSet<PatientKey>();
        var corrected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var arriving in message.Resources)
        {
            var stored = await transaction.FindResourceAsync(arriving.Resource);
            var decision = stored is null
                ? Supersession.First(arriving)
                : Supersession.Decide(stored, await transaction.SupersededAsync(arriving.Resource), arriving, order);
            foreach (var superseded in decision.Superseded) await transaction.KeepSupersededAsync(superseded);
            Count(decision.Outcome, arriving);
            if (decision.Newest == stored) continue;
            if (stored is null) await transaction.AddAsync(decision.Newest);
            else await transaction.ReplaceAsync(decision.Newest);
            // Only the time of the reading is another one: that says nothing about the patient.
            if (decision.Outcome == SupersessionOutcome.Same && decision.Newest.Ambiguous == stored!.Ambiguous) continue;
            newest[arriving.Resource] = decision.Newest;
            if (stored is not null && decision.Outcome == SupersessionOutcome.Replaces) corrected.Add(arriving.Resource.Reference);
            // A result that moved to another patient leaves the first.
            if (stored?.Version.Patient is { } before) touched.Add(before);
            if (decision.Newest.Version.Patient is { } now) touched.Add(now);
        }
        return new IntakeResult(newest.Values, touched, corrected);
    }

    private void Count(SupersessionOutcome outcome, ResourceVersion arriving)
    {
        if (outcome == SupersessionOutcome.Same) metrics.IgnoredSame();
        else if (outcome == SupersessionOutcome.Older) metrics.IgnoredOlder();
        else metrics.TakenIn(arriving);
    }
}
