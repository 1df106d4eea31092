using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Protocol.Assessing;

namespace CarT.Fhir.Protocol.FirstSight;

/// <summary>
/// Nothing is published of a patient whose infusion has just become known before the history is here: what is judged from half of it is withdrawn
/// seconds later. Once a revision with an infusion is out, nothing is held back any more: the patient is under watch, and new results must not wait.
/// </summary>
internal sealed partial class FirstSightHold(CartOptions options, ProtocolMetrics metrics, TimeProvider time, ILogger<FirstSightHold> log)
{
    /// <summary>Notes what a message says about the history of its patient. Those whom it may free are looked at again.</summary>
    public static async Task NoteAsync(ProtocolTransaction transaction, PatientKey patient, IReadOnlyList<BackfillProgress> progress)
    {
        var changed = false;
        foreach (var backfill in progress) changed |= await transaction.NoteBackfillAsync(patient, backfill);
        if (!changed) return;
        var row = await transaction.PatientAsync(patient);
        foreach (var key in (await PatientMerges.SurvivorsOfAsync(transaction, row)).Prepend(patient)) await LookAgainAsync(transaction, key);
    }

    /// <summary>Until when the revision of this assessment is held back, or null when it is published now.</summary>
    /// <param name="transaction">Where it is noted how far the history is.</param>
    /// <param name="row">The patient.</param>
    /// <param name="record">What was assessed; the history of those merged into the patient counts too (P11.6).</param>
    /// <param name="published">The newest published revision, or null.</param>
    /// <param name="assessment">The assessment.</param>
    public async Task<long?> UntilAsync(
        ProtocolTransaction transaction, PatientRow row, PatientRecord record, PublishedRevision? published, Assessment assessment)
    {
        if (assessment.Episode is null || published?.Message.Assessment.Episode is not null) return null;
        var backfills = await transaction.BackfillsAsync([row.Key, .. record.MergedFrom]);
        var now = time.GetUtcNow().UtcTicks;
        var until = Hold.Until(backfills, row.LastFactTicks, row.HeldSinceTicks ?? now, now, options.FirstSight);
        if (until is null && backfills.Count(backfill => backfill.IsOpen) is var open && open > 0)
        {
            metrics.HistoryNotWaitedFor();
            Log.NotWaitedFor(log, open);
        }
        return until;
    }

    private static async Task LookAgainAsync(ProtocolTransaction transaction, PatientKey patient)
    {
        if (await transaction.FindPatientAsync(patient) is not { HeldUntilTicks: not null } held) return;
        held.HeldUntilTicks = 0;
        await transaction.SaveAsync(held);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "The first revision of a patient is published before the history is here: {Open} sources have not given it, and it is no longer waited for")]
        public static partial void NotWaitedFor(ILogger logger, int open);
    }
}
