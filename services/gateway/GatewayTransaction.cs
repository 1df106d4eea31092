using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Gateway.ReadModel;
using Dapper;

namespace CarT.Fhir.Gateway;

/// <summary>The statements of one transaction on <see cref="GatewayStore"/>.</summary>
internal sealed class GatewayTransaction(DbConnection connection, DbTransaction transaction)
{
    /// <summary>The revision that we have of a patient; 0 when none.</summary>
    public Task<long> RevisionAsync(PatientKey patient) =>
        connection.ExecuteScalarAsync<long>("SELECT revision FROM patients WHERE namespace = @Namespace AND id = @Id", patient, transaction);

    public Task SavePatientAsync(AssessmentChanged revision) =>
        connection.ExecuteAsync(
            """
            INSERT INTO patients (namespace, id, revision, state, infused_on, active_flags, message)
            VALUES (@Namespace, @Id, @Revision, @State, @InfusedOn, @ActiveFlags, @Message)
            ON CONFLICT (namespace, id) DO UPDATE SET revision = excluded.revision, state = excluded.state, infused_on = excluded.infused_on,
                active_flags = excluded.active_flags, message = excluded.message
            """,
            new
            {
                revision.Patient.Namespace,
                revision.Patient.Id,
                revision.Revision,
                revision.Assessment.State,
                InfusedOn = revision.Assessment.Episode?.InfusedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ActiveFlags = string.Join(
                    ' ', revision.Assessment.Flags.Where(flag => flag.Status == FlagStatuses.Active).Select(flag => flag.Code).Distinct()),
                Message = JsonSerializer.Serialize(revision, CartJson.Options),
            },
            transaction);

    public async Task<IReadOnlyList<StoredResource>> ResourcesOfAsync(PatientKey patient) =>
        (await connection.QueryAsync<StoredResource>(
            $"SELECT {GatewayStore.ResourceColumns} FROM resources WHERE namespace = @Namespace AND patient_id = @Id", patient, transaction)).AsList();

    /// <summary>
    /// The time of the next write: now, or a millisecond after the last write when that is later. Readers who cut the time to milliseconds
    /// miss nothing.
    /// </summary>
    public async Task<long> NextTicksAsync(DateTimeOffset now)
    {
        var last = await connection.ExecuteScalarAsync<long?>("SELECT MAX(last_updated_ticks) FROM resources", transaction: transaction) ?? 0;
        var current = now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMillisecond);
        return Math.Max(current, last + TimeSpan.TicksPerMillisecond);
    }

    public Task PutAsync(StoredResource resource) =>
        connection.ExecuteAsync(
            """
            INSERT INTO resources (type, id, namespace, patient_id, identifier_system, identifier_value,
                version, created_ticks, last_updated_ticks, content_hash, body)
            VALUES (@Type, @Id, @Namespace, @PatientId, @IdentifierSystem, @IdentifierValue,
                @Version, @CreatedTicks, @LastUpdatedTicks, @ContentHash, @Body)
            ON CONFLICT (type, id) DO UPDATE SET version = excluded.version, last_updated_ticks = excluded.last_updated_ticks,
                content_hash = excluded.content_hash, body = excluded.body
            """,
            resource, transaction);
}
