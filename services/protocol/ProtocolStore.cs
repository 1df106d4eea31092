using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Protocol.FirstSight;
using CarT.Fhir.Protocol.Reviews;
using Dapper;

namespace CarT.Fhir.Protocol;

/// <summary>The database of the protocol service. What changes a patient goes through <see cref="InTransactionAsync{T}"/>.</summary>
internal sealed class ProtocolStore(CartDatabase database, CartOptions options, TimeProvider time)
{
    /// <inheritdoc cref="CartDatabase.IsShared"/>
    public bool IsShared => database.IsShared;

    /// <summary>Commits when <paramref name="work"/> returns, rolls back when it throws.</summary>
    public Task<T> InTransactionAsync<T>(Func<ProtocolTransaction, Task<T>> work, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => work(new ProtocolTransaction(connection, transaction, time)), cancel);

    /// <summary>
    /// Patients to be assessed without a new fact: marked, due by the clock, or last assessed by another definition than this one. Not those whose
    /// first revision is held back.
    /// </summary>
    public Task<IReadOnlyList<DuePatient>> DueAsync(DateTimeOffset now, string definitionHash, CancellationToken cancel) =>
        QueryAsync<DuePatient>(
            """
            SELECT namespace AS Namespace, id AS Id, due_trace_parent AS TraceParent FROM patients
            WHERE (due_reason IS NOT NULL OR next_review_ticks <= @Now OR definition_hash < @Hash OR definition_hash > @Hash)
                AND (held_until_ticks IS NULL OR held_until_ticks <= @Machine OR held_until_ticks > @Plausible)
            """,
            new
            {
                Now = now.UtcTicks,
                Hash = definitionHash,
                Machine = time.GetUtcNow().UtcTicks,
                // After the clock was set back.
                Plausible = time.GetUtcNow().UtcTicks + Hold.Longest(options.FirstSight),
            },
            cancel);

    /// <summary>Patients whose newest revision some reader has not acknowledged.</summary>
    public Task<IReadOnlyList<UnacknowledgedRevision>> UnacknowledgedAsync(CancellationToken cancel) =>
        QueryAsync<UnacknowledgedRevision>(
            """
            SELECT namespace AS Namespace, id AS Id, revision AS Revision FROM patients
            WHERE writeback_done_revision < revision OR gateway_done_revision < revision
            """,
            null, cancel);

    /// <summary>How many patients are due for review or have a revision that some reader has not acknowledged.</summary>
    public Task<long> CountOpenAsync(DateTimeOffset now, string definitionHash, CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>(
                """
                SELECT COUNT(*) FROM patients
                WHERE due_reason IS NOT NULL OR next_review_ticks <= @Now OR definition_hash <> @Hash
                    OR writeback_done_revision < revision OR gateway_done_revision < revision
                """,
                new { Now = now.UtcTicks, Hash = definitionHash }),
            cancel);

    /// <summary>
    /// When the oldest result that waits for an assessment was received, or the oldest revision without its receipts was published, UTC ticks; null when
    /// nothing waits. A patient who is held back waits for the history and not for us.
    /// </summary>
    public Task<long?> OldestOpenTicksAsync(CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long?>(
                """
                SELECT MIN(ticks) FROM (
                    SELECT MIN(due_received_ticks) AS ticks FROM patients
                    WHERE due_reason IS NOT NULL AND (held_until_ticks IS NULL OR held_until_ticks <= @Machine)
                    UNION ALL
                    SELECT MIN(published.published_ticks)
                    FROM patients JOIN published ON published.namespace = patients.namespace AND published.id = patients.id
                    WHERE patients.writeback_done_revision < patients.revision OR patients.gateway_done_revision < patients.revision) AS waiting
                """,
                new { Machine = time.GetUtcNow().UtcTicks }),
            cancel);

    /// <summary>The newest published revision of a patient, or null when there is none.</summary>
    public async Task<AssessmentChanged?> PublishedAsync(PatientKey patient, CancellationToken cancel)
    {
        var json = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<string?>("SELECT message FROM published WHERE namespace = @Namespace AND id = @Id", patient), cancel);
        return json is null ? null : JsonSerializer.Deserialize<AssessmentChanged>(json, CartJson.Options);
    }

    /// <summary>
    /// Notes a receipt; one that is older than another changes nothing. A receipt above our own revision comes from a reader that holds what this
    /// store has lost (it was restored from a backup): its number becomes ours, and the patient is due, so that the next revision is above both.
    /// </summary>
    public Task<ReceiptOutcome> AcknowledgeAsync(AssessmentApplied receipt, CancellationToken cancel)
    {
        var column = receipt.Consumer switch
        {
            "writeback" => "writeback_done_revision",
            "gateway" => "gateway_done_revision",
            _ => throw new ArgumentOutOfRangeException(nameof(receipt), "unknown consumer"),
        };
        var note = $"""
            UPDATE patients SET {column} = CASE WHEN {column} < @Revision THEN @Revision ELSE {column} END
            WHERE namespace = @Namespace AND id = @Id AND revision >= @Revision
            """;
        const string GoOnFromThere =
            """
            UPDATE patients SET revision = @Revision, writeback_done_revision = 0, gateway_done_revision = 0, due_reason = @Reason
            WHERE namespace = @Namespace AND id = @Id AND revision < @Revision
            """;
        var parameters = new { receipt.Patient.Namespace, receipt.Patient.Id, receipt.Revision, Reason = AssessmentReasons.Recovery };
        return database.WriteAsync(
            async (connection, transaction) =>
                await connection.ExecuteAsync(note, parameters, transaction) > 0 ? ReceiptOutcome.Noted
                : await connection.ExecuteAsync(GoOnFromThere, parameters, transaction) > 0 ? ReceiptOutcome.ReaderIsAhead
                : ReceiptOutcome.UnknownPatient,
            cancel);
    }

    /// <summary>
    /// Marks one patient, or all with null, for assessment, and forgets the receipts, so that the newest revision is sent again. One who is named is no
    /// longer held back. Returns how many patients there were.
    /// </summary>
    public Task<int> MarkDueAsync(PatientKey? patient, string reason, CancellationToken cancel)
    {
        const string All = "UPDATE patients SET due_reason = @Reason, writeback_done_revision = 0, gateway_done_revision = 0";
        const string One =
            All + """
            , held_since_ticks = CASE WHEN held_until_ticks IS NOT NULL THEN @EndedByOperator END,
                held_until_ticks = CASE WHEN held_until_ticks IS NOT NULL THEN 0 END
            WHERE namespace = @Namespace AND id = @Id
            """;
        return database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                patient is null ? All : One, new { patient?.Namespace, patient?.Id, Reason = reason, Hold.EndedByOperator }, transaction),
            cancel);
    }

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancel) =>
        database.ReadAsync(async connection => (IReadOnlyList<T>)(await connection.QueryAsync<T>(sql, parameters)).AsList(), cancel);
}

/// <summary>What a receipt did.</summary>
internal enum ReceiptOutcome
{
    /// <summary>It settles a revision that this store published.</summary>
    Noted,

    /// <summary>The reader holds a revision above any that this store knows of.</summary>
    ReaderIsAhead,

    /// <summary>Nothing was ever heard of the patient.</summary>
    UnknownPatient,
}

/// <summary>A patient to be assessed.</summary>
internal sealed class DuePatient
{
    public required string Namespace { get; init; }

    public required string Id { get; init; }

    /// <summary>W3C trace context of what led to the mark; null when the clock did.</summary>
    public string? TraceParent { get; init; }

    public PatientKey Patient => new(Namespace, Id);
}

/// <summary>The newest revision of a patient that is still without one of its receipts.</summary>
internal sealed class UnacknowledgedRevision
{
    public required string Namespace { get; init; }

    public required string Id { get; init; }

    public required long Revision { get; init; }

    public PatientKey Patient => new(Namespace, Id);
}
