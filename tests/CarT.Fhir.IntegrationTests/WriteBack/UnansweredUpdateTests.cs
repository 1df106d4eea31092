using System.Net;
using CarT.Fhir.Contracts;
using CarT.Fhir.Simulator.Faults;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>A write that was done and not answered stays known as ours, whatever becomes of the next one.</summary>
public sealed class UnansweredUpdateTests
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_flag_is_ours_although_its_last_update_was_not_answered_and_the_next_was_put_off()
    {
        await using var steps = await WriteBackSteps.BuildAsync(["chart"], UnansweredThenPutOff("Flag"));
        await steps.WriteAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse, "First.")));
        await steps.WantAsync(Revisions.Of(2, Revisions.Flag(FlagCodes.Relapse, "Second.")));
        await steps.RunAsync();

        await steps.WantAsync(Revisions.Of(3, Revisions.Flag(FlagCodes.Relapse, "Third.")));
        await steps.RunAsync();
        await steps.WriteAsync(Revisions.Of(4, Revisions.Flag(FlagCodes.Relapse, "Third.", until: "2026-03-27")));

        Assert.Equal("inactive", steps.Chart.Statuses);
    }

    [Fact]
    public async Task A_proposal_goes_although_the_update_that_brought_it_was_not_answered_and_the_next_was_put_off()
    {
        await using var steps = await WriteBackSteps.BuildAsync(["chart"], UnansweredThenPutOff("CarePlan"));
        await steps.WriteAsync(Revisions.Of(1).Proposing(ActivityCodes.HaematologistReview));
        await steps.WantAsync(Revisions.Of(2).Proposing(ActivityCodes.HaematologistReview, ActivityCodes.LiverPanel));
        await steps.RunAsync();

        await steps.WantAsync(Revisions.Of(3).Proposing(ActivityCodes.HaematologistReview));
        await steps.RunAsync();
        await steps.SettleAsync(Later);

        var plan = Assert.Single(steps.Chart.Ehr.All("CarePlan"));
        Assert.Equal(ActivityCodes.HaematologistReview, (string?)Assert.Single(plan["activity"]!.AsArray())!["detail"]!["code"]!["coding"]![0]!["code"]);
    }

    private static RequestRule[] UnansweredThenPutOff(string type) =>
    [
        new RequestRule(RequestFault.DoneWithoutAnswer) { Method = "PUT", Type = type, Times = 1 },
        RequestRule.Answering(HttpStatusCode.InternalServerError) with { Method = "PUT", Type = type, Times = 1 },
    ];
}
