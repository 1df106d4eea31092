using System.Data.Common;
using CarT.Fhir.Hosting.Storage;
using Dapper;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>The polls of a source so far, by the machine's clock, as UTC ticks.</summary>
internal sealed record PollRow(
    string Source, long? CompleteTicks, long? AttemptTicks, long NextTicks, long Failures, string? Outcome, long Found, long? WantedTicks, long? FromTicks);

/// <summary>How far a question to a source has been answered.</summary>
internal sealed record WatermarkRow(string Source, string Query, long WatermarkTicks, string? Outcome);

/// <summary>What the poller remembers: watermarks, attempts, wishes, patients.</summary>
internal sealed class PollStore(CartDatabase database, TimeProvider time)
{
    private const string Columns =
        """
        source AS Source, complete_ticks AS CompleteTicks, attempt_ticks AS AttemptTicks, next_ticks AS NextTicks, failures AS Failures, outcome AS Outcome,
        found AS Found, wanted_ticks AS WantedTicks, from_ticks AS FromTicks
        """;

    private const string OfSource =
        "SELECT source AS Source, query AS Query, watermark_ticks AS WatermarkTicks, outcome AS Outcome FROM poll_watermarks WHERE source = @source ORDER BY query";

    /// <summary>The polls of a source; null before the first.</summary>
    public Task<PollRow?> FindAsync(string source, CancellationToken cancel) =>
        database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<PollRow?>($"SELECT {Columns} FROM polls WHERE source = @source", new { source }), cancel);

    public Task<List<PollRow>> AllAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<PollRow>($"SELECT {Columns} FROM polls ORDER BY source")).AsList(), cancel);

    public Task<List<WatermarkRow>> WatermarksAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<WatermarkRow>(
            "SELECT source AS Source, query AS Query, watermark_ticks AS WatermarkTicks, outcome AS Outcome FROM poll_watermarks ORDER BY source, query")).AsList(), cancel);

    /// <summary>
    /// The queries of a source with their watermarks; what was not answered at the last poll comes last. A new query starts where the others of its resource
    /// type stand. The first of all starts at the given time, or at the last notification when nothing came since; one that is asked no more is forgotten.
    /// </summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="queries">What is to be asked now. The history of a type is kept as long as the type is asked for.</param>
    /// <param name="since">Where the first starts whatever came, or null.</param>
    /// <param name="now">By the clock of the source.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<List<(PollQuery Query, DateTimeOffset Watermark)>> WatermarksAsync(
        string source, IReadOnlyList<PollQuery> queries, DateTimeOffset? since, DateTimeOffset now, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var rows = (await connection.QueryAsync<WatermarkRow>(OfSource, new { source }, transaction)).ToDictionary(row => row.Query, StringComparer.Ordinal);
            var start = since ?? await StartAsync(connection, transaction, source, rows.Count == 0, now);
            foreach (var query in queries.Where(query => !rows.ContainsKey(query.Key)).ToList())
            {
                var ofType = rows.Values.Where(row => PollQuery.TypeOf(row.Query) == query.Type).Select(row => row.WatermarkTicks).ToList();
                var row = rows[query.Key] = new WatermarkRow(source, query.Key, ofType.Count > 0 ? ofType.Min() : start.UtcTicks, null);
                await connection.ExecuteAsync(
                    "INSERT INTO poll_watermarks (source, query, watermark_ticks) VALUES (@Source, @Query, @WatermarkTicks)", row, transaction);
            }
            var kept = queries.Concat(queries.Select(query => PollQuery.DeletesOf(query.Type))).Select(query => query.Key).Distinct().ToArray();
            await connection.ExecuteAsync(
                $"DELETE FROM poll_watermarks WHERE source = @source AND {SqlDialect.Of(connection).IsNone("query", "kept")}", new { source, kept }, transaction);
            return queries.OrderBy(query => rows[query.Key].Outcome is PollOutcome.NoAnswer)
                .Select(query => (query, new DateTimeOffset(rows[query.Key].WatermarkTicks, TimeSpan.Zero))).ToList();
        }, cancel);

    /// <summary>The types whose history was asked for at a source.</summary>
    public Task<HashSet<string>> HistoryTypesAsync(string source, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<WatermarkRow>(OfSource, new { source }))
            .Select(row => new PollQuery(row.Query)).Where(query => query.IsHistory).Select(query => query.Type).ToHashSet(StringComparer.Ordinal), cancel);

    /// <summary>A query was answered to its last page, or not at all; then its watermark stays.</summary>
    public Task AnsweredAsync(string source, string query, DateTimeOffset watermark, string outcome, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "UPDATE poll_watermarks SET watermark_ticks = @ticks, outcome = @outcome WHERE source = @source AND query = @query",
                new { source, query, ticks = watermark.UtcTicks, outcome }, transaction),
            cancel);

    /// <summary>
    /// A poll has ended. A wish is done with when the poll was complete and it is still the one that the poll was made for; one of the future was wished for
    /// before the clock was set back. A poll that was not complete counts as a failure, so that no wish makes it come again at once.
    /// </summary>
    public Task PolledAsync(string source, PollRow? before, DateTimeOffset started, PollTally tally, TimeSpan next, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                INSERT INTO polls (source, attempt_ticks, complete_ticks, next_ticks, failures, outcome, found)
                VALUES (@source, @start, @end, @next, @failed, @Outcome, @Found)
                ON CONFLICT (source) DO UPDATE SET
                    attempt_ticks = excluded.attempt_ticks, next_ticks = excluded.next_ticks, outcome = excluded.outcome,
                    complete_ticks = COALESCE(excluded.complete_ticks, polls.complete_ticks),
                    failures = CASE WHEN @failed = 0 THEN 0 ELSE polls.failures + 1 END,
                    found = polls.found + excluded.found;
                UPDATE polls SET wanted_ticks = NULL, from_ticks = NULL
                WHERE source = @source AND @failed = 0 AND wanted_ticks = @wanted AND COALESCE(from_ticks, 0) = COALESCE(@from, 0)
                    AND (wanted_ticks <= @start OR wanted_ticks > @now)
                """,
                new
                {
                    source,
                    start = started.UtcTicks,
                    end = tally.IsComplete ? started.UtcTicks : (long?)null,
                    now = time.GetUtcNow().UtcTicks,
                    next = (time.GetUtcNow() + next).UtcTicks,
                    failed = tally.IsComplete ? 0 : 1,
                    tally.Outcome,
                    tally.Found,
                    wanted = before?.WantedTicks,
                    from = before?.FromTicks,
                },
                transaction),
            cancel);

    /// <summary>Asks for a poll before its time.</summary>
    public Task WishAsync(string source, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => CatchUps.RequestAsync(connection, transaction, source, time.GetUtcNow().UtcTicks), cancel);

    /// <summary>Asks for a poll before its time that looks back at least to a time.</summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="sinceLastGood">The last time at which nothing was missing, by the clock of the source.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task RequestCatchUpAsync(string source, DateTimeOffset sinceLastGood, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => CatchUps.RequestAsync(connection, transaction, source, time.GetUtcNow().UtcTicks, sinceLastGood.UtcTicks), cancel);

    /// <summary>The monitored patient who was not read as a whole for longest, and not since a time; null when there is none.</summary>
    public Task<string?> PatientToReadAsync(string source, DateTimeOffset before, CancellationToken cancel) =>
        database.ReadAsync(connection => connection.QueryFirstOrDefaultAsync<string?>(
            """
            SELECT b.patient_id FROM backfills b LEFT JOIN known_patients k ON k.source = b.source AND k.patient_id = b.patient_id
            WHERE b.source = @source AND COALESCE(k.read_ticks, b.requested_ticks) <= @ticks
            ORDER BY COALESCE(k.read_ticks, b.requested_ticks), b.patient_id LIMIT 1
            """,
            new { source, ticks = before.UtcTicks }), cancel);

    /// <summary>The monitored patients of a source: those of whom an infusion became known. Of the others nothing is decided.</summary>
    public Task<List<string>> PatientsAsync(string source, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<string>(
            "SELECT patient_id FROM backfills WHERE source = @source ORDER BY patient_id", new { source })).AsList(), cancel);

    /// <summary>What is known of a patient and not retracted.</summary>
    public Task<List<(string Reference, string ContentHash)>> ReferencesOfAsync(string source, string patient, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<(string, string)>(
            "SELECT reference, content_hash FROM known_versions WHERE source = @source AND patient_id = @patient AND retracted = 0 ORDER BY reference",
            new { source, patient })).AsList(), cancel);

    /// <summary>A patient was read as a whole so long ago.</summary>
    public Task ReadAsync(string source, string patient, TimeSpan ago, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                INSERT INTO known_patients (source, patient_id, read_ticks) VALUES (@source, @patient, @ticks)
                ON CONFLICT (source, patient_id) DO UPDATE SET read_ticks = excluded.read_ticks
                """,
                new { source, patient, ticks = (time.GetUtcNow() - ago).UtcTicks }, transaction),
            cancel);

    // After an upgrade or a long stop: what happened since the last word of the source is to be found.
    private static async Task<DateTimeOffset> StartAsync(DbConnection connection, DbTransaction transaction, string source, bool isFirst, DateTimeOffset now)
    {
        if (!isFirst) return now;
        var heard = await connection.ExecuteScalarAsync<long?>(
            "SELECT MAX(received_ticks) FROM notifications WHERE source = @source AND method <> 'GET'", new { source }, transaction);
        return heard < now.UtcTicks ? new DateTimeOffset(heard.Value, TimeSpan.Zero) : now;
    }
}
