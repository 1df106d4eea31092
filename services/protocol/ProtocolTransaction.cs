using System.Data.Common;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Protocol.Assessing;
using CarT.Fhir.Protocol.Facts;
using CarT.Fhir.Protocol.FirstSight;
using Dapper;

namespace CarT.Fhir.Protocol;

/// <summary>The statements of one transaction on <see cref="ProtocolStore"/>.</summary>
internal sealed class ProtocolTransaction(DbConnection connection, DbTransaction transaction, TimeProvider time)
{
    private const string PatientColumns =
        """
        namespace AS Namespace, id AS Id, facts_version AS FactsVersion, provides AS Provides, replaced_by AS ReplacedBy, definition_hash AS DefinitionHash,
        next_review_ticks AS NextReviewTicks, due_reason AS DueReason, due_received_ticks AS DueReceivedTicks, due_trace_parent AS DueTraceParent,
        revision AS Revision, corrected AS Corrected, last_fact_ticks AS LastFactTicks, held_until_ticks AS HeldUntilTicks,
        held_since_ticks AS HeldSinceTicks
        """;

    private readonly SqlDialect dialect = SqlDialect.Of(connection);

    /// <summary>The row of a patient, or null when nothing was ever heard of the patient. Nobody else changes the patient until the transaction ends.</summary>
    public Task<PatientRow?> FindPatientAsync(PatientKey patient) => FindPatientAsync(patient, dialect.ForUpdate);

    /// <summary>The same; also null while somebody else is at work on the patient.</summary>
    public Task<PatientRow?> FindFreePatientAsync(PatientKey patient) => FindPatientAsync(patient, dialect.SkipLocked);

    /// <summary>Waits until nobody else is at work on the patient, and keeps others from it. Nothing where there is one writer anyway.</summary>
    public async Task LockAsync(PatientKey patient)
    {
        if (dialect.ForUpdate.Length > 0) await FindPatientAsync(patient);
    }

    /// <summary>The row of a patient, made when it is the first time.</summary>
    public async Task<PatientRow> PatientAsync(PatientKey patient)
    {
        if (await FindPatientAsync(patient) is { } row) return row;
        var made = await connection.ExecuteAsync(
            """
            INSERT INTO patients (namespace, id, facts_version, provides, corrected, definition_hash, revision, writeback_done_revision, gateway_done_revision)
            VALUES (@Namespace, @Id, 0, '{}', '[]', '', 0, 0, 0)
            ON CONFLICT DO NOTHING
            """,
            patient, transaction);
        if (made == 0) throw new WriteCollisionException();
        return new PatientRow { Namespace = patient.Namespace, Id = patient.Id };
    }

    public Task SaveAsync(PatientRow row) =>
        connection.ExecuteAsync(
            """
            UPDATE patients SET facts_version = @FactsVersion, provides = @Provides, replaced_by = @ReplacedBy, corrected = @Corrected,
                definition_hash = @DefinitionHash, next_review_ticks = @NextReviewTicks, due_reason = @DueReason,
                due_received_ticks = @DueReceivedTicks, due_trace_parent = @DueTraceParent, revision = @Revision,
                last_fact_ticks = @LastFactTicks, held_until_ticks = @HeldUntilTicks, held_since_ticks = @HeldSinceTicks
            WHERE namespace = @Namespace AND id = @Id
            """,
            row, transaction);

    /// <summary>Notes how far the history of a patient is. False when that is no news.</summary>
    public async Task<bool> NoteBackfillAsync(PatientKey patient, BackfillProgress progress) =>
        await connection.ExecuteAsync(
            """
            INSERT INTO backfills (namespace, patient_id, source, started, done, ended_ticks) VALUES (@Namespace, @Id, @Source, @Number, @Done, @Ended)
            ON CONFLICT (namespace, patient_id, source) DO UPDATE SET
                started = CASE WHEN excluded.started > backfills.started THEN excluded.started ELSE backfills.started END,
                done = CASE WHEN excluded.done > backfills.done THEN excluded.done ELSE backfills.done END,
                ended_ticks = CASE WHEN excluded.done > backfills.done THEN excluded.ended_ticks ELSE backfills.ended_ticks END
            WHERE excluded.started > backfills.started OR excluded.done > backfills.done
            """,
            new
            {
                patient.Namespace,
                patient.Id,
                progress.Source,
                progress.Number,
                Done = progress.Done ? progress.Number : 0,
                Ended = progress.Done ? time.GetUtcNow().UtcTicks : 0,
            },
            transaction) > 0;

    /// <summary>How far the history of these patients of one namespace is, at every source that was asked for it.</summary>
    public async Task<IReadOnlyList<Backfill>> BackfillsAsync(IReadOnlyList<PatientKey> patients) =>
        [.. await connection.QueryAsync<Backfill>(
            $"""
            SELECT started AS Started, done AS Done, ended_ticks AS EndedTicks FROM backfills
            WHERE namespace = @Namespace AND {dialect.IsAny("patient_id", "Ids")} ORDER BY patient_id, source
            """,
            new { patients[0].Namespace, Ids = patients.Select(patient => patient.Id).ToArray() }, transaction)];

    /// <summary>The newest published revision of a patient, or null before the first.</summary>
    public async Task<PublishedRevision?> PublishedAsync(PatientKey patient) =>
        await connection.QuerySingleOrDefaultAsync<PublishedRow?>(
            "SELECT message AS Message, flags AS Flags FROM published WHERE namespace = @Namespace AND id = @Id", patient, transaction) is { } row
            ? new PublishedRevision(
                JsonSerializer.Deserialize<AssessmentChanged>(row.Message, CartJson.Options)!,
                JsonSerializer.Deserialize<List<PublishedFlag>>(row.Flags, CartJson.Options)!)
            : null;

    public Task PublishAsync(PublishedRevision revision) =>
        connection.ExecuteAsync(
            """
            INSERT INTO published (namespace, id, message, flags, published_ticks) VALUES (@Namespace, @Id, @Message, @Flags, @PublishedTicks)
            ON CONFLICT (namespace, id) DO UPDATE SET message = excluded.message, flags = excluded.flags, published_ticks = excluded.published_ticks
            """,
            new
            {
                revision.Message.Patient.Namespace,
                revision.Message.Patient.Id,
                Message = JsonSerializer.Serialize(revision.Message, CartJson.Options),
                Flags = JsonSerializer.Serialize(revision.Flags, CartJson.Options),
                PublishedTicks = time.GetUtcNow().UtcTicks,
            },
            transaction);

    /// <summary>Ids of the patients that were merged into this one.</summary>
    public async Task<IReadOnlyList<PatientKey>> MergedIntoAsync(PatientKey survivor) =>
        [.. (await connection.QueryAsync<string>(
            "SELECT id FROM patients WHERE namespace = @Namespace AND replaced_by = @Id ORDER BY id", survivor, transaction))
            .Select(id => survivor with { Id = id })];

    /// <summary>The newest known version of a resource, or null. Nobody else replaces it until the transaction ends.</summary>
    public async Task<StoredVersion?> FindResourceAsync(ResourceKey resource) =>
        await connection.QuerySingleOrDefaultAsync<BodyRow?>(
            $"SELECT body AS Body, ambiguous AS Ambiguous FROM resources WHERE namespace = @Namespace AND type = @Type AND id = @Id {dialect.ForUpdate}",
            resource, transaction) is { } row
            ? row.Read()
            : null;

    /// <summary>The versions of a resource that are not the newest.</summary>
    public async Task<IReadOnlyList<ResourceVersion>> SupersededAsync(ResourceKey resource) =>
        [.. (await connection.QueryAsync<string>(
            "SELECT body FROM superseded_versions WHERE namespace = @Namespace AND type = @Type AND id = @Id", resource, transaction))
            .Select(body => JsonSerializer.Deserialize<ResourceVersion>(body, CartJson.Options)!)];

    /// <summary>The newest version of every resource of a patient.</summary>
    public async Task<IReadOnlyList<StoredVersion>> ResourcesOfAsync(PatientKey patient) =>
        [.. (await connection.QueryAsync<BodyRow>(
            "SELECT body AS Body, ambiguous AS Ambiguous FROM resources WHERE namespace = @Namespace AND patient_id = @Id", patient, transaction))
            .Select(row => row.Read())];

    /// <summary>Keeps the first version of a resource.</summary>
    public Task AddAsync(StoredVersion first) =>
        WriteAsync(
            """
            INSERT INTO resources (namespace, type, id, patient_id, version_id, last_updated_ticks, content_hash, retracted, ambiguous, body)
            VALUES (@Namespace, @Type, @Id, @PatientId, @VersionId, @LastUpdatedTicks, @ContentHash, @Retracted, @Ambiguous, @Body)
            ON CONFLICT DO NOTHING
            """,
            first);

    /// <summary>Makes this the newest version of a resource that is known.</summary>
    public Task ReplaceAsync(StoredVersion stored) =>
        WriteAsync(
            """
            UPDATE resources SET patient_id = @PatientId, version_id = @VersionId, last_updated_ticks = @LastUpdatedTicks, content_hash = @ContentHash,
                retracted = @Retracted, ambiguous = @Ambiguous, body = @Body
            WHERE namespace = @Namespace AND type = @Type AND id = @Id
            """,
            stored);
    /// <summary>Keeps a version that is not the newest (P13.2); the same one twice is one row, which tells the last reading at the source.</summary>
    public Task KeepSupersededAsync(ResourceVersion version) =>
        connection.ExecuteAsync(
            """
            INSERT INTO superseded_versions (namespace, type, id, content_hash, version_id, last_updated_ticks, patient_id, seen_ticks, body)
            VALUES (@Namespace, @Type, @Id, @ContentHash, @VersionId, @LastUpdatedTicks, @PatientId, @SeenTicks, @Body)
            ON CONFLICT (namespace, type, id, content_hash, version_id, last_updated_ticks) DO UPDATE SET body = excluded.body
            """,
            new
            {
                version.Resource.Namespace,
                version.Resource.Type,
                version.Resource.Id,
                version.ContentHash,
                VersionId = version.VersionId ?? "",
                LastUpdatedTicks = version.LastUpdated?.UtcTicks ?? 0,
                PatientId = version.Patient?.Id,
                SeenTicks = time.GetUtcNow().UtcTicks,
                Body = JsonSerializer.Serialize(version, CartJson.Options),
            },
            transaction);

    private Task<PatientRow?> FindPatientAsync(PatientKey patient, string locking) =>
        connection.QuerySingleOrDefaultAsync<PatientRow?>(
            $"SELECT {PatientColumns} FROM patients WHERE namespace = @Namespace AND id = @Id {locking}", patient, transaction);

    private async Task WriteAsync(string statement, StoredVersion stored)
    {
        var written = await connection.ExecuteAsync(
            statement,
            new
            {
                stored.Version.Resource.Namespace,
                stored.Version.Resource.Type,
                stored.Version.Resource.Id,
                PatientId = stored.Version.Patient?.Id,
                stored.Version.VersionId,
                LastUpdatedTicks = stored.Version.LastUpdated?.UtcTicks,
                stored.Version.ContentHash,
                Retracted = stored.Version.Retracted ? 1L : 0L,
                Ambiguous = stored.Ambiguous ? 1L : 0L,
                Body = JsonSerializer.Serialize(stored.Version, CartJson.Options),
            },
            transaction);
        // Of two that hear of a resource for the first time at once, the second decides again with what the first wrote.
        if (written == 0) throw new WriteCollisionException();
    }

    private sealed class PublishedRow
    {
        public required string Message { get; init; }

        public required string Flags { get; init; }
    }

    private sealed class BodyRow
    {
        public required string Body { get; init; }

        public required long Ambiguous { get; init; }

        public StoredVersion Read() => new(JsonSerializer.Deserialize<ResourceVersion>(Body, CartJson.Options)!, Ambiguous != 0);
    }
}
