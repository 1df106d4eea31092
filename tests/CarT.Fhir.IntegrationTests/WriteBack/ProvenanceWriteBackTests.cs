using System.Net;
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

    [Fact]
    public async Task One_whose_answer_was_lost_is_found_also_where_only_the_whole_of_a_versioned_reference_finds_it()
    {
        await using var steps = await WriteBackSteps.BuildAsync(
            ["chart"], new RequestRule(RequestFault.DoneWithoutAnswer) { Method = "POST", Type = "Provenance", From = 1, Times = 1 });
        steps.Chart.FindsWholeReferences = true;

        await steps.WriteAsync(Revision(1, "First."));
        await steps.RunAsync(Later);

        Assert.Equal("provenance-recorded", await steps.OutcomesAsync("Provenance"));
        Assert.Equal(1, steps.Chart.Ehr.Count("Provenance"));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task A_target_that_has_none_is_sent_one_in_a_quarter_of_an_hour_and_gets_them_all_when_an_operator_says_so(int status)
    {
        await using var steps = await WriteBackSteps.BuildAsync(["chart"], RequestRule.Answering((HttpStatusCode)status) with { Method = "POST", Type = "Provenance" });
        foreach (var number in new[] { 1, 2, 3 }) await steps.WriteAsync(Revision(number, $"Words {number}."));
        var target = await steps.TargetAsync();
        Assert.Equal((1, "not-writable", "Provenance"), (
            steps.Chart.Count("POST", "Provenance"), (string?)target["pauseReason"], (string?)Assert.Single(target["notWritable"]!.AsArray())));
        Assert.Equal(("created updated updated", 3), (await steps.OutcomesAsync(), target["refused"]!.AsArray().Count));

        await steps.RunAsync(TimeSpan.FromMinutes(15));
        await steps.WriteAsync(Revision(4, "Words 4."));
        Assert.Equal(2, steps.Chart.Count("POST", "Provenance"));

        steps.Chart.Faults.End();
        await steps.RetryAsync();
        await steps.RunAsync();
        Assert.Equal(4, steps.Chart.Ehr.Count("Provenance"));
        Assert.Empty((await steps.TargetAsync())["notWritable"]!.AsArray());
    }

    [Fact]
    public async Task One_404_among_others_that_are_taken_rules_nothing_out()
    {
        await using var steps = await WriteBackSteps.BuildAsync(
            ["chart"], RequestRule.Answering(HttpStatusCode.NotFound) with { Method = "POST", Type = "Provenance", From = 2, Times = 1 });
        foreach (var number in new[] { 1, 2, 3 }) await steps.WriteAsync(Revision(number, $"Words {number}."));
        Assert.Equal("provenance-recorded provenance-refused provenance-recorded", await steps.OutcomesAsync("Provenance"));
    }

    private static AssessmentChanged Revision(long number, string text) => Revisions.Of(number, Revisions.Flag(FlagCodes.Relapse, text));
}
