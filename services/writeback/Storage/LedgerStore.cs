using System.Data.Common;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting.Storage;
using Dapper;

namespace CarT.Fhir.WriteBack.Storage;

/// <summary>The ledger: what happened, one row per attempt that had an outcome.</summary>
internal sealed class LedgerStore(CartDatabase database, TimeProvider time)
{
    private const string Columns =
        """
        l.namespace AS Namespace, l.patient AS Patient, l.type AS Type, l.identifier AS Identifier, l.revision AS Revision, l.outcome AS Outcome,
            l.status AS Status, l.issue_codes AS IssueCodes, l.detail AS Detail, l.issues AS Issues, l.at_ticks AS AtTicks
        """;

    private const string IsNewest =
        """
        NOT EXISTS (SELECT 1 FROM ledger later WHERE later.namespace = l.namespace AND later.patient = l.patient AND later.target = l.target
                      AND later.identifier = l.identifier AND later.type = l.type AND later.id > l.id)
        """;

    private const string PruneProvenances =
        """
        DELETE FROM provenances WHERE outcome = 'provenance-recorded' AND NOT EXISTS (
            SELECT 1 FROM resources r JOIN ledger l ON l.namespace = r.namespace AND l.patient = r.patient AND l.target = r.target
            WHERE r.id = provenances.resource_id AND l.type = 'Provenance' AND l.identifier = provenances.reference)
        """;

    /// <summary>Appends a line in the transaction of what it tells of.</summary>
    public static Task<int> AppendAsync(DbConnection connection, DbTransaction transaction, Claim claim, LedgerEntry entry, DateTimeOffset at) =>
        connection.ExecuteAsync(
            """
            INSERT INTO ledger (namespace, patient, target, type, identifier, revision, attempt, outcome, status, issue_codes, detail, issues, resource, version_id, at_ticks)
            VALUES (@Namespace, @Patient, @Target, @Type, @Identifier, @Revision, @Attempt, @Outcome, @Status, @IssueCodes, @Detail, @Issues, @Resource, @VersionId, @At)
            """,
            new
            {
                claim.Namespace,
                claim.Patient,
                claim.Target,
                entry.Type,
                entry.Identifier,
                claim.Revision,
                Attempt = claim.Attempts + 1,
                entry.Outcome,
                entry.Status,
                entry.IssueCodes,
                entry.Detail,
                Issues = entry.Issues.Count == 0 ? null : JsonSerializer.Serialize(entry.Issues, CartJson.Options),
                entry.Resource,
                entry.VersionId,
                At = at.UtcTicks,
            },
            transaction);

    /// <summary>Appends what settles nothing: a failed attempt, a pause, a repaired duplicate.</summary>
    public Task RecordAsync(Claim claim, LedgerEntry entry, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => AppendAsync(connection, transaction, claim, entry, time.GetUtcNow()), cancel);

    /// <summary>Whether something of a type had this outcome in the time before now.</summary>
    public Task<bool> HasWithinAsync(string target, string type, string outcome, TimeSpan before, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return database.ReadAsync(
            connection => connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM ledger WHERE target = @Name AND type = @Type AND outcome = @Outcome AND at_ticks BETWEEN @From AND @To)",
                new { Name = target, Type = type, Outcome = outcome, From = (now - before).UtcTicks, To = now.UtcTicks }),
            cancel);
    }

    /// <summary>The newest refusal of each resource that stands refused, newest first.</summary>
    public Task<IReadOnlyList<LedgerRow>> RefusedAsync(string target, int limit, CancellationToken cancel) =>
        NewestAsync("l.outcome IN ('refused', 'provenance-refused', 'duplicate-stands')", target, limit, cancel);

    /// <summary>What the target remarked on the newest write of each resource that it took, newest first.</summary>
    public Task<IReadOnlyList<LedgerRow>> RemarksAsync(string target, int limit, CancellationToken cancel) =>
        NewestAsync("l.outcome IN ('created', 'updated', 'provenance-recorded') AND l.issues IS NOT NULL", target, limit, cancel);

    /// <summary>
    /// Removes at most so many lines from before a time: the newest of each resource stays, except that a Provenance which the target has says nothing
    /// of how anything stands; its body goes too. Returns how many lines were removed.
    /// </summary>
    public Task<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancel) =>
        database.WriteAsync(
            async (connection, transaction) =>
            {
                var removed = await connection.ExecuteAsync(
                    $"""
                    DELETE FROM ledger WHERE id IN (
                        SELECT l.id FROM ledger l WHERE l.at_ticks < @Before AND (l.outcome = 'provenance-recorded' OR NOT ({IsNewest})) ORDER BY l.id LIMIT @Limit)
                    """,
                    new { Before = before.UtcTicks, Limit = limit }, transaction);
                if (removed > 0) await connection.ExecuteAsync(PruneProvenances, transaction: transaction);
                return removed;
            },
            cancel);

    private Task<IReadOnlyList<LedgerRow>> NewestAsync(string condition, string target, int limit, CancellationToken cancel) =>
        database.ReadAsync(
            async connection => (IReadOnlyList<LedgerRow>)(await connection.QueryAsync<LedgerRow>(
                $"SELECT {Columns} FROM ledger l WHERE l.target = @Name AND {condition} AND {IsNewest} ORDER BY l.id DESC LIMIT @Limit",
                new { Name = target, Limit = limit })).AsList(),
            cancel);
}

/// <summary>A line of the ledger as operators see it.</summary>
internal sealed class LedgerRow
{
    public required string Namespace { get; init; }

    public required string Patient { get; init; }

    public required string Type { get; init; }

    public required string Identifier { get; init; }

    public required long Revision { get; init; }

    public required string Outcome { get; init; }

    public long? Status { get; init; }

    public required string IssueCodes { get; init; }

    public string? Detail { get; init; }

    /// <summary>JSON of the issues, or null.</summary>
    public string? Issues { get; init; }

    public required long AtTicks { get; init; }
}
