using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>Whatever a charting system does to single requests, in the end it has each flag once and as the newest revision wants it.</summary>
public sealed class FaultStormTests : ChartingSystemTests
{
    private const int RevisionCount = 8;
    private static readonly string[] Codes = [FlagCodes.SeverePersistentCytopenia, FlagCodes.TransfusionDependent, FlagCodes.NoRecentCounts];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task After_a_storm_of_faults_each_flag_stands_once_as_the_newest_revision_wants_it(int seed)
    {
        var faults = new Random(seed);
        var storm = true;
        Chart.On = async (context, answer) => storm && await DisturbAsync(context, answer, Next(faults));
        var flags = new Dictionary<string, AssessedFlag>();
        var course = new Random(seed);
        for (var revision = 1; revision <= RevisionCount; revision++)
        {
            var code = Codes[course.Next(Codes.Length)];
            flags[code] = Revisions.Flag(code, $"Words of revision {revision}.", until: course.Next(3) == 0 ? "2026-04-10" : null);
            await Host.PublishAsync(Message(revision, flags));
            await Task.Delay(course.Next(400));
            Host.Time.Advance(TimeSpan.FromSeconds(15));
        }
        storm = false;
        await WriteBackHost.UntilAsync(SettledAsync, "everything settled");

        var inForce = Chart.All("Flag").Where(flag => (string?)flag["status"] != "entered-in-error").ToList();
        Assert.Equal(inForce.Count, inForce.Select(CodeOf).Distinct().Count());
        foreach (var flag in inForce)
        {
            Assert.Equal(flags[CodeOf(flag)].Status, (string?)flag["status"]);
            Assert.Contains(flags[CodeOf(flag)].Text, flag["text"]!["div"]!.ToString(), StringComparison.Ordinal);
        }
        Assert.Subset(inForce.Select(CodeOf).ToHashSet(), flags.Values.Where(flag => flag.Status == FlagStatuses.Active).Select(flag => flag.Code).ToHashSet());
        Assert.Equal(0, await Host.ScalarAsync<long>("SELECT COUNT(*) FROM ledger WHERE outcome IN ('left-to-clinician', 'closed-by-others', 'refused')"));
        var references = Chart.All("Provenance").Select(provenance => (string?)provenance["target"]![0]!["reference"]).ToList();
        Assert.Equal(references.Count, references.Distinct().Count());
    }

    private static AssessmentChanged Message(long revision, Dictionary<string, AssessedFlag> flags) =>
        Revisions.Of(revision, [.. flags.Values.OrderBy(flag => flag.Code, StringComparer.Ordinal)]);

    private async Task<bool> SettledAsync()
    {
        Host.Time.Advance(TimeSpan.FromSeconds(5));
        return await Host.ScalarAsync<long>("SELECT settled_revision FROM patients") == RevisionCount;
    }

    private static int Next(Random random)
    {
        lock (random) return random.Next(100);
    }

    private static async Task<bool> DisturbAsync(HttpContext context, Func<Task> answer, int dice)
    {
        switch (dice)
        {
            case < 12:
                context.Response.StatusCode = 500;
                return true;
            case < 22:
                context.Abort();
                return true;
            case < 32 when context.Request.Method != "GET":
                await answer();
                context.Abort();
                return true;
            case < 37:
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "2";
                return true;
            case < 45 when context.Request.Method == "PUT":
                context.Response.StatusCode = 412;
                return true;
            case < 52 when context.Request.Method == "PUT":
                context.Response.StatusCode = 409;
                return true;
            default:
                return false;
        }
    }

    private static string CodeOf(JsonObject flag) => (string)flag["code"]!["coding"]![0]!["code"]!;
}
