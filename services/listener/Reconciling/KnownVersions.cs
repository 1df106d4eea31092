using System.Data.Common;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener.Normalising;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Facts;
using Dapper;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>The versions of resources that the listener has worked, so that a poll knows what is new and a tie is seen (P3.2).</summary>
internal static class KnownVersions
{
    // Well below the number of parameters that a statement may have.
    private const int ReferencesAtOnce = 500;

    /// <summary>The known versions among these resources, by reference.</summary>
    public static async Task<Dictionary<string, KnownVersion>> FindAsync(
        DbConnection connection, DbTransaction? transaction, string source, IEnumerable<string> references)
    {
        var found = new Dictionary<string, KnownVersion>(StringComparer.Ordinal);
        foreach (var some in references.Distinct().Chunk(ReferencesAtOnce))
        {
            var rows = await connection.QueryAsync<KnownVersion>(
                $"""
                SELECT reference AS Reference, version_id AS VersionId, updated_ticks AS UpdatedTicks, content_hash AS ContentHash,
                       patient_id AS PatientId, retracted AS Retracted
                FROM known_versions WHERE source = @source AND {SqlDialect.Of(connection).IsAny("reference", "some")}
                """,
                new { source, some }, transaction);
            foreach (var row in rows) found[row.Reference] = row;
        }
        return found;
    }

    /// <summary>
    /// Whether something that was taken as sent may not be what stands at the source: the source once did not have it, without a version of the delete, or
    /// the order does not tell it from the known version.
    /// </summary>
    public static async Task<bool> NeedSourceAsync(
        DbConnection connection, DbTransaction? transaction, string source, bool numeric, IReadOnlyCollection<ResourceVersion> asSent)
    {
        if (asSent.Count == 0) return false;
        var known = await FindAsync(connection, transaction, source, asSent.Select(version => version.Resource.Reference));
        if (asSent.Any(version => known.TryGetValue(version.Resource.Reference, out var other)
            && other.RelationOf(KnownVersion.Of(version), numeric) == VersionRelation.NotOrdered)) return true;
        foreach (var some in asSent.Select(version => version.Resource.Reference).Distinct().Chunk(ReferencesAtOnce))
        {
            if (await connection.ExecuteScalarAsync<long>(
                $"SELECT COUNT(*) FROM deleted WHERE source = @source AND {SqlDialect.Of(connection).IsAny("reference", "some")}", new { source, some }, transaction) > 0) return true;
        }
        return false;
    }

    /// <summary>Remembers the versions that a row gave, in the transaction that settles it.</summary>
    public static async Task RecordAsync(DbConnection connection, DbTransaction transaction, WorkedRow row)
    {
        var versions = row.Versions.Where(read => read.Version.Resource is { Id.Length: > 0, Type: var type } && IsRemembered(type, read.Version)).ToList();
        if (versions.Count == 0) return;
        var known = await FindAsync(connection, transaction, row.Source, versions.Select(read => read.Version.Resource.Reference));
        foreach (var read in versions)
        {
            var arriving = KnownVersion.Of(read.Version);
            if (known.TryGetValue(arriving.Reference, out var before))
            {
                arriving = arriving with { PatientId = arriving.PatientId ?? before.PatientId };
                if (arriving == before || (read.Origin == VersionOrigin.AsSent && before.RelationOf(arriving, row.NumericVersions) != VersionRelation.Newer)) continue;
            }
            known[arriving.Reference] = arriving;
            await WriteAsync(connection, transaction, row.Source, arriving);
        }
    }

    // What we wrote ourselves too: a poll that finds it again has nothing to say.
    private static bool IsRemembered(string type, ResourceVersion version) => FactReader.IsUsed(type) || version.NotRelevant == NotRelevantReasons.OwnWrite;

    private static Task<int> WriteAsync(DbConnection connection, DbTransaction transaction, string source, KnownVersion version) =>
        connection.ExecuteAsync(
            """
            INSERT INTO known_versions (source, reference, version_id, updated_ticks, content_hash, patient_id, retracted)
            VALUES (@source, @Reference, @VersionId, @UpdatedTicks, @ContentHash, @PatientId, @Retracted)
            ON CONFLICT (source, reference) DO UPDATE SET version_id = excluded.version_id, updated_ticks = excluded.updated_ticks,
                content_hash = excluded.content_hash, patient_id = excluded.patient_id, retracted = excluded.retracted
            """,
            new { source, version.Reference, version.VersionId, version.UpdatedTicks, version.ContentHash, version.PatientId, version.Retracted }, transaction);
}
