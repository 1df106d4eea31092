using System.Text;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Gateway.Facade;
using CarT.Fhir.Gateway.ReadModel;
using CarT.Fhir.Gateway.Web;
using CarT.Fhir.Hosting.Storage;
using Dapper;

namespace CarT.Fhir.Gateway;

/// <summary>The database of the gateway: what was last heard of each patient, the resources of the facade, the reports of write-back.</summary>
internal sealed class GatewayStore(CartDatabase database)
{
    public const string ResourceColumns =
        """
        type AS Type, id AS Id, namespace AS Namespace, patient_id AS PatientId, identifier_system AS IdentifierSystem, identifier_value AS IdentifierValue,
        version AS Version, created_ticks AS CreatedTicks, last_updated_ticks AS LastUpdatedTicks, content_hash AS ContentHash, body AS Body
        """;

    /// <summary>Commits when <paramref name="work"/> returns, rolls back when it throws.</summary>
    public Task<T> InTransactionAsync<T>(Func<GatewayTransaction, Task<T>> work, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => work(new GatewayTransaction(connection, transaction)), cancel);

    public Task<StoredResource?> ReadAsync(string type, string id, CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<StoredResource?>(
                $"SELECT {ResourceColumns} FROM resources WHERE type = @type AND id = @id", new { type, id }),
            cancel);

    /// <summary>One page of a search in the order of last update, and the number of all matches. One row more than asked for: there is another page.</summary>
    public Task<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancel) =>
        database.ReadAsync(async connection =>
        {
            var (where, parameters) = Conditions(query, SqlDialect.Of(connection));
            parameters.Add("After", query.After);
            parameters.Add("Limit", query.Count + 1);
            var total = await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM resources WHERE {where}", parameters);
            var rows = await connection.QueryAsync<StoredResource>(
                $"SELECT {ResourceColumns} FROM resources WHERE {where} AND last_updated_ticks > @After ORDER BY last_updated_ticks LIMIT @Limit", parameters);
            return new SearchPage(total, rows.AsList());
        }, cancel);

    /// <summary>The namespaces that have a patient with one of these ids.</summary>
    public Task<IReadOnlyList<string>> NamespacesOfAsync(IReadOnlyCollection<string> patientIds, CancellationToken cancel) =>
        database.ReadAsync(async connection => (IReadOnlyList<string>)(await connection.QueryAsync<string>(
            $"SELECT DISTINCT namespace FROM patients WHERE {SqlDialect.Of(connection).IsAny("id", "ids")} ORDER BY namespace",
            new { ids = patientIds.ToArray() })).AsList(), cancel);

    /// <summary>The newest message about a patient id, by namespace.</summary>
    public Task<IReadOnlyList<PatientMessage>> MessagesAsync(string patientId, CancellationToken cancel) =>
        database.ReadAsync(async connection => (IReadOnlyList<PatientMessage>)(await connection.QueryAsync<PatientMessage>(
            "SELECT namespace AS Namespace, revision AS Revision, message AS Message FROM patients WHERE id = @patientId ORDER BY namespace",
            new { patientId })).AsList(), cancel);

    /// <summary>The rows of the overview page.</summary>
    public Task<IReadOnlyList<OverviewRow>> OverviewAsync(int limit, CancellationToken cancel) =>
        database.ReadAsync(async connection => (IReadOnlyList<OverviewRow>)(await connection.QueryAsync<OverviewRow>(
            """
            SELECT namespace AS Namespace, id AS Id, revision AS Revision, state AS State, infused_on AS InfusedOn, active_flags AS ActiveFlags
            FROM patients ORDER BY namespace, id LIMIT @limit
            """,
            new { limit })).AsList(), cancel);

    /// <summary>Which sets of flags are active, codes with blanks between them, and of how many patients each.</summary>
    public Task<IReadOnlyList<(string Codes, long Patients)>> ActiveFlagsAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (IReadOnlyList<(string, long)>)(await connection.QueryAsync<(string, long)>(
            "SELECT active_flags, COUNT(*) FROM patients WHERE active_flags <> '' GROUP BY active_flags")).AsList(), cancel);

    public Task AddAuditAsync(WriteBackSettled settled, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                INSERT INTO audit (namespace, patient_id, target, revision, identifier, outcome, resource, at_ticks)
                VALUES (@Namespace, @PatientId, @Target, @Revision, @Identifier, @Outcome, @Resource, @AtTicks)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    settled.Patient.Namespace,
                    PatientId = settled.Patient.Id,
                    settled.Target,
                    settled.Revision,
                    settled.Identifier,
                    settled.Outcome,
                    settled.Resource,
                    AtTicks = settled.At.UtcTicks,
                },
                transaction),
            cancel);

    private static (string Where, DynamicParameters Parameters) Conditions(SearchQuery query, SqlDialect dialect)
    {
        var where = new StringBuilder("type = @Type");
        var parameters = new DynamicParameters(new { query.Type });
        Add("namespace = @Namespace", "Namespace", query.Namespace);
        Add(dialect.IsAny("patient_id", "PatientIds"), "PatientIds", query.PatientIds?.ToArray());
        Add(dialect.IsAny("id", "Ids"), "Ids", query.Ids?.ToArray());
        Add("last_updated_ticks >= @From", "From", query.FromTicks);
        Add("last_updated_ticks < @To", "To", query.ToTicks);
        for (var i = 0; i < query.Identifiers.Count; i++) AddIdentifier(query.Identifiers[i], i);
        return (where.ToString(), parameters);

        void Add(string condition, string name, object? value)
        {
            if (value is null) return;
            where.Append(" AND ").Append(condition);
            parameters.Add(name, value);
        }

        // One occurrence of the parameter: its comma-separated tokens are alternatives.
        void AddIdentifier(IReadOnlyList<IdentifierToken> tokens, int occurrence)
        {
            where.Append(" AND (");
            for (var i = 0; i < tokens.Count; i++)
            {
                where.Append(i == 0 ? "(1 = 1" : " OR (1 = 1");
                Add($"identifier_system = @System{occurrence}_{i}", $"System{occurrence}_{i}", tokens[i].System);
                Add($"identifier_value = @Value{occurrence}_{i}", $"Value{occurrence}_{i}", tokens[i].Value);
                where.Append(')');
            }
            where.Append(')');
        }
    }
}

/// <summary>A page of a search; <see cref="Rows"/> holds one more than asked for when there is another page.</summary>
internal sealed record SearchPage(long Total, IReadOnlyList<StoredResource> Rows);

/// <summary>The newest message about a patient, as JSON.</summary>
internal sealed class PatientMessage
{
    public required string Namespace { get; init; }

    public required long Revision { get; init; }

    public required string Message { get; init; }
}
