using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Simulator.Faults;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>
/// Every fault of the simulated charting system at once, by chance: in the end it has each flag once and as the newest revision wants it. Step by step,
/// so that a seed that fails can be walked through again.
/// </summary>
public sealed class StepStormTests(ITestOutputHelper output)
{
    private const int RevisionCount = 8;
    private static readonly string[] Codes = [FlagCodes.SeverePersistentCytopenia, FlagCodes.TransfusionDependent, FlagCodes.NoRecentCounts];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task After_any_storm_each_flag_stands_once_as_the_newest_revision_wants_it(int seed)
    {
        await using var steps = await StormAsync(seed);
        output.WriteLine(string.Join(", ", steps.Chart.Faults.Injected.OrderBy(fault => fault.Key, StringComparer.Ordinal).Select(fault => $"{fault.Key} {fault.Value}")));
        Assert.True(steps.Chart.Faults.Injected.Count > 5);
        var wanted = Course(seed)[^1].Assessment.Flags;
        var inForce = steps.Chart.Ehr.All("Flag").Where(flag => (string?)flag["status"] != "entered-in-error").ToList();
        Assert.Equal(inForce.Count, inForce.Select(CodeOf).Distinct().Count());
        foreach (var flag in inForce)
        {
            var own = wanted.Single(candidate => candidate.Code == CodeOf(flag));
            Assert.Equal((own.Status, true), ((string?)flag["status"], flag["text"]!["div"]!.ToString().Contains(own.Text, StringComparison.Ordinal)));
        }
        Assert.Subset(inForce.Select(CodeOf).ToHashSet(), wanted.Where(flag => flag.Status == FlagStatuses.Active).Select(flag => flag.Code).ToHashSet());
        Assert.Single(steps.Chart.Ehr.All("CarePlan"), plan => (string?)plan["status"] != "entered-in-error");
        foreach (var outcome in new[] { "left-to-clinician", "closed-by-others", "refused", "duplicate-stands" })
            Assert.DoesNotContain(outcome, await steps.OutcomesAsync() + await steps.OutcomesAsync("CarePlan"), StringComparison.Ordinal);
        var references = steps.Chart.Ehr.All("Provenance").Select(provenance => (string?)provenance["target"]![0]!["reference"]).ToList();
        Assert.Equal(references.Count, references.Distinct().Count());
    }

    [Fact]
    public async Task One_seed_gives_one_course_of_requests()
    {
        await using var first = await StormAsync(11);
        await using var second = await StormAsync(11);
        Assert.Equal(first.Chart.Requests, second.Chart.Requests);
    }

    private static async Task<WriteBackSteps> StormAsync(int seed)
    {
        var steps = await WriteBackSteps.BuildAsync(["chart"], seed, Faults());
        var pace = new Random(seed);
        foreach (var revision in Course(seed))
        {
            await steps.WantAsync(revision);
            for (var i = pace.Next(4); i > 0; i--) await steps.RunAsync(TimeSpan.FromSeconds(pace.Next(30)));
        }
        steps.Chart.Faults.End();
        await steps.SettleAsync(TimeSpan.FromMinutes(30));
        for (var minute = 0; minute < 10; minute++) await steps.RunAsync(TimeSpan.FromMinutes(1));
        return steps;
    }

    private static List<AssessmentChanged> Course(int seed)
    {
        var random = new Random(seed);
        var flags = new SortedDictionary<string, AssessedFlag>(StringComparer.Ordinal);
        return [.. Enumerable.Range(1, RevisionCount).Select(revision =>
        {
            var code = Codes[random.Next(Codes.Length)];
            // Few words, so that what was wanted once is wanted again.
            flags[code] = Revisions.Flag(code, $"Words {random.Next(3)}.", until: random.Next(3) == 0 ? "2026-04-10" : null);
            return Revisions.Of(revision, [.. flags.Values]).Proposing(ActivityCodes.LiverPanel);
        })];
    }

    private static RequestRule[] Faults() =>
    [
        RequestRule.Answering(HttpStatusCode.InternalServerError) with { Rate = 0.05 },
        RequestRule.Answering(HttpStatusCode.ServiceUnavailable) with { Rate = 0.02, RetryAfter = TimeSpan.FromSeconds(3), AsDate = true },
        RequestRule.Answering(HttpStatusCode.TooManyRequests) with { Rate = 0.03, RetryAfter = TimeSpan.FromSeconds(2) },
        RequestRule.Answering(HttpStatusCode.Unauthorized) with { Rate = 0.03 },
        RequestRule.Answering(HttpStatusCode.PreconditionFailed, "conflict") with { Rate = 0.1, IsConditional = true },
        RequestRule.Answering(HttpStatusCode.Conflict) with { Rate = 0.05, IsConditional = true },
        new(RequestFault.NoAnswer) { Rate = 0.04 },
        new(RequestFault.DoneWithoutAnswer) { Rate = 0.12 },
        new(RequestFault.HalfBody) { Rate = 0.05 },
        new(RequestFault.DuplicateCreate) { Rate = 0.2 },
        new(RequestFault.StaleSearch) { Rate = 0.2, Type = "Flag", Lag = new IndexLag(3, TimeSpan.Zero) },
        new(RequestFault.StaleSearch) { Rate = 0.2, Type = "CarePlan", Lag = new IndexLag(3, TimeSpan.Zero) },
        new(RequestFault.WarningInBody) { Rate = 0.05 },
        new(RequestFault.WithoutBody) { Rate = 0.1 },
    ];

    private static string CodeOf(JsonObject flag) => (string)flag["code"]!["coding"]![0]!["code"]!;
}
