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

    /// <summary>The polls of a source; null before the first.</summary>
    public Task<PollRow?> FindAsync(string source, CancellationToken cancel) =>
        database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<PollRow?>($"SELECT {Columns} FROM polls WHERE source = @source", new { source }), cancel);

    public Task<List<PollRow>> AllAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<PollRow>($"SELECT {Columns} FROM polls ORDER BY source")).AsList(), cancel);

    public Task<List<WatermarkRow>> WatermarksAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<WatermarkRow>(
            "SELECT source AS Source, query AS Query, watermark_ticks AS WatermarkTicks, outcome AS Outcome FROM poll_watermarks ORDER BY source, query")).AsList(), cancel);

    /// <summary>
    /// The watermark of every query of a source, by query. A new query starts where the others of its resource type stand, or at the given time; one that is
    /// asked no more is forgotten.
    /// </summary>
    public Task<Dictionary<string, DateTimeOffset>> WatermarksAsync(string source, IReadOnlyList<PollQuery> queries, DateTimeOffset start, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var rows = (await connection.QueryAsync<(string Query, long Ticks)>(
                "SELECT query, watermark_ticks FROM poll_watermarks WHERE source = @source ORDER BY query", new { source }, transaction))
                .ToDictionary(row => row.Query, row => row.Ticks, StringComparer.Ordinal);
            foreach (var query in queries.Where(query => !rows.ContainsKey(query.Key)).ToList())
            {
                var ofType = rows.Where(row => PollQuery.TypeOf(row.Key) == query.Type).Select(row => row.Value).ToList();
                rows[query.Key] = ofType.Count > 0 ? ofType.Min() : start.UtcTicks;
                await connection.ExecuteAsync(
                    "INSERT INTO poll_watermarks (source, query, watermark_ticks) VALUES (@source, @Key, @ticks)",
                    new { source, query.Key, ticks = rows[query.Key] }, transaction);
            }
            await connection.ExecuteAsync(
                "DELETE FROM poll_watermarks WHERE source = @source AND query NOT IN @keys", new { source, keys = queries.Select(query => query.Key) }, transaction);
            return queries.ToDictionary(query => query.Key, query => new DateTimeOffset(rows[query.Key], TimeSpan.Zero), StringComparer.Ordinal);
        }, cancel);

    /// <summary>A query was answered to its last page, or not at all; then its watermark stays.</summary>
    public Task AnsweredAsync(string source, string query, DateTimeOffset watermark, string outcome, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "UPDATE poll_watermarks SET watermark_ticks = @ticks, outcome = @outcome WHERE source = @source AND query = @query",
                new { source, query, ticks = watermark.UtcTicks, outcome }, transaction),
            cancel);

    /// <summary>A poll has ended. A wish that came before it started is done with when it was settled; asking again what is refused cannot help.</summary>
    public Task PolledAsync(string source, DateTimeOffset started, bool settled, string outcome, long found, TimeSpan next, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                INSERT INTO polls (source, attempt_ticks, complete_ticks, next_ticks, failures, outcome, found)
                VALUES (@source, @start, @end, @next, @failed, @outcome, @found)
                ON CONFLICT (source) DO UPDATE SET
                    attempt_ticks = excluded.attempt_ticks, next_ticks = excluded.next_ticks, outcome = excluded.outcome,
                    complete_ticks = COALESCE(excluded.complete_ticks, polls.complete_ticks),
                    failures = CASE WHEN @failed = 0 THEN 0 ELSE polls.failures + 1 END,
                    found = polls.found + excluded.found,
                    from_ticks = CASE WHEN @failed = 0 AND polls.wanted_ticks <= @start THEN NULL ELSE polls.from_ticks END,
                    wanted_ticks = CASE WHEN @failed = 0 AND polls.wanted_ticks <= @start THEN NULL ELSE polls.wanted_ticks END
                """,
                new
                {
                    source,
                    start = started.UtcTicks,
                    end = outcome == PollOutcome.Complete ? started.UtcTicks : (long?)null,
                    next = (time.GetUtcNow() + next).UtcTicks,
                    failed = settled ? 0 : 1,
                    outcome,
                    found,
                },
                transaction),
            cancel);

    /// <summary>Asks for a poll before its time that looks back at least to a time.</summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="sinceLastGood">The last time at which nothing was missing, by the clock of the source.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task RequestCatchUpAsync(string source, DateTimeOffset sinceLastGood, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => CatchUps.RequestAsync(connection, transaction, source, time.GetUtcNow().UtcTicks, sinceLastGood.UtcTicks), cancel);

    /// <summary>The patient who was not read as a whole for longest, and not since a time; null when there is none.</summary>
    public Task<string?> PatientToReadAsync(string source, DateTimeOffset before, CancellationToken cancel) =>
        database.ReadAsync(connection => connection.QueryFirstOrDefaultAsync<string?>(
            "SELECT patient_id FROM known_patients WHERE source = @source AND read_ticks <= @ticks ORDER BY read_ticks, patient_id LIMIT 1",
            new { source, ticks = before.UtcTicks }), cancel);

    /// <summary>All patients of whom the source told something.</summary>
    public Task<List<string>> PatientsAsync(string source, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<string>(
            "SELECT patient_id FROM known_patients WHERE source = @source ORDER BY patient_id", new { source })).AsList(), cancel);

    /// <summary>References that are known of a patient and not retracted.</summary>
    public Task<List<string>> ReferencesOfAsync(string source, string patient, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<string>(
            "SELECT reference FROM known_versions WHERE source = @source AND patient_id = @patient AND retracted = 0 ORDER BY reference",
            new { source, patient })).AsList(), cancel);

    /// <summary>A patient was read as a whole so long ago.</summary>
    public Task ReadAsync(string source, string patient, TimeSpan ago, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "UPDATE known_patients SET read_ticks = @ticks WHERE source = @source AND patient_id = @patient",
                new { source, patient, ticks = (time.GetUtcNow() - ago).UtcTicks }, transaction),
            cancel);
}
