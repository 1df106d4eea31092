using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.Hosting;
using CarT.Fhir.Protocol.Facts;
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
    ProtocolMetrics metrics, TimeProvider time)
{
    /// <summary>Takes in the facts of a message and assesses whom they concern.</summary>
    public async Task<IReadOnlyList<AssessmentChanged>> ApplyAsync(FactsRecorded message, CancellationToken cancel)
    {
        var assessed = await store.InTransactionAsync(async transaction =>
        {
            var result = new List<Assessed>();
            var taken = await intake.TakeInAsync(transaction, message);
            // A fixed order, so that two transactions never wait for each other's patients.
            foreach (var patient in taken.Touched.OrderBy(key => key.Id, StringComparer.Ordinal))
            {
                if (message.Patient is { } named && patient != named) await MarkAsync(transaction, patient, taken.Corrected);
                else result.Add(await ApplyAsync(transaction, patient, message, taken));
            }
            return result;
        }, cancel);
        return Committed(assessed);
    }

    /// <summary>Assesses a patient again without a new fact. Null when the content is the same.</summary>
    public async Task<AssessmentChanged?> ReviewAsync(PatientKey patient, string reason, CancellationToken cancel)
    {
        var assessed = await store.InTransactionAsync(async transaction =>
        {
            if (await transaction.FindPatientAsync(patient) is not { } row) return [];
            var held = await records.ReadAsync(transaction, row, []);
            return new List<Assessed> { await AssessAsync(transaction, row, held, new AssessmentCause(reason)) };
        }, cancel);
        return Committed(assessed).SingleOrDefault();
    }

    private async Task<Assessed> ApplyAsync(ProtocolTransaction transaction, PatientKey patient, FactsRecorded message, IntakeResult taken)
    {
        var row = await transaction.PatientAsync(patient);
        var held = await records.ReadAsync(transaction, row, taken.Newest);
        row.FactsVersion++;
        row.Provides = PatientSources.With(row.Provides, message.Source, message.Provides);
        row.AddCorrected(taken.Corrected);
        var self = taken.Newest.FirstOrDefault(stored => stored.Version.Resource == new ResourceKey(patient.Namespace, "Patient", patient.Id));
        if (self is not null) await NoteMergeAsync(transaction, row, PatientMerges.ReplacedBy(self.Version));
        foreach (var survivor in await PatientMerges.SurvivorsOfAsync(transaction, row)) await MarkAsync(transaction, survivor, taken.Corrected);
        return await AssessAsync(transaction, row, held, new AssessmentCause(AssessmentReasons.Facts, message.ReceivedAt, message.TraceParent));
    }

    private static async Task NoteMergeAsync(ProtocolTransaction transaction, PatientRow row, string? replacedBy)
    {
        // When a merge is undone, the facts leave the survivor.
        foreach (var survivor in await PatientMerges.SurvivorsOfAsync(transaction, row)) await MarkAsync(transaction, survivor, []);
        row.ReplacedBy = replacedBy;
        // A survivor of whom nothing was heard yet has facts from now on.
        if (replacedBy is not null && replacedBy != row.Id) await transaction.PatientAsync(row.Key with { Id = replacedBy });
    }

    // The set of versions behind this patient is another one: whoever comes next reads it again and assesses.
    private static async Task MarkAsync(ProtocolTransaction transaction, PatientKey patient, IReadOnlyCollection<string> corrected)
    {
        if (await transaction.FindPatientAsync(patient) is not { } row) return;
        row.FactsVersion++;
        row.DueReason = AssessmentReasons.Facts;
        row.AddCorrected(corrected);
        await transaction.SaveAsync(row);
    }

    private async Task<Assessed> AssessAsync(ProtocolTransaction transaction, PatientRow row, HeldPatient held, AssessmentCause cause)
    {
        var record = await records.RecordAsync(transaction, row, held.Resources);
        var started = time.GetTimestamp();
        var assessment = CytopeniaProtocol.Assess(record, protocol.Definition, protocol.FacilityZone, clock.Now);
        metrics.Assessed(cause.Reason, time.GetElapsedTime(started));
        var next = PublishedRevision.After(held.Published, row.Revision, record, assessment, row.CorrectedReferences, cause);
        if (next is not null) await transaction.PublishAsync(next);
        row.Revision = next?.Message.Revision ?? row.Revision;
        row.DefinitionHash = protocol.Definition.Hash;
        row.NextReviewTicks = assessment.NextReviewAt?.UtcTicks;
        row.DueReason = null;
        row.Corrected = PatientRow.EmptyList;
        await transaction.SaveAsync(row);
        return new Assessed(row, held with { Published = next ?? held.Published }, next?.Message);
    }

    // The cache and the counters hear only of what is committed.
    private IReadOnlyList<AssessmentChanged> Committed(List<Assessed> assessed)
    {
        foreach (var (row, held, revision) in assessed)
        {
            cache.Keep(row, held);
            if (revision is not null) metrics.Published(revision.Assessment.State);
        }
        return [.. assessed.Select(one => one.Revision).OfType<AssessmentChanged>()];
    }

    private sealed record Assessed(PatientRow Row, HeldPatient Held, AssessmentChanged? Revision);
}
