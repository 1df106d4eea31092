using System.Data.Common;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.WriteBack.Wanted;
using Dapper;

namespace CarT.Fhir.WriteBack.Storage;

/// <summary>Takes revisions in as the wanted state of their targets.</summary>
internal sealed class WantedStore(CartDatabase database, TimeProvider time)
{
    private const string Renew =
        """
        INSERT INTO patients (namespace, patient, target, revision, settled_revision, settled_mode, attempts, next_attempt_ticks, lease_until_ticks, wanted_ticks)
        VALUES (@Namespace, @Patient, @Target, @Revision, 0, '', 0, @Now, 0, @Now)
        ON CONFLICT (namespace, patient, target) DO UPDATE SET revision = excluded.revision, attempts = 0, next_attempt_ticks = excluded.next_attempt_ticks,
            wanted_ticks = CASE WHEN patients.settled_revision < patients.revision THEN COALESCE(patients.wanted_ticks, excluded.wanted_ticks)
                                ELSE excluded.wanted_ticks END
        """;

    private const string Reopen =
        $"UPDATE patients SET {WriteBackStore.Reopened} WHERE {WriteBackStore.OfClaim}; UPDATE resources SET settled_hash = NULL WHERE {WriteBackStore.OfClaim} AND outcome = 'refused'";

    /// <summary>
    /// Makes a revision the wanted state of every target or of none, as it is acknowledged once for all of them. A newer one that stands in a target
    /// stays. The revision that stands is taken again where it says something else than before (its sender was restored from a backup and numbers anew),
    /// and to have tried again what was refused.
    /// </summary>
    /// <param name="targets">Names of the targets.</param>
    /// <param name="message">The revision.</param>
    /// <param name="next">The changes, from the wanted form (JSON) of every resource that is stored.</param>
    /// <param name="cancel">Cancels before the commit.</param>
    /// <returns>What each target wants now, in the order of <paramref name="targets"/>.</returns>
    public Task<IReadOnlyList<Held>> WantAsync(
        IReadOnlyList<string> targets, AssessmentChanged message, Func<IReadOnlyDictionary<WantedKey, string>, IReadOnlyList<WantedChange>> next,
        CancellationToken cancel) =>
        database.WriteAsync<IReadOnlyList<Held>>(async (connection, transaction) =>
        {
            var held = new List<Held>(targets.Count);
            foreach (var target in targets) held.Add(await WantAsync(connection, transaction, target, message, next));
            return held;
        }, cancel);

    private async Task<Held> WantAsync(
        DbConnection connection, DbTransaction transaction, string target, AssessmentChanged message,
        Func<IReadOnlyDictionary<WantedKey, string>, IReadOnlyList<WantedChange>> next)
    {
        var row = new { message.Patient.Namespace, Patient = message.Patient.Id, Target = target, message.Revision, Now = time.GetUtcNow().UtcTicks };
        var dialect = SqlDialect.Of(connection);
        // Also the first revision, of which there is no row to lock.
        await dialect.LockAsync(connection, transaction, $"wanted {row.Target} {row.Namespace} {row.Patient}");
        var held = await connection.ExecuteScalarAsync<long?>(
            $"SELECT revision FROM patients WHERE {WriteBackStore.OfClaim} {dialect.ForUpdate}", row, transaction);
        if (held > message.Revision) return new Held(held.Value, IsDue: false);
        var stored = (await connection.QueryAsync<ResourceRow>(
            $"SELECT {WriteBackStore.ResourceColumns} FROM resources WHERE {WriteBackStore.OfClaim} ORDER BY id", row, transaction)).AsList();
        var changes = next(stored.ToDictionary(resource => resource.Key, resource => resource.Wanted));
        if (held == message.Revision && changes.Count == 0 && !stored.Exists(resource => resource.Outcome == Outcomes.Refused)) return new Held(held.Value, IsDue: false);
        foreach (var change in changes) await UpsertAsync(connection, transaction, target, message, change);
        await connection.ExecuteAsync(held == message.Revision ? Reopen : Renew, row, transaction);
        return new Held(message.Revision, IsDue: true);
    }

    private static Task<int> UpsertAsync(DbConnection connection, DbTransaction transaction, string target, AssessmentChanged message, WantedChange change) =>
        connection.ExecuteAsync(
            """
            INSERT INTO resources (namespace, patient, target, type, code, episode, ordinal, wanted, received_ticks, trace_parent)
            VALUES (@Namespace, @Patient, @Target, @Type, @Code, @Episode, @Ordinal, @Wanted, @Received, @TraceParent)
            ON CONFLICT (namespace, patient, target, type, code, episode, ordinal)
            DO UPDATE SET wanted = excluded.wanted, received_ticks = excluded.received_ticks, trace_parent = excluded.trace_parent
            """,
            new
            {
                message.Patient.Namespace,
                Patient = message.Patient.Id,
                Target = target,
                change.Key.Type,
                change.Key.Code,
                change.Key.Episode,
                change.Key.Ordinal,
                change.Wanted,
                Received = message.ReceivedAt?.UtcTicks,
                message.TraceParent,
            },
            transaction);
}
