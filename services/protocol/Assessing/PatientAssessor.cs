using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Protocol.Facts;
using CarT.Fhir.Protocol.FirstSight;
using CarT.Fhir.Protocol.Reviews;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>What led to an assessment, to be passed on with the revision that may come of it.</summary>
internal readonly record struct AssessmentCause(string Reason, DateTimeOffset? ReceivedAt = null, string? TraceParent = null);

/// <summary>
/// The one way to a revision: in one transaction the facts are stored, the patient is assessed, and the revision is written when its content
/// differs from the newest one. What it returns is committed and may be sent.
/// </summary>
internal sealed class PatientAssessor(
    ProtocolStore store, ProtocolInForce protocol, ClinicalClock clock, FactsIntake intake, RecordReader records, RecordCache cache,
    FirstSightHold firstSight, ReviewSignal reviews, ProtocolMetrics metrics, Heartbeats heartbeats, TimeProvider time)
{
    /// <summary>
    /// Takes in the facts of a message and assesses the patient whom it names. Others whom it concerns (a result left them, they were merged) are
    /// marked and assessed by the review timer, each alone: one who cannot be assessed must not hold back the facts of another.
    /// </summary>
    public async Task<AssessmentChanged?> ApplyAsync(FactsRecorded message, CancellationToken cancel)
    {
        using var turn = heartbeats.Begin("protocol.assess");
        var cause = new AssessmentCause(AssessmentReasons.Facts, message.ReceivedAt, message.TraceParent);
        var assessed = await store.InTransactionAsync(async transaction =>
        {
            if (message.Patient is { } first) await transaction.LockAsync(first);
            var taken = await intake.TakeInAsync(transaction, message);
            // A fixed order; the patient of the message comes last and is assessed with what the others have become.
            foreach (var other in taken.Touched.Where(key => key != message.Patient).OrderBy(key => key.Id, StringComparer.Ordinal))
                await ChangeAsync(transaction, await transaction.PatientAsync(other), taken, cause);
            if (message.Patient is not { } named) return null;
            await FirstSightHold.NoteAsync(transaction, named, message.Backfills ?? []);
            return taken.Touched.Contains(named) ? await ApplyAsync(transaction, named, message, taken, cause) : null;
        }, cancel);
        // Whether anybody was marked is one quick query of the timer's.
        reviews.Raise();
        return Committed(assessed);
    }

    /// <summary>
    /// Assesses a patient again without a new fact. Null when the content is the same, when the patient is due no more, and while somebody else is at
    /// work on the patient, who leaves it due or not.
    /// </summary>
    public async Task<AssessmentChanged?> ReviewAsync(PatientKey patient, CancellationToken cancel)
    {
        using var turn = heartbeats.Begin("protocol.assess");
        // Here and not in the transaction: that may run on the turn of another who waits for the store.
        var traceParent = CartTelemetry.CurrentTraceParent;
        var assessed = await store.InTransactionAsync(async transaction =>
        {
            if (await transaction.FindFreePatientAsync(patient) is not { } row || !row.IsDue(clock.Now, protocol.Definition.Hash)) return null;
            var held = await records.ReadAsync(transaction, row, []);
            var cause = row.Cause ?? new AssessmentCause(AssessmentReasons.Review);
            return await AssessAsync(transaction, row, held, cause with { TraceParent = traceParent ?? cause.TraceParent });
        }, cancel);
        return Committed(assessed);
    }

    private async Task<Assessed> ApplyAsync(ProtocolTransaction transaction, PatientKey patient, FactsRecorded message, IntakeResult taken, AssessmentCause cause)
    {
        var row = await transaction.PatientAsync(patient);
        var held = await records.ReadAsync(transaction, row, taken.Newest);
        row.Provides = PatientSources.With(row.Provides, message.Source, message.Provides);
        await ChangeAsync(transaction, row, taken, cause);
        return await AssessAsync(transaction, row, held, cause);
    }

    /// <summary>Notes that the set of versions behind this patient, and behind those that it was merged into, is another one.</summary>
    private async Task ChangeAsync(ProtocolTransaction transaction, PatientRow row, IntakeResult taken, AssessmentCause cause)
    {
        row.MarkChanged(cause, taken.Corrected, time.GetUtcNow().UtcTicks);
        var self = taken.Newest.FirstOrDefault(stored => stored.Version.Resource == new ResourceKey(row.Namespace, "Patient", row.Id));
        if (self is not null) await NoteMergeAsync(transaction, row, PatientMerges.ReplacedBy(self.Version), cause);
        await transaction.SaveAsync(row);
        await MarkSurvivorsAsync(transaction, row, taken.Corrected, cause);
    }

    private async Task NoteMergeAsync(ProtocolTransaction transaction, PatientRow row, string? replacedBy, AssessmentCause cause)
    {
        if (replacedBy == row.ReplacedBy) return;
        // A survivor of whom nothing was heard yet has facts from now on.
        if (replacedBy is not null && replacedBy != row.Id) await transaction.PatientAsync(row.Key with { Id = replacedBy });
        // When a merge is undone the facts leave the survivor, and when one closes a circle everybody in it gets the own ones back.
        var before = await PatientMerges.LinkedWithAsync(transaction, row);
        row.ReplacedBy = replacedBy;
        await MarkAsync(transaction, before.Union(await PatientMerges.LinkedWithAsync(transaction, row)), [], cause);
    }

    private async Task MarkSurvivorsAsync(ProtocolTransaction transaction, PatientRow row, IReadOnlyCollection<string> corrected, AssessmentCause cause) =>
        await MarkAsync(transaction, await PatientMerges.SurvivorsOfAsync(transaction, row), corrected, cause);

    private async Task MarkAsync(
        ProtocolTransaction transaction, IEnumerable<PatientKey> patients, IReadOnlyCollection<string> corrected, AssessmentCause cause)
    {
        foreach (var key in patients)
        {
            if (await transaction.FindPatientAsync(key) is not { } marked) continue;
            marked.MarkChanged(cause, corrected, time.GetUtcNow().UtcTicks);
            await transaction.SaveAsync(marked);
        }
    }

    private async Task<Assessed> AssessAsync(ProtocolTransaction transaction, PatientRow row, HeldPatient held, AssessmentCause cause)
    {
        var record = await records.RecordAsync(transaction, row, held.Resources);
        var started = time.GetTimestamp();
        var assessment = CytopeniaProtocol.Assess(record, protocol.Definition, protocol.FacilityZone, clock.Now);
        metrics.Assessed(cause.Reason, time.GetElapsedTime(started));
        row.DefinitionHash = protocol.Definition.Hash;
        row.NextReviewTicks = NextReview(assessment, record)?.UtcTicks;
        var until = await firstSight.UntilAsync(transaction, row, record, held.Published, assessment);
        var next = until is null ? PublishedRevision.After(held.Published, row.Revision, record, assessment, row.CorrectedReferences, cause) : null;
        if (next is not null) await transaction.PublishAsync(next);
        row.Revision = next?.Message.Revision ?? row.Revision;
        if (until is { } ticks) row.HoldBack(cause, ticks, time.GetUtcNow().UtcTicks);
        else row.ClearMark();
        await transaction.SaveAsync(row);
        return new Assessed(row, held with { Published = next ?? held.Published }, next?.Message);
    }

    private DateTimeOffset? NextReview(Assessment assessment, PatientRecord record) => assessment.State == States.NoInfusion
        ? FactsAhead.FirstAfter(assessment.AsOf, record.Resources, new FacilityClock(protocol.FacilityZone))
        : assessment.NextReviewAt;

    // The cache and the counters hear only of what is committed.
    private AssessmentChanged? Committed(Assessed? assessed)
    {
        if (assessed is null) return null;
        cache.Keep(assessed.Row, assessed.Held);
        if (assessed.Revision is { } revision) metrics.Published(revision.Assessment.State);
        return assessed.Revision;
    }

    private sealed record Assessed(PatientRow Row, HeldPatient Held, AssessmentChanged? Revision);
}
