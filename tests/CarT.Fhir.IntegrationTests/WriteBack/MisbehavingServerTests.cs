using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

public sealed class MisbehavingServerTests : ChartingSystemTests
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;

    [Fact]
    public async Task A_Provenance_names_the_version_written_and_the_versions_of_the_results_behind_it()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        var flag = Assert.Single(Chart.All("Flag"));
        var provenance = Assert.Single(Chart.All("Provenance"));
        Assert.Equal($"Flag/{flag["id"]}/_history/1", (string?)provenance["target"]![0]!["reference"]);
        Assert.Equal(
            ["Observation/plt-1/_history/3", "Observation/plt-2"],
            provenance["entity"]!.AsArray().Select(entity => (string?)entity!["what"]!["reference"]).Order(StringComparer.Ordinal));
        Assert.Equal("created", Assert.Single(await SettledMessagesAsync(1)).Outcome);
    }

    [Fact]
    public async Task A_create_that_was_done_but_not_answered_is_found_again_and_not_repeated()
    {
        Chart.On = OnceFor("POST", "Flag", async (context, answer) =>
        {
            await answer();
            context.Abort();
        });
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Single(Chart.All("Flag"));
        Assert.Equal(1, Chart.Count("POST", "Flag"));
        Assert.Single(Chart.All("Provenance"));
        Assert.Equal(["failed", "created"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_create_that_lands_late_when_the_flag_is_already_over_is_still_closed()
    {
        JsonObject? late = null;
        Chart.On = async (context, answer) =>
        {
            if (late is null && context.Request is { Method: "POST", Path.Value: "/fhir/Flag" })
            {
                late = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
                context.Abort();
                return true;
            }
            if (late is null || context.Request.Method != "GET" || Chart.All("Flag").Count > 0) return false;
            await answer();
            if (await Host.ScalarAsync<long>("SELECT revision FROM patients") == 2) Chart.AddTwin(late);
            return true;
        };
        await Host.PublishAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await WriteBackHost.UntilAsync(async () => (await Host.OutcomesAsync("Flag")).Contains("failed"), "a lost create");
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        Assert.Equal("inactive", (string?)Assert.Single(Chart.All("Flag"))["status"]);
    }

    [Fact]
    public async Task A_stale_If_Match_is_answered_by_reading_again_and_deciding_again()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Chart.On = OnceFor("PUT", "Flag", async (_, answer) =>
        {
            Chart.Edit(Chart.All("Flag")[0], flag => flag["meta"]!["tag"] = new JsonArray());
            await answer();
        });
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        Assert.Equal(2, Chart.Count("PUT", "Flag"));
        Assert.Equal("inactive", (string?)Assert.Single(Chart.All("Flag"))["status"]);
        Assert.Equal(["created", "updated"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_Flag_that_somebody_deleted_is_never_created_again()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Chart.Delete(Chart.All("Flag")[0]);
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, "Other words.")));
        await Host.SettleAsync(Revisions.Of(3, Revisions.Flag(Code, "Still other words.")));
        Assert.Empty(Chart.All("Flag"));
        Assert.Equal(1, Chart.Count("POST", "Flag"));
        Assert.Equal(["created", "closed-by-others", "closed-by-others"], await Host.OutcomesAsync("Flag"));
        Assert.Equal(["created", "left-to-clinician", "left-to-clinician"], (await SettledMessagesAsync(3)).Select(message => message.Outcome));
    }

    [Fact]
    public async Task A_twin_with_our_identifier_is_marked_entered_in_error_and_the_one_we_know_goes_on()
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Chart.AddTwin(Chart.All("Flag")[0]);
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, "Other words.")));
        Assert.Equal(["active", "entered-in-error"], Chart.All("Flag").Select(flag => (string?)flag["status"]));
        Assert.Contains("Other words.", Chart.All("Flag")[0]["text"]!["div"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["created", "duplicate-marked", "updated"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_twin_that_a_race_made_during_our_create_is_repaired_at_once()
    {
        Chart.On = OnceFor("POST", "Flag", async (context, answer) =>
        {
            context.Request.EnableBuffering();
            var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            context.Request.Body.Position = 0;
            context.Request.Headers.Remove("If-None-Exist");
            Chart.AddTwin(body);
            await answer();
        });
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Equal(["active", "entered-in-error"], Chart.All("Flag").Select(flag => (string?)flag["status"]));
    }

    [Fact]
    public async Task A_server_that_ignores_the_search_by_identifier_does_not_make_us_take_anothers_Flag_for_ours()
    {
        Chart.On = async (context, answer) =>
        {
            if (context.Request.Method == "GET" && context.Request.Path.Value!.EndsWith("/Flag", StringComparison.Ordinal)) context.Request.QueryString = default;
            await answer();
            return true;
        };
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code), Revisions.Flag(FlagCodes.TransfusionDependent)));
        Assert.Equal([Code, FlagCodes.TransfusionDependent], Chart.All("Flag").Select(CodeOf));
        Assert.All(Chart.All("Flag"), flag => Assert.Equal("active", (string?)flag["status"]));
    }

    [Fact]
    public async Task An_answer_to_the_search_that_is_no_Bundle_is_not_taken_for_an_empty_one()
    {
        var looks = 0;
        Chart.On = async (context, _) =>
        {
            if (context.Request.Method != "GET") return false;
            if (++looks > 1) return false;
            await context.Response.WriteAsync("<html>Please sign in</html>");
            return true;
        };
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Equal(["failed", "created"], await Host.OutcomesAsync("Flag"));
    }

    [Fact]
    public async Task A_Provenance_that_was_stored_but_not_answered_is_recorded_once()
    {
        Chart.On = OnceFor("POST", "Provenance", async (context, answer) =>
        {
            await answer();
            context.Abort();
        });
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Single(Chart.All("Flag"));
        Assert.Single(Chart.All("Provenance"));
        Assert.Equal(["provenance-recorded"], await Host.OutcomesAsync("Provenance"));
    }

    [Fact]
    public async Task A_server_without_Provenance_keeps_the_Flag_and_is_not_asked_again()
    {
        Chart.On = (context, _) => context.Request.Path.Value!.EndsWith("/Provenance", StringComparison.Ordinal) ? Answer(context, 404) : Task.FromResult(false);
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Single(Chart.All("Flag"));
        Assert.Equal(1, Chart.Count("POST", "Provenance"));
        Assert.Equal(["provenance-refused"], await Host.OutcomesAsync("Provenance"));
    }

    private static string? CodeOf(JsonObject flag) => (string?)flag["code"]!["coding"]![0]!["code"];

    private async Task<IReadOnlyList<WriteBackSettled>> SettledMessagesAsync(int count)
    {
        await WriteBackHost.UntilAsync(() => Host.Neighbours.Settled.Count >= count, $"{count} settled messages");
        return [.. Host.Neighbours.Settled];
    }
}
