using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Simulator.Faults;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>There is one Provenance for each write.</summary>
public sealed class ProvenanceWriteBackTests
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(null)]
    [InlineData(RequestFault.NoAnswer)]
    [InlineData(RequestFault.DoneWithoutAnswer)]
    public async Task At_a_server_without_versions_each_write_has_its_own_also_when_the_answer_to_one_is_lost(RequestFault? fault)
    {
        await using var steps = await WriteBackSteps.BuildAsync(
            ["chart"], fault is { } kind ? [new RequestRule(kind) { Method = "POST", Type = "Provenance", From = 2, Times = 1 }] : []);
        steps.Chart.HasVersions = false;
        foreach (var (number, text) in new[] { (1, "First."), (2, "Second."), (3, "Third.") })
        {
            await steps.WriteAsync(Revision(number, text));
            await steps.RunAsync(Later);
        }
        Assert.Equal("created updated updated", await steps.OutcomesAsync());
        Assert.Equal("provenance-recorded provenance-recorded provenance-recorded", await steps.OutcomesAsync("Provenance"));
        Assert.Equal(
            Enumerable.Repeat($"Flag/{steps.Chart.Flag["id"]}", 3),
            steps.Chart.Ehr.All("Provenance").Select(provenance => (string?)provenance["target"]![0]!["reference"]));
    }

    private static AssessmentChanged Revision(long number, string text) => Revisions.Of(number, Revisions.Flag(FlagCodes.Relapse, text));
}
