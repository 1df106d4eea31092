using System.Data.Common;
using CarT.Fhir.Hosting.Storage;
using Dapper;

namespace CarT.Fhir.WriteBack.Storage;

/// <summary>Who works on the wanted state, what came of it, and the ledger. No transaction is ever open while a target is being called.</summary>
internal sealed class WriteBackStore(CartDatabase database, TimeProvider time)
{
    internal const string OfClaim = "namespace = @Namespace AND patient = @Patient AND target = @Target";

    internal const string ResourceColumns =
        """
        id AS Id, type AS Type, code AS Code, episode AS Episode, ordinal AS Ordinal, wanted AS Wanted, received_ticks AS ReceivedTicks, trace_parent AS TraceParent,
        resource_id AS ResourceId, version_id AS VersionId, sent AS Sent, sent_hash AS SentHash, written AS Written, settled_hash AS SettledHash, settled_revision AS SettledRevision, outcome AS Outcome, look_again_ticks AS LookAgainTicks
        """;

    /// <summary>
    /// Makes a patient due again at the revision that stands (needs <c>@Now</c>). Whoever holds the lease loses it: he would end the work without the
    /// rows that are open again.
    /// </summary>
    internal const string Reopened =
        """
        settled_revision = 0, attempts = 0, next_attempt_ticks = @Now, lease_owner = NULL, lease_until_ticks = 0,
        wanted_ticks = CASE WHEN settled_revision < revision THEN COALESCE(wanted_ticks, @Now) ELSE @Now END
        """;

    // Search indexes that lag are seconds behind; a create that was stored late comes within the time-outs of what stands between.
    private static readonly TimeSpan SecondLook = TimeSpan.FromMinutes(1);

    // A time that lies farther ahead than any that is ever set is of a clock that was set back since: nobody shall wait for it.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Leases the patient that has waited longest, or null when none is due. A lease that its own owner left behind binds nobody.</summary>
    public async Task<Claim?> ClaimAsync(string target, string owner, TimeSpan lease, CancellationToken cancel)
    {
        const string due =
            """
            target = @Target AND (settled_revision < revision OR look_again_ticks <= @Now)
              AND next_attempt_ticks NOT BETWEEN @Soon AND @LatestAttempt
              AND (lease_until_ticks NOT BETWEEN @Soon AND @LatestLease OR lease_owner = @Owner)
            """;
        var parameters = new
        {
            Target = target,
            Owner = owner,
            Now,
            Until = Now + lease.Ticks,
            Soon = Now + 1,
            LatestAttempt = Now + LongestWait.Ticks,
            LatestLease = Now + lease.Ticks + ClockTolerance.Ticks,
        };

        // Looking needs no writer's turn; most looks find nothing.
        var any = await database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<long?>($"SELECT 1 FROM patients WHERE {due} LIMIT 1", parameters), cancel);
        if (any is null) return null;
        return await database.WriteAsync(
            (connection, transaction) => connection.QueryFirstOrDefaultAsync<Claim?>(
                $"""
                UPDATE patients SET lease_owner = @Owner, lease_until_ticks = @Until
                WHERE (namespace, patient, target) =
                    (SELECT namespace, patient, target FROM patients WHERE {due} ORDER BY next_attempt_ticks, namespace, patient LIMIT 1
                     {SqlDialect.Of(connection).SkipLocked})
                RETURNING namespace AS Namespace, patient AS Patient, target AS Target, revision AS Revision, attempts AS Attempts, lease_owner AS Owner
                """,
                parameters, transaction),
            cancel);
    }

    /// <summary>Extends the lease. False when it was lost to another worker, who then has the patient.</summary>
    public Task<bool> RenewAsync(Claim claim, TimeSpan lease, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => RenewAsync(connection, transaction, claim, lease), cancel);

    /// <summary>Everything of the claimed revision is settled. Only what is live is looked at again.</summary>
    public Task FinishAsync(Claim claim, string mode, CancellationToken cancel) =>
        UpdateClaimAsync(
            claim,
            """
            settled_revision = @Revision, settled_mode = @Mode, attempts = CASE WHEN revision = @Revision THEN 0 ELSE attempts END, lease_owner = NULL, lease_until_ticks = 0,
            look_again_ticks = (SELECT MIN(r.look_again_ticks) FROM resources r
                                WHERE r.namespace = patients.namespace AND r.patient = patients.patient AND r.target = patients.target AND @Mode = 'live')
            """,
            0, mode, cancel);

    /// <summary>Gives the patient back, to be tried again at <paramref name="at"/>; a newer revision is due at once all the same.</summary>
    public Task RetryAsync(Claim claim, DateTimeOffset at, CancellationToken cancel) =>
        UpdateClaimAsync(
            claim,
            """
            next_attempt_ticks = CASE WHEN revision = @Revision THEN @Ticks ELSE next_attempt_ticks END,
            attempts = CASE WHEN revision = @Revision THEN attempts + 1 ELSE attempts END, lease_owner = NULL, lease_until_ticks = 0
            """,
            at.UtcTicks, "", cancel);

    /// <summary>Gives the patient back, behind the others that wait: the target pauses, or the service stops. No attempt is counted.</summary>
    public Task ReleaseAsync(Claim claim, CancellationToken cancel) =>
        UpdateClaimAsync(claim, "next_attempt_ticks = @Ticks, lease_owner = NULL, lease_until_ticks = 0", Now, "", cancel);

    /// <summary>Every wanted resource of the claimed patient, flags first.</summary>
    public Task<IReadOnlyList<ResourceRow>> ResourcesAsync(Claim claim, CancellationToken cancel) =>
        database.ReadAsync(
            async connection => (IReadOnlyList<ResourceRow>)(await connection.QueryAsync<ResourceRow>(
                $"SELECT {ResourceColumns} FROM resources WHERE {OfClaim} ORDER BY type DESC, episode, id", claim)).AsList(),
            cancel);

    /// <summary>
    /// Extends the lease and notes what is about to be sent, so that a crash or a time-out leaves a trace of it, and what was recognised of what stands. False, with nothing noted, when the
    /// lease was lost: then it must not be sent.
    /// </summary>
    public Task<bool> SendingAsync(Claim claim, TimeSpan lease, ResourceRow row, string body, string hash, Standing recognised, CancellationToken cancel) =>
        SendingAsync(
            claim, lease,
            """
            UPDATE resources SET sent = @Body, sent_hash = @Hash, version_id = COALESCE(@VersionId, version_id), written = COALESCE(@Written, written)
            WHERE id = @Id
            """,
            new { row.Id, Body = body, Hash = hash, recognised.VersionId, recognised.Written }, cancel);

    /// <summary>What was about to be sent was not done: the target said so.</summary>
    public Task NotSentAsync(ResourceRow row, CancellationToken cancel) => UpdateAsync(row, "sent_hash = NULL", cancel);

    /// <summary>The second search after a create, also one that may not have been done, showed what it had to show.</summary>
    public Task LookedAgainAsync(ResourceRow row, CancellationToken cancel) => UpdateAsync(row, "look_again_ticks = NULL", cancel);

    /// <summary>
    /// Ends the work on one resource at this revision: what stands there, the ledger, and the Provenance that is now due. False, with nothing
    /// noted, when the lease was lost: whoever has the patient now has looked for himself.
    /// </summary>
    public Task<bool> SettleAsync(
        Claim claim, ResourceRow row, string hash, Standing standing, LedgerEntry entry, (string Reference, string Body)? provenance, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var leased = await connection.ExecuteScalarAsync<long?>(
                $"SELECT 1 FROM patients WHERE {OfClaim} AND lease_owner = @Owner {SqlDialect.Of(connection).ForUpdate}", claim, transaction);
            if (leased is null) return false;
            await connection.ExecuteAsync(
                """
                UPDATE resources SET sent_hash = NULL, settled_hash = @Hash, settled_revision = @Revision, outcome = @Outcome, resource_id = COALESCE(@ResourceId, resource_id),
                    version_id = COALESCE(@VersionId, version_id), written = COALESCE(@Written, written), look_again_ticks = COALESCE(@LookAgain, look_again_ticks)
                WHERE id = @Id
                """,
                new
                {
                    row.Id,
                    Hash = hash,
                    claim.Revision,
                    entry.Outcome,
                    standing.ResourceId,
                    standing.VersionId,
                    standing.Written,
                    LookAgain = entry.Outcome == Outcomes.Created || (entry.Outcome == Outcomes.NotNeeded && row.SentHash is not null) ? Now + SecondLook.Ticks : (long?)null,
                },
                transaction);
            if (provenance is { } due)
            {
                await connection.ExecuteAsync(
                    """
                    INSERT INTO provenances (resource_id, reference, revision, body, tries) VALUES (@Id, @Reference, @Revision, @Body, 0)
                    ON CONFLICT (resource_id, reference, revision) DO NOTHING
                    """,
                    new { row.Id, due.Reference, claim.Revision, due.Body }, transaction);
            }
            await LedgerStore.AppendAsync(connection, transaction, claim, entry, time.GetUtcNow());
            return true;
        }, cancel);

    /// <summary>Provenance that the target does not have yet, oldest first.</summary>
    public Task<IReadOnlyList<DueProvenance>> DueProvenancesAsync(ResourceRow row, CancellationToken cancel) =>
        database.ReadAsync(
            async connection => (IReadOnlyList<DueProvenance>)(await connection.QueryAsync<DueProvenance>(
                "SELECT id AS Id, reference AS Reference, body AS Body, tries AS Tries FROM provenances WHERE resource_id = @Id AND outcome IS NULL ORDER BY id", row)).AsList(),
            cancel);

    /// <summary>The same of a Provenance.</summary>
    public Task<bool> SendingAsync(Claim claim, TimeSpan lease, DueProvenance provenance, CancellationToken cancel) =>
        SendingAsync(claim, lease, "UPDATE provenances SET tries = tries + 1 WHERE id = @Id", provenance, cancel);

    /// <summary>Ends the work on a Provenance.</summary>
    public Task SettleAsync(Claim claim, DueProvenance provenance, LedgerEntry entry, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            await connection.ExecuteAsync("UPDATE provenances SET outcome = @Outcome WHERE id = @Id", new { provenance.Id, entry.Outcome }, transaction);
            await LedgerStore.AppendAsync(connection, transaction, claim, entry, time.GetUtcNow());
        }, cancel);

    private Task<int> UpdateAsync(ResourceRow row, string set, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => connection.ExecuteAsync($"UPDATE resources SET {set} WHERE id = @Id", new { row.Id }, transaction), cancel);

    private Task<bool> SendingAsync(Claim claim, TimeSpan lease, string note, object parameters, CancellationToken cancel) =>
        database.WriteAsync(
            async (connection, transaction) =>
                await RenewAsync(connection, transaction, claim, lease) && await connection.ExecuteAsync(note, parameters, transaction) > 0,
            cancel);

    private async Task<bool> RenewAsync(DbConnection connection, DbTransaction transaction, Claim claim, TimeSpan lease) =>
        await connection.ExecuteAsync(
            $"UPDATE patients SET lease_until_ticks = @Until WHERE {OfClaim} AND lease_owner = @Owner",
            new { claim.Namespace, claim.Patient, claim.Target, claim.Owner, Until = Now + lease.Ticks }, transaction) > 0;

    private Task<int> UpdateClaimAsync(Claim claim, string set, long ticks, string mode, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                $"UPDATE patients SET {set} WHERE {OfClaim} AND lease_owner = @Owner",
                new { claim.Namespace, claim.Patient, claim.Target, claim.Owner, claim.Revision, Ticks = ticks, Mode = mode }, transaction),
            cancel);
}
