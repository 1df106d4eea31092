using System.Data.Common;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using Dapper;

namespace CarT.Fhir.Listener.FirstSight;

/// <summary>The back-fills in the listener's database: what is to be fetched, what was, and what is done.</summary>
internal sealed class BackfillStore(CartDatabase database, CartOptions options, TimeProvider time)
{
    /// <summary>A row that failed so often is no longer waited for: eight attempts take four minutes at least.</summary>
    internal const int AttemptsWaitedFor = 8;

    private const string Finished =
        """
        SELECT b.patient_id FROM backfills b
        WHERE b.source = @source AND b.state = 'fetched'
          AND NOT EXISTS (
            SELECT 1 FROM backfill_rows r JOIN notifications n ON n.id = r.notification_id
            WHERE r.source = b.source AND r.patient_id = b.patient_id
              AND (n.status = 'sent' OR (n.status = 'received' AND n.attempts < @AttemptsWaitedFor)))
          AND NOT EXISTS (
            SELECT 1 FROM deliveries d
            WHERE d.source = b.source AND d.patient_id = b.patient_id AND d.done_ticks IS NULL AND d.notification_id <= b.through_notification_id)
        ORDER BY b.requested_ticks, b.patient_id
        """;

    /// <summary>The oldest back-fill of a source that is to be fetched now, or null.</summary>
    public Task<BackfillRow?> NextAsync(string source, CancellationToken cancel) =>
        database.ReadAsync(connection => connection.QueryFirstOrDefaultAsync<BackfillRow?>(
            """
            SELECT source AS Source, patient_id AS PatientId, number AS Number, infused_on AS InfusedOn, requested_ticks AS RequestedTicks, attempts AS Attempts
            FROM backfills WHERE source = @source AND state = 'requested' AND next_attempt_ticks <= @now ORDER BY requested_ticks, patient_id LIMIT 1
            """,
            new { source, now = time.GetUtcNow().UtcTicks }), cancel);

    /// <summary>The back-fill could not be fetched; it is tried again after the delay.</summary>
    public Task PostponeAsync(BackfillRow backfill, TimeSpan delay, string fault, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                UPDATE backfills SET attempts = attempts + 1, next_attempt_ticks = @next, fault = @fault
                WHERE source = @Source AND patient_id = @PatientId AND number = @Number AND state = 'requested'
                """,
                new { backfill.Source, backfill.PatientId, backfill.Number, next = (time.GetUtcNow() + delay).UtcTicks, fault }, transaction),
            cancel);

    /// <summary>The rows of the back-fill are stored. Nothing happens when an earlier infusion has become known meanwhile: then it is to be fetched anew.</summary>
    /// <param name="backfill">What was fetched.</param>
    /// <param name="rows">The rows that it gave; what was known already gives none.</param>
    /// <param name="refused">Types that the source refused to search.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task FetchedAsync(BackfillRow backfill, IReadOnlyCollection<long> rows, IReadOnlyCollection<string> refused, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var fetched = await connection.ExecuteAsync(
                """
                UPDATE backfills SET state = 'fetched', fault = NULL, refused = @refused, through_notification_id = (SELECT MAX(id) FROM notifications)
                WHERE source = @Source AND patient_id = @PatientId AND number = @Number AND state = 'requested'
                """,
                new { backfill.Source, backfill.PatientId, backfill.Number, refused = refused.Count == 0 ? null : string.Join(' ', refused) }, transaction);
            if (fetched == 0) return;
            await ForgetRowsAsync(connection, transaction, backfill.Source, backfill.PatientId);
            await connection.ExecuteAsync(
                "INSERT INTO backfill_rows (source, patient_id, notification_id) VALUES (@Source, @PatientId, @row)",
                rows.Distinct().Select(row => new { backfill.Source, backfill.PatientId, row }), transaction);
        }, cancel);

    /// <summary>Ends the fetched back-fills of a source whose rows are all receipted, each with a delivery that says so. Returns how many ended.</summary>
    public async Task<int> FinishAsync(string source, CancellationToken cancel)
    {
        var parameters = new { source, AttemptsWaitedFor };
        if (await database.ReadAsync(connection => connection.QueryFirstOrDefaultAsync<string?>(Finished, parameters), cancel) is null) return 0;
        return await database.WriteAsync(async (connection, transaction) =>
        {
            var patients = (await connection.QueryAsync<string>(Finished, parameters, transaction)).AsList();
            foreach (var patientId in patients) await FinishAsync(connection, transaction, source, patientId);
            return patients.Count;
        }, cancel);
    }

    /// <summary>How far the back-fills of these patients are, at each of the sources; nothing of a patient who has none.</summary>
    public Task<List<BackfillStatus>> StatusesAsync(IReadOnlyCollection<string> sources, IReadOnlyCollection<string> patientIds, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<BackfillStatus>(
            $"""
            SELECT source AS Source, patient_id AS PatientId, number AS Number, state AS State
            FROM backfills
            WHERE {SqlDialect.Of(connection).IsAny("source", "names")} AND {SqlDialect.Of(connection).IsAny("patient_id", "patients")} ORDER BY source, patient_id
            """,
            new { names = sources.ToArray(), patients = patientIds.ToArray() })).AsList(), cancel);

    /// <summary>How many back-fills are not done.</summary>
    public Task<long> CountWaitingAsync(CancellationToken cancel) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM backfills WHERE state <> 'done'"), cancel);

    /// <summary>The back-fills by source, for operators.</summary>
    public Task<Dictionary<string, BackfillCounts>> CountsAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<BackfillCounts>(
            """
            SELECT source AS Source, COUNT(*) FILTER (WHERE state <> 'done') AS Waiting,
                   COUNT(*) FILTER (WHERE state <> 'done' AND requested_ticks <= @overdue) AS Overdue,
                   MIN(requested_ticks) FILTER (WHERE state <> 'done') AS OldestTicks,
                   COUNT(*) FILTER (WHERE refused IS NOT NULL) AS Incomplete, STRING_AGG(refused, ' ') AS Missing,
                   MAX(fault) FILTER (WHERE state <> 'done') AS Fault
            FROM backfills WHERE state <> 'done' OR refused IS NOT NULL GROUP BY source
            """,
            new { overdue = (time.GetUtcNow() - options.FirstSight.LongestWait).UtcTicks })).ToDictionary(counts => counts.Source, StringComparer.OrdinalIgnoreCase), cancel);

    private static async Task FinishAsync(DbConnection connection, DbTransaction transaction, string source, string patientId)
    {
        // What its own row cannot be: it may be released and worked again, and that supersedes its deliveries.
        var row = await connection.ExecuteScalarAsync<long>(
            """
            INSERT INTO notifications (source, received_ticks, method, headers, traceparent, body, kind, status)
            SELECT n.source, n.received_ticks, 'GET', '{}', n.traceparent, @nothing, 'backfill', 'sent'
            FROM backfills b JOIN notifications n ON n.id = b.notification_id WHERE b.source = @source AND b.patient_id = @patientId
            RETURNING id
            """,
            new { source, patientId, nothing = Array.Empty<byte>() }, transaction);
        await connection.ExecuteAsync(
            """
            INSERT INTO deliveries (notification_id, source, patient_id, body) VALUES (@row, @source, @patientId, '[]');
            UPDATE backfills SET state = 'done', fault = NULL,
                refused = CASE WHEN EXISTS (
                    SELECT 1 FROM backfill_rows r JOIN notifications n ON n.id = r.notification_id
                    WHERE r.source = @source AND r.patient_id = @patientId AND (n.status = 'received' OR (n.status = 'refused' AND n.attempts > 0)))
                    THEN COALESCE(refused || ' ', '') || 'references' ELSE refused END
            WHERE source = @source AND patient_id = @patientId
            """,
            new { row, source, patientId }, transaction);
        await ForgetRowsAsync(connection, transaction, source, patientId);
    }

    private static Task<int> ForgetRowsAsync(DbConnection connection, DbTransaction transaction, string source, string patientId) =>
        connection.ExecuteAsync("DELETE FROM backfill_rows WHERE source = @source AND patient_id = @patientId", new { source, patientId }, transaction);
}
