using System.Data.Common;
using System.Globalization;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using Dapper;

namespace CarT.Fhir.Listener.FirstSight;

/// <summary>
/// Whose history is asked for: a patient's whose infusion becomes known for the first time, or an earlier one than before, at every source that shares
/// the patient's ids. A patient who was merged with such a one is such a one too, since the facts of both are the survivor's (P11.6).
/// </summary>
internal sealed class Backfills(SourceTable sources, TimeZoneInfo facility)
{
    /// <summary>Asks for the history of the patients whose infusion a row made known, in the transaction that settles it.</summary>
    public async Task RequestAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, long nowTicks)
    {
        var versions = row.Versions.Select(read => read.Version).Where(version => version is { Patient: not null, Retracted: false }).ToList();
        var infused = versions.SelectMany(version => version.Infusions, (version, infusion) => (Patient: version.Patient!.Value.Id, On: DayOf(infusion.Time)))
            .GroupBy(infusion => infusion.Patient, infusion => infusion.On);
        foreach (var patient in infused) await RequestAsync(patient.Key, patient.Min());

        foreach (var (patient, survivor) in MergesOf(versions))
        {
            if (await EarliestAsync(connection, transaction, row.Source, [patient, survivor]) is not { } infusedOn) continue;
            await RequestAsync(patient, infusedOn);
            // The row may say nothing about the survivor; the hold must be known all the same.
            if (await RequestAsync(survivor, infusedOn) > 0) await AnnounceAsync(connection, transaction, row, survivor);
        }

        async Task<int> RequestAsync(string patient, DateOnly infusedOn)
        {
            var asked = 0;
            foreach (var source in sources.SharingPatientsWith(row.Source)) asked += await InsertAsync(connection, transaction, row, source, patient, infusedOn, nowTicks);
            return asked;
        }
    }

    private static IEnumerable<(string Patient, string Survivor)> MergesOf(IEnumerable<ResourceVersion> versions) =>
        from version in versions
        from status in version.PatientStatuses
        where status.ReplacedBy is { Length: > 0 } survivor && survivor != version.Patient!.Value.Id
        select (version.Patient!.Value.Id, status.ReplacedBy!);

    private DateOnly DayOf(ClinicalTime time) =>
        time.Date ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.Instant!.Value, facility).DateTime);

    private async Task<DateOnly?> EarliestAsync(DbConnection connection, DbTransaction transaction, string source, string[] patients) =>
        await connection.ExecuteScalarAsync<string?>(
            $"SELECT MIN(infused_on) FROM backfills WHERE {SqlDialect.Of(connection).IsAny("source", "names")} AND {SqlDialect.Of(connection).IsAny("patient_id", "patients")}",
            new { names = sources.SharingPatientsWith(source).ToArray(), patients }, transaction) is { } day
            ? BackfillRow.ReadDay(day)
            : null;

    // Each day at most once: only an earlier one asks again.
    private static Task<int> InsertAsync(
        DbConnection connection, DbTransaction transaction, WorkedRow row, string source, string patientId, DateOnly infusedOn, long nowTicks) =>
        connection.ExecuteAsync(
            """
            INSERT INTO backfills (source, patient_id, number, infused_on, state, requested_ticks, notification_id)
            VALUES (@source, @patientId, @nowTicks, @day, 'requested', @nowTicks, @Id)
            ON CONFLICT (source, patient_id) DO UPDATE SET
                number = CASE WHEN excluded.number > backfills.number THEN excluded.number ELSE backfills.number + 1 END,
                infused_on = excluded.infused_on, state = 'requested', refused = NULL, fault = NULL, requested_ticks = excluded.requested_ticks,
                notification_id = excluded.notification_id, attempts = 0, next_attempt_ticks = 0
            WHERE excluded.infused_on < backfills.infused_on
            """,
            new { source, patientId, day = infusedOn.ToString("O", CultureInfo.InvariantCulture), nowTicks, row.Id }, transaction);

    private static Task<int> AnnounceAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, string patientId) =>
        connection.ExecuteAsync(
            "INSERT INTO deliveries (notification_id, source, patient_id, body) VALUES (@Id, @Source, @patientId, '[]')",
            new { row.Id, row.Source, patientId }, transaction);
}
