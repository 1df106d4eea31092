using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

public sealed class CarePlanWriteBackTests : ChartingSystemTests
{
    [Fact]
    public async Task P11_5_There_is_one_plan_per_episode_and_it_is_a_proposal()
    {
        await Host.SettleAsync(Revisions.Of(1).Proposing(ActivityCodes.HaematologistReview));
        await Host.SettleAsync(Revisions.Of(2).Proposing(ActivityCodes.HaematologistReview, ActivityCodes.CytopeniaWorkup));
        var plan = Assert.Single(Chart.All("CarePlan"));
        Assert.Equal(("active", "proposal"), ((string?)plan["status"], (string?)plan["intent"]));
        Assert.Equal([(ActivityCodes.CytopeniaWorkup, "not-started"), (ActivityCodes.HaematologistReview, "not-started")], Activities(plan));
        Assert.Equal(["created", "updated"], await Host.OutcomesAsync("CarePlan"));
    }

    [Fact]
    public async Task No_plan_is_written_before_something_is_proposed()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(FlagCodes.DataQuality)));
        Assert.Empty(Chart.All("CarePlan"));
    }

    [Fact]
    public async Task P11_5_An_activity_that_a_clinician_started_stays_and_the_others_go_on()
    {
        await Host.SettleAsync(Revisions.Of(1).Proposing(ActivityCodes.HaematologistReview, ActivityCodes.CytopeniaWorkup));
        Chart.Edit(Chart.All("CarePlan")[0], plan => Detail(plan, ActivityCodes.HaematologistReview)["status"] = "in-progress");
        await Host.SettleAsync(Revisions.Of(2).Proposing(ActivityCodes.LiverPanel));
        Assert.Equal(
            [(ActivityCodes.HaematologistReview, "in-progress"), (ActivityCodes.LiverPanel, "not-started")], Activities(Assert.Single(Chart.All("CarePlan"))));
    }

    [Fact]
    public async Task An_edit_between_our_look_and_our_write_is_read_again_and_merged()
    {
        await Host.SettleAsync(Revisions.Of(1).Proposing(ActivityCodes.HaematologistReview));
        var edited = false;
        Chart.On = (context, _) =>
        {
            if (context.Request.Method != "PUT" || edited) return Task.FromResult(false);
            edited = true;
            Chart.Edit(Chart.All("CarePlan")[0], plan => Detail(plan, ActivityCodes.HaematologistReview)["status"] = "scheduled");
            return Task.FromResult(false);
        };
        await Host.SettleAsync(Revisions.Of(2).Proposing(ActivityCodes.HaematologistReview, ActivityCodes.LiverPanel));
        Assert.Equal(2, Chart.Count("PUT", "CarePlan"));
        Assert.Equal(
            [(ActivityCodes.HaematologistReview, "scheduled"), (ActivityCodes.LiverPanel, "not-started")], Activities(Assert.Single(Chart.All("CarePlan"))));
    }

    [Fact]
    public async Task An_update_that_was_done_but_not_answered_does_not_make_our_own_activities_look_like_a_clinicians()
    {
        await Host.SettleAsync(Revisions.Of(1).Proposing(ActivityCodes.HaematologistReview));
        var lost = false;
        Chart.On = async (context, answer) =>
        {
            if (context.Request.Method != "PUT" || lost) return false;
            lost = true;
            await answer();
            context.Abort();
            return true;
        };
        await Host.PublishAsync(Revisions.Of(2).Proposing(ActivityCodes.HaematologistReview, ActivityCodes.LiverPanel));
        await WriteBackHost.UntilAsync(() => lost, "a lost answer");
        await Host.SettleAsync(Revisions.Of(3).Proposing(ActivityCodes.CytopeniaWorkup));
        Assert.Equal([(ActivityCodes.CytopeniaWorkup, "not-started")], Activities(Assert.Single(Chart.All("CarePlan"))));
    }

    [Fact]
    public async Task A_new_episode_has_its_own_plan_and_completes_the_old_one()
    {
        await Host.SettleAsync(Revisions.Of(1).Proposing(ActivityCodes.HaematologistReview));
        await Host.SettleAsync(Revisions.Of(2).InEpisode(2).Proposing(ActivityCodes.LiverPanel));
        Assert.Equal(["completed", "active"], Chart.All("CarePlan").Select(plan => (string?)plan["status"]));
        Assert.Equal([0, 1], Chart.All("CarePlan").Select(plan => Activities(plan).Count));
    }

    [Fact]
    public async Task A_retracted_infusion_revokes_the_plan()
    {
        await Host.SettleAsync(Revisions.Of(1).Proposing(ActivityCodes.HaematologistReview));
        await Host.SettleAsync(Revisions.Of(2).InEpisode(null));
        Assert.Equal("revoked", (string?)Assert.Single(Chart.All("CarePlan"))["status"]);
    }

    private static List<(string?, string?)> Activities(JsonObject plan) =>
        [.. (plan["activity"] as JsonArray ?? []).Select(activity => ((string?)activity!["detail"]!["code"]!["coding"]![0]!["code"], (string?)activity["detail"]!["status"]))];

    private static JsonObject Detail(JsonObject plan, string code) =>
        plan["activity"]!.AsArray().Select(activity => activity!["detail"]!.AsObject()).Single(detail => (string?)detail["code"]!["coding"]![0]!["code"] == code);
}
