using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

public sealed class FlagWriteBackTests : IAsyncLifetime
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;
    private ChartingSystem chart = null!;
    private WriteBackHost host = null!;

    public async ValueTask InitializeAsync()
    {
        chart = await ChartingSystem.StartAsync();
        host = await WriteBackHost.StartAsync(chart, WriteBackHost.NewStore());
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await chart.DisposeAsync();
    }

    [Fact]
    public async Task A_revision_that_is_delivered_five_times_creates_one_Flag_and_is_acknowledged_each_time()
    {
        var message = Revisions.Of(1, Revisions.Flag(Code));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => host.PublishAsync(message)));
        await host.SettledAsync(Revisions.Patient, 1);
        await WriteBackHost.UntilAsync(() => host.Neighbours.Receipts.Count == 5, "five receipts");
        Assert.All(host.Neighbours.Receipts, receipt => Assert.Equal(("writeback", 1L), (receipt.Consumer, receipt.Revision)));

        var flag = Assert.Single(chart.All("Flag"));
        Assert.Equal(1, chart.Count("POST", "Flag"));
        Assert.Equal("active", (string?)flag["status"]);
        Assert.Equal("Patient/p1", (string?)flag["subject"]!["reference"]);
        Assert.Equal("2026-03-25", (string?)flag["period"]!["start"]);
        Assert.Equal(["created"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_Provenance_names_the_version_written_and_the_versions_of_the_results_behind_it()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        var flag = Assert.Single(chart.All("Flag"));
        var provenance = Assert.Single(chart.All("Provenance"));
        Assert.Equal($"Flag/{flag["id"]}/_history/1", (string?)provenance["target"]![0]!["reference"]);
        Assert.Equal(
            ["Observation/plt-1/_history/3", "Observation/plt-2"],
            provenance["entity"]!.AsArray().Select(entity => (string?)entity!["what"]!["reference"]).Order(StringComparer.Ordinal));
        Assert.Equal("created", Assert.Single(await SettledMessagesAsync(1)).Outcome);
    }

    [Fact]
    public async Task A_create_that_was_done_but_not_answered_is_found_again_and_not_repeated()
    {
        chart.On = OnceFor("POST", "Flag", async (context, answer) =>
        {
            await answer();
            context.Abort();
        });
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Single(chart.All("Flag"));
        Assert.Equal(1, chart.Count("POST", "Flag"));
        Assert.Single(chart.All("Provenance"));
        Assert.Equal(["failed", "created"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_flag_that_is_over_becomes_inactive_with_the_last_day_on_which_it_was_active()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        var flag = Assert.Single(chart.All("Flag"));
        Assert.Equal("inactive", (string?)flag["status"]);
        Assert.Equal("2026-04-09", (string?)flag["period"]!["end"]);
        Assert.Equal(["created", "updated"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task P11_3_An_interval_that_is_over_when_first_seen_is_not_created()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code, until: "2026-04-10"), Revisions.Flag(FlagCodes.TransfusionDependent)));
        var flag = Assert.Single(chart.All("Flag"));
        Assert.Equal(FlagCodes.TransfusionDependent, CodeOf(flag));
        Assert.Equal(["created", "not-needed"], (await host.OutcomesAsync("Flag")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task P11_3_A_second_interval_of_a_flag_is_a_Flag_of_its_own()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10"), Revisions.Flag(Code, since: "2026-04-20")));
        Assert.Equal(["inactive", "active"], chart.All("Flag").Select(flag => (string?)flag["status"]));
    }

    [Fact]
    public async Task P11_3_A_withdrawn_flag_becomes_entered_in_error()
    {
        var flag = Revisions.Flag(Code);
        await host.SettleAsync(Revisions.Of(1, flag));
        await host.SettleAsync(Revisions.Of(2).Withdrawing(flag, FlagStatuses.EnteredInError));
        Assert.Equal("entered-in-error", (string?)Assert.Single(chart.All("Flag"))["status"]);
    }

    [Fact]
    public async Task A_withdrawal_is_not_lost_when_the_next_revision_comes_before_it_was_written()
    {
        var flag = Revisions.Flag(Code);
        await host.SettleAsync(Revisions.Of(1, flag));
        chart.On = (context, _) => Answer(context, 500);
        await host.PublishAsync(Revisions.Of(2).Withdrawing(flag, FlagStatuses.EnteredInError));
        await WriteBackHost.UntilAsync(async () => (await host.OutcomesAsync("Flag")).Contains("failed"), "a failed attempt");
        await host.PublishAsync(Revisions.Of(3, Revisions.Flag(FlagCodes.TransfusionDependent)));
        await WriteBackHost.UntilAsync(async () => await host.ScalarAsync<long>("SELECT revision FROM patients") == 3, "revision 3 stored");
        chart.On = null;
        await host.SettledAsync(Revisions.Patient, 3);
        Assert.Equal(["entered-in-error", "active"], chart.All("Flag").Select(one => (string?)one["status"]));
    }

    [Fact]
    public async Task A_revision_older_than_the_stored_one_is_acknowledged_and_dropped()
    {
        await host.SettleAsync(Revisions.Of(3, Revisions.Flag(Code, "The newest words.")));
        await host.PublishAsync(Revisions.Of(2, Revisions.Flag(Code, "Old words."), Revisions.Flag(FlagCodes.Relapse)));
        await WriteBackHost.UntilAsync(() => host.Neighbours.Receipts.Any(receipt => receipt.Revision == 2), "a receipt for revision 2");
        await Task.Delay(700);
        Assert.Contains("The newest words.", Assert.Single(chart.All("Flag"))["text"]!["div"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["created"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task P11_5_A_clinicians_edit_of_our_Flag_is_left_as_it_is()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        chart.Edit(chart.All("Flag")[0], flag => flag["code"]!["text"] = "Known to the team, transplant planned");
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        var flag = Assert.Single(chart.All("Flag"));
        Assert.Equal(("active", "Known to the team, transplant planned"), ((string?)flag["status"], (string?)flag["code"]!["text"]));
        Assert.Equal(0, chart.Count("PUT", "Flag"));
        Assert.Equal(["created", "left-to-clinician"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_version_that_another_system_made_without_changing_the_content_does_not_count_as_an_edit()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        chart.Edit(chart.All("Flag")[0], flag => flag["meta"]!["security"] = new JsonArray(new JsonObject { ["code"] = "R" }));
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        Assert.Equal("inactive", (string?)Assert.Single(chart.All("Flag"))["status"]);
    }

    [Fact]
    public async Task A_stale_If_Match_is_answered_by_reading_again_and_deciding_again()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        chart.On = OnceFor("PUT", "Flag", async (_, answer) =>
        {
            chart.Edit(chart.All("Flag")[0], flag => flag["meta"]!["tag"] = new JsonArray());
            await answer();
        });
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        Assert.Equal(2, chart.Count("PUT", "Flag"));
        Assert.Equal("inactive", (string?)Assert.Single(chart.All("Flag"))["status"]);
        Assert.Equal(["created", "updated"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_Flag_that_somebody_deleted_is_never_created_again()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        chart.Delete(chart.All("Flag")[0]);
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, "Other words.")));
        await host.SettleAsync(Revisions.Of(3, Revisions.Flag(Code, "Still other words.")));
        Assert.Empty(chart.All("Flag"));
        Assert.Equal(1, chart.Count("POST", "Flag"));
        Assert.Equal(["created", "closed-by-others", "closed-by-others"], await host.OutcomesAsync("Flag"));
        Assert.Equal(["created", "left-to-clinician", "left-to-clinician"], (await SettledMessagesAsync(3)).Select(message => message.Outcome));
    }

    [Fact]
    public async Task A_twin_with_our_identifier_is_marked_entered_in_error_and_the_one_we_know_goes_on()
    {
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        chart.AddTwin(chart.All("Flag")[0]);
        await host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, "Other words.")));
        Assert.Equal(["active", "entered-in-error"], chart.All("Flag").Select(flag => (string?)flag["status"]));
        Assert.Contains("Other words.", chart.All("Flag")[0]["text"]!["div"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["created", "duplicate-marked", "updated"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_twin_that_a_race_made_during_our_create_is_repaired_at_once()
    {
        chart.On = OnceFor("POST", "Flag", async (context, answer) =>
        {
            context.Request.EnableBuffering();
            var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            context.Request.Body.Position = 0;
            context.Request.Headers.Remove("If-None-Exist");
            chart.AddTwin(body);
            await answer();
        });
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Equal(["active", "entered-in-error"], chart.All("Flag").Select(flag => (string?)flag["status"]));
    }

    [Fact]
    public async Task A_server_that_ignores_the_search_by_identifier_does_not_make_us_take_anothers_Flag_for_ours()
    {
        chart.On = async (context, answer) =>
        {
            if (context.Request.Method == "GET" && context.Request.Path.Value!.EndsWith("/Flag", StringComparison.Ordinal)) context.Request.QueryString = default;
            await answer();
            return true;
        };
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code), Revisions.Flag(FlagCodes.TransfusionDependent)));
        Assert.Equal([Code, FlagCodes.TransfusionDependent], chart.All("Flag").Select(CodeOf));
        Assert.All(chart.All("Flag"), flag => Assert.Equal("active", (string?)flag["status"]));
    }

    [Fact]
    public async Task An_answer_to_the_search_that_is_no_Bundle_is_not_taken_for_an_empty_one()
    {
        var looks = 0;
        chart.On = async (context, _) =>
        {
            if (context.Request.Method != "GET") return false;
            if (++looks > 1) return false;
            await context.Response.WriteAsync("<html>Please sign in</html>");
            return true;
        };
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Equal(["failed", "created"], await host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_Provenance_that_was_stored_but_not_answered_is_recorded_once()
    {
        chart.On = OnceFor("POST", "Provenance", async (context, answer) =>
        {
            await answer();
            context.Abort();
        });
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Single(chart.All("Flag"));
        Assert.Single(chart.All("Provenance"));
        Assert.Equal(["provenance-recorded"], await host.OutcomesAsync("Provenance"));
    }

    [Fact]
    public async Task A_server_without_Provenance_keeps_the_Flag_and_is_not_asked_again()
    {
        chart.On = (context, _) => context.Request.Path.Value!.EndsWith("/Provenance", StringComparison.Ordinal) ? Answer(context, 404) : Task.FromResult(false);
        await host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Single(chart.All("Flag"));
        Assert.Equal(1, chart.Count("POST", "Provenance"));
        Assert.Equal(["provenance-refused"], await host.OutcomesAsync("Provenance"));
    }

    private static string? CodeOf(JsonObject flag) => (string?)flag["code"]!["coding"]![0]!["code"];

    private static Task<bool> Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    private static Func<HttpContext, Func<Task>, Task<bool>> OnceFor(string method, string type, Func<HttpContext, Func<Task>, Task> handle)
    {
        var done = 0;
        return async (context, answer) =>
        {
            if (context.Request.Method != method || !context.Request.Path.StartsWithSegments("/fhir/" + type, StringComparison.Ordinal) || Interlocked.Exchange(ref done, 1) == 1) return false;
            await handle(context, answer);
            return true;
        };
    }

    private async Task<IReadOnlyList<CarT.Fhir.Contracts.Messages.WriteBackSettled>> SettledMessagesAsync(int count)
    {
        await WriteBackHost.UntilAsync(() => host.Neighbours.Settled.Count >= count, $"{count} settled messages");
        return [.. host.Neighbours.Settled];
    }
}
