using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>The ledger is bounded, and what it says of how a resource stands is not lost.</summary>
public sealed class LedgerRetentionTests
{
    [Fact]
    public async Task Lines_older_than_90_days_go_but_the_newest_of_each_resource_stays()
    {
        await using var steps = await WriteBackSteps.BuildAsync(["chart"]);
        foreach (var revision in Enumerable.Range(1, 4))
            await steps.WriteAsync(Revisions.Of(revision, Revisions.Flag(FlagCodes.Relapse, $"Words of revision {revision}."), Revisions.Flag(FlagCodes.DataQuality)));
        Assert.Equal(0, await steps.SweepAsync());
        Assert.Equal("created created updated updated updated", await steps.OutcomesAsync());

        await steps.RunAsync(TimeSpan.FromDays(91));
        await steps.WriteAsync(Revisions.Of(5, Revisions.Flag(FlagCodes.Relapse, "Words of revision 5."), Revisions.Flag(FlagCodes.DataQuality)));
        Assert.Equal(4 + 5, await steps.SweepAsync());

        // The flag that was not written again keeps its only line; of the Provenances there is the newest, which is not old.
        Assert.Equal("created updated", await steps.OutcomesAsync());
        Assert.Equal("provenance-recorded", await steps.OutcomesAsync("Provenance"));
        Assert.Equal(1, await steps.CountAsync("provenances"));
        Assert.Equal(0, await steps.SweepAsync());
    }

    [Fact]
    public async Task A_refusal_that_stands_is_shown_however_old_it_is()
    {
        await using var steps = await WriteBackSteps.BuildAsync(
            ["chart"], CarT.Fhir.Simulator.Faults.RequestRule.Answering(System.Net.HttpStatusCode.UnprocessableEntity, "business-rule") with { Method = "POST" });
        await steps.WriteAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse)));
        await steps.RunAsync(TimeSpan.FromDays(365));
        await steps.SweepAsync();
        Assert.Single((await steps.TargetAsync())["refused"]!.AsArray());
    }
}
