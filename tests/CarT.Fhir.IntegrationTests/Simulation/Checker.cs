using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Simulator.Server.Store;
using Dapper;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>
/// What must hold when the world is at rest: the assessment is the pure function of what the EHR holds, the EHR holds exactly what the assessment wants,
/// and every version is accounted for (P13.2).
/// </summary>
internal sealed class Checker(World world)
{
    /// <summary>The resource types that can say something to the protocol.</summary>
    public static IReadOnlyList<string> ReadTypes { get; } =
        ["Observation", "MedicationAdministration", "MedicationStatement", "MedicationDispense", "Procedure", "Patient", "Specimen", "Medication"];

    private readonly List<string> faults = [];

    /// <summary>Every fault of the end state, in words; empty when all holds.</summary>
    public static async Task<IReadOnlyList<string>> FaultsOfAsync(World world)
    {
        var checker = new Checker(world);
        await checker.CheckAsync();
        return checker.faults;
    }

    private async Task CheckAsync()
    {
        var published = await PublishedAsync();
        CheckAssessments(published);
        faults.AddRange(ChartCheck.Of(world, published));
        await CheckStoresAsync();
        await CheckVersionsAsync();
    }

    private void CheckAssessments(IReadOnlyDictionary<PatientKey, AssessmentChanged> published)
    {
        var oracle = new Oracle(world.Ehr, world.Zone);
        foreach (var id in world.Ehr.All("Patient").Select(patient => patient["id"]!.GetValue<string>()))
        {
            var key = new PatientKey("main", id);
            if (!published.TryGetValue(key, out var said))
            {
                faults.Add($"no assessment of {id} was ever published");
                continue;
            }
            // After death nobody looks again (P11.4), and the days since the last dose go on being counted.
            var isOver = said.Assessment is { State: States.Closed, NextReviewAt: null };
            var wanted = oracle.Of(key, isOver ? said.Assessment.AsOf : world.Clock.GetUtcNow());
            if (!FlagHistory.SameContent(said.Assessment, wanted))
                faults.Add($"the assessment of {id} is not that of what the EHR holds:\n{Difference(said.Assessment, wanted)}");
        }
    }

    private async Task<IReadOnlyDictionary<PatientKey, AssessmentChanged>> PublishedAsync()
    {
        var rows = await QueryAsync<string>("protocol", "SELECT message FROM published ORDER BY namespace, id");
        return rows.Select(row => JsonSerializer.Deserialize<AssessmentChanged>(row, CartJson.Options)!).ToDictionary(message => message.Patient);
    }

    private async Task CheckStoresAsync()
    {
        await ExpectNoneAsync("listener", "SELECT id || ' ' || status FROM notifications WHERE status IN ('received', 'sent')", "a notification is not settled");
        await ExpectNoneAsync("listener", "SELECT id FROM deliveries WHERE done_ticks IS NULL", "a delivery has no receipt");
        await ExpectNoneAsync("protocol", "SELECT id FROM patients WHERE due_reason IS NOT NULL", "a patient waits for an assessment");
        await ExpectNoneAsync(
            "protocol", "SELECT id FROM patients WHERE writeback_done_revision <> revision OR gateway_done_revision <> revision", "a revision has no receipt");
        await ExpectNoneAsync("writeback", "SELECT patient FROM patients WHERE settled_revision <> revision OR lease_owner IS NOT NULL", "a patient is not written");
        await ExpectNoneAsync("writeback", "SELECT reference FROM provenances WHERE outcome IS NULL", "a Provenance is not sent");
        var kept = await QueryAsync<long>("listener", "SELECT COUNT(*) FROM notifications WHERE method <> 'GET'");
        if (kept[0] < world.Accepted) faults.Add($"{world.Accepted} notifications were answered 200 and {kept[0]} are kept");
        var revisions = await QueryAsync<string>("protocol", "SELECT id || ' ' || revision FROM patients WHERE revision > 0 ORDER BY id");
        foreach (var reader in new[] { ("gateway", "id"), ("writeback", "patient") })
        {
            var held = await QueryAsync<string>(reader.Item1, $"SELECT {reader.Item2} || ' ' || revision FROM patients ORDER BY {reader.Item2}");
            if (!held.SequenceEqual(revisions)) faults.Add($"{reader.Item1} does not hold the newest revisions: {string.Join(", ", held)} of {string.Join(", ", revisions)}");
        }
    }

    private async Task CheckVersionsAsync()
    {
        var current = (await QueryAsync<CurrentRow>("protocol", "SELECT type AS Type, id AS Id, version_id AS VersionId, retracted AS Retracted FROM resources"))
            .ToDictionary(row => $"{row.Type}/{row.Id}");
        var superseded = (await QueryAsync<string>("protocol", "SELECT type || '/' || id || '/' || version_id FROM superseded_versions")).ToHashSet();
        var refused = (await QueryAsync<string>("listener", "SELECT DISTINCT resource FROM refused WHERE resource IS NOT NULL")).ToHashSet();
        foreach (var version in ReadTypes.SelectMany(type => world.Ehr.History(type)))
        {
            var name = $"{version.Reference}/{version.Version}";
            if (!current.TryGetValue(version.Reference, out var row))
            {
                if (!refused.Contains(version.Reference) && IsAskedFor(version)) faults.Add($"{name} is not accounted for: nothing was ever heard of the resource");
            }
            // A delete may take the place of the version that it ended (P3.2).
            else if (row.Retracted != 0 && world.Ehr.Read(version.Type, version.Id) is null) world.Trace.Count("version deleted");
            else if (Number(row) < version.Version && !IsAskedFor(version)) world.Trace.Count("version that nobody asks for");
            else if (Number(row) < version.Version) faults.Add($"{name} is not accounted for: the newest known is {row.VersionId}");
            else if (Number(row) == version.Version && (row.Retracted != 0) != IsRetraction(version)) faults.Add($"{name} is known as the newest, and not as what it is");
            else if (Number(row) > version.Version) world.Trace.Count(superseded.Contains(name) ? "version superseded" : "version never seen, a newer one is known");
        }
    }

    // What was created and deleted in between of two polls, or is no count that the protocol reads, need not have been seen.
    private bool IsAskedFor(StoredVersion version) =>
        world.Ehr.Read(version.Type, version.Id) is { } head
        && (version.Type != "Observation" || head["code"]!["coding"]![0]!["code"]!.GetValue<string>() is "777-3" or "751-8" or "718-7");

    private static long Number(CurrentRow row) => long.TryParse(row.VersionId, out var number) ? number : long.MaxValue;

    private static bool IsRetraction(StoredVersion version) =>
        version.IsDeleted || version.ToJson()["status"]?.GetValue<string>() is "entered-in-error" or "cancelled" or "not-done";

    private async Task ExpectNoneAsync(string service, string sql, string fault)
    {
        foreach (var row in await QueryAsync<string>(service, sql)) faults.Add($"{fault}: {row}");
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string service, string sql)
    {
        CartDatabase database = world.Processes.Of(service)!.Database(service);
        return await database.ReadAsync(async connection => (await connection.QueryAsync<T>(sql)).AsList(), CancellationToken.None);
    }

    // The members that differ, each as it is and as it must be.
    private static string Difference(Assessment published, Assessment wanted)
    {
        var (said, must) = (JsonSerializer.SerializeToNode(published, CartJson.Options)!.AsObject(), JsonSerializer.SerializeToNode(wanted, CartJson.Options)!.AsObject());
        return string.Join('\n', must.Where(member => !JsonNode.DeepEquals(member.Value, said[member.Key]))
            .Select(member => $"  {member.Key} is {said[member.Key]?.ToJsonString()}\n  {member.Key} must be {member.Value?.ToJsonString()}"));
    }

    private sealed class CurrentRow
    {
        public required string Type { get; init; }

        public required string Id { get; init; }

        public string? VersionId { get; init; }

        public long Retracted { get; init; }
    }
}
