using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>A search that says that it did not show everything: nothing found is not none there.</summary>
public sealed class PartialSearchTests : ChartingSystemTests
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;
    private const string Outcome = """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient"}]}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_with_an_error_or_with_a_link_that_cannot_be_read_is_not_taken_for_an_empty_one(bool hasError)
    {
        Chart.On = PartialOnce("Flag", hasError);
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Equal(["failed", "created"], await Host.OutcomesAsync("Flag"));
        Assert.Equal("incomplete", await Host.ScalarAsync<string>("SELECT issue_codes FROM ledger WHERE outcome = 'failed'"));
        Assert.Equal(2, Chart.Requests.TakeWhile(request => !request.StartsWith("POST", StringComparison.Ordinal)).Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flag_that_is_over_is_closed_although_one_search_did_not_show_it(bool hasError)
    {
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        await Host.ExecuteAsync("UPDATE resources SET resource_id = NULL");
        Chart.On = PartialOnce("Flag", hasError);
        await Host.SettleAsync(Revisions.Of(2, Revisions.Flag(Code, until: "2026-04-10")));
        Assert.Equal("inactive", (string?)Assert.Single(Chart.All("Flag"))["status"]);
    }

    [Fact]
    public async Task A_Provenance_that_was_stored_but_not_answered_is_recorded_once_although_one_search_did_not_show_it()
    {
        var partial = PartialOnce("Provenance", hasError: true);
        var lost = OnceFor("POST", "Provenance", async (context, answer) =>
        {
            await answer();
            context.Abort();
        });
        Chart.On = async (context, answer) => await lost(context, answer) || await partial(context, answer);
        await Host.SettleAsync(Revisions.Of(1, Revisions.Flag(Code)));
        Assert.Single(Chart.All("Provenance"));
    }

    private static Func<HttpContext, Func<Task>, Task<bool>> PartialOnce(string type, bool hasError) => OnceFor("GET", type, (context, _) =>
    {
        var page = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset" };
        if (hasError) page["entry"] = new JsonArray(new JsonObject { ["resource"] = JsonNode.Parse(Outcome), ["search"] = new JsonObject { ["mode"] = "outcome" } });
        else page["link"] = new JsonArray(new JsonObject { ["relation"] = "next", ["url"] = 7 });
        return context.Response.WriteAsync(page.ToJsonString());
    });
}
