using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

public sealed class FlagWriteBackTests : ChartingSystemTests
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;

    [Fact]
    public async Task A_revision_that_is_delivered_five_times_creates_one_Flag_and_is_acknowledged_each_time()
    {
        var message = Revisions.Of(1, Revisions.Flag(Code));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Host.PublishAsync(message)));
        await Host.SettledAsync(Revisions.Patient, 1);
        await WriteBackHost.UntilAsync(() => Host.Neighbours.Receipts.Count == 5, "five receipts");
        Assert.All(Host.Neighbours.Receipts, receipt => Assert.Equal(("writeback", 1L), (receipt.Consumer, receipt.Revision)));

        var flag = Assert.Single(Chart.All("Flag"));
        Assert.Equal(1, Chart.Count("POST", "Flag"));
        Assert.Equal("active", (string?)flag["status"]);
        Assert.Equal("Patient/p1", (string?)flag["subject"]!["reference"]);
        Assert.Equal("2026-03-25", (string?)flag["period"]!["start"]);
        Assert.Equal(["created"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_flag_that_is_over_becomes_inactive_with_the_last_day_on_which_it_was_active()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        var flag = Assert.Single(Chart.All("Flag"));
        Assert.Equal("inactive", (string?)flag["status"]);
        Assert.Equal("2026-04-09", (string?)flag["period"]!["end"]);
        Assert.Equal(["created", "updated"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task P11_3_An_interval_that_is_over_when_first_seen_is_not_created()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code, until: "2026-04-10"), Revisions.Flag(FlagCodes.TransfusionDependent)));
        var flag = Assert.Single(Chart.All("Flag"));
        Assert.Equal(FlagCodes.TransfusionDependent, CodeOf(flag));
        Assert.Equal(["created", "not-needed"], (await Host.OutcomesAsync("Flag")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task P11_3_A_second_interval_of_a_flag_is_a_Flag_of_its_own()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10"), Revisions.Flag(Code, since: "2026-04-20")));
        Assert.Equal(["inactive", "active"], Chart.All("Flag").Select(flag => (string?)flag["status"]));
    }

    [Fact]
    public async Task P11_3_A_withdrawn_flag_becomes_entered_in_error()
    {
        var flag = Revisions.Flag(Code);
        await Host.SettleAsync(Revisions.Of(1, flag));
        await Host.SettleAsync(Revisions.Of(2).Withdrawing(flag, FlagStatuses.EnteredInError));
        Assert.Equal("entered-in-error", (string?)Assert.Single(Chart.All("Flag"))["status"]);
    }

    [Fact]
    public async Task A_withdrawal_is_not_lost_when_the_next_revision_comes_before_it_was_written()
    {
        var flag = Revisions.Flag(Code);
        await Host.SettleAsync(Revisions.Of(1, flag));
        Chart.On = (context, _) => Answer(context, 500);
        await Host.PublishAsync(Revisions.Of(2).Withdrawing(flag, FlagStatuses.EnteredInError));
        await WriteBackHost.UntilAsync(async () => (await Host.OutcomesAsync("Flag")).Contains("failed"), "a failed attempt");
        await Host.PublishAsync(Revisions.Of(3, Revisions.Flag(FlagCodes.TransfusionDependent)));
        await WriteBackHost.UntilAsync(async () => await Host.ScalarAsync<long>("SELECT revision FROM patients") == 3, "revision 3 stored");
        Chart.On = null;
        await Host.SettledAsync(Revisions.Patient, 3);
        Assert.Equal(["entered-in-error", "active"], Chart.All("Flag").Select(one => (string?)one["status"]));
    }

    [Fact]
    public async Task A_revision_older_than_the_stored_one_is_dropped_and_answered_with_the_stored_one()
    {
        await Host.SettleAsync(Revisions.Of(3, Revisions.Flag(Code, "The newest words.")));
        await Host.PublishAsync(Revisions.Of(2, Revisions.Flag(Code, "Old words."), Revisions.Flag(FlagCodes.Relapse)));
        await WriteBackHost.UntilAsync(() => Host.Neighbours.Receipts.Count == 2, "two receipts");
        Assert.Equal([3, 3], Host.Neighbours.Receipts.Select(receipt => receipt.Revision));
        await Task.Delay(700);
        Assert.Contains("The newest words.", Assert.Single(Chart.All("Flag"))["text"]!["div"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["created"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task P11_5_A_clinicians_edit_of_our_Flag_is_left_as_it_is()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Chart.Edit(Chart.All("Flag")[0], flag => flag["code"]!["text"] = "Known to the team, transplant planned");
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        var flag = Assert.Single(Chart.All("Flag"));
        Assert.Equal(("active", "Known to the team, transplant planned"), ((string?)flag["status"], (string?)flag["code"]!["text"]));
        Assert.Equal(0, Chart.Count("PUT", "Flag"));
        Assert.Equal(["created", "left-to-clinician"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_version_that_another_system_made_without_changing_the_content_does_not_count_as_an_edit()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Chart.Edit(Chart.All("Flag")[0], flag => flag["meta"]!["security"] = new JsonArray(new JsonObject { ["code"] = "R" }));
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        Assert.Equal("inactive", (string?)Assert.Single(Chart.All("Flag"))["status"]);
    }

    private static string? CodeOf(JsonObject flag) => (string?)flag["code"]!["coding"]![0]!["code"];
}
