using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>What a source does not answer, refuses or gives in part: it holds up nothing else, is visible, and is never taken for all there is.</summary>
public sealed class PollRefusalTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(HttpStatusCode.RequestTimeout, "no-answer", false)]
    [InlineData(HttpStatusCode.NotImplemented, "refused", true)]
    [InlineData(HttpStatusCode.Forbidden, "refused", true)]
    [InlineData(HttpStatusCode.Unauthorized, "refused", false)]
    public async Task One_question_that_is_not_answered_stands_in_the_way_of_no_other(HttpStatusCode status, string outcome, bool isComplete)
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Wire.Instead = path => path.StartsWith("Observation", StringComparison.Ordinal) ? new HttpResponseMessage(status) : null;
        bench.Ehr.Put(Clinical.Patient("p1"));

        await bench.PollAsync();

        Assert.Equal((outcome, 1L), (await bench.OutcomeAsync(), await bench.RowsAsync()));
        Assert.Equal(outcome, await bench.Store.ScalarAsync("SELECT outcome FROM poll_watermarks WHERE query LIKE 'Observation?%'"));
        Assert.Equal(isComplete, await bench.Store.ScalarAsync("SELECT complete_ticks FROM polls") is not DBNull);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "refused")]
    [InlineData(HttpStatusCode.Forbidden, "refused")]
    [InlineData(HttpStatusCode.NotFound, "not-found")]
    public async Task A_source_that_refuses_everything_was_not_polled_and_is_not_asked_every_two_seconds_for_a_wish(HttpStatusCode status, string outcome)
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        var complete = await bench.Store.ScalarAsync("SELECT complete_ticks FROM polls");
        bench.Wire.Instead = _ => new HttpResponseMessage(status);
        bench.Time.Advance(Minute);
        await bench.PingAsync();

        var polls = 0;
        for (var i = 0; i < 300; i++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(2));
            if (await bench.PollAsync()) polls++;
        }

        Assert.InRange(polls, 5, 11);
        Assert.Equal(outcome, await bench.OutcomeAsync());
        Assert.Equal(complete, await bench.Store.ScalarAsync("SELECT complete_ticks FROM polls"));
        Assert.NotEqual(DBNull.Value, await bench.Store.ScalarAsync("SELECT wanted_ticks FROM polls"));
    }

    [Fact]
    public async Task A_wish_that_comes_while_a_poll_runs_is_not_done_with_by_it()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        var from = bench.Time.GetUtcNow() - TimeSpan.FromDays(2);
        bench.Wire.Instead = path =>
        {
            if (path.StartsWith("Patient?", StringComparison.Ordinal)) bench.Poller.RequestCatchUpAsync("main", from, CancellationToken.None).GetAwaiter().GetResult();
            return null;
        };
        await bench.NextPollAsync();
        bench.Wire.Instead = _ => null;
        Assert.Equal(from.UtcTicks, await bench.Store.ScalarAsync("SELECT from_ticks FROM polls"));

        bench.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await bench.PollAsync());

        Assert.Contains(bench.Wire.Requests, path => path.Contains("ge2026-02-27T07:50", StringComparison.Ordinal));
        Assert.Equal(DBNull.Value, await bench.Store.ScalarAsync("SELECT from_ticks FROM polls"));
    }

    [Fact]
    public async Task A_wish_from_before_the_clock_was_set_back_is_one_poll()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        await bench.PingAsync(bench.Time.GetUtcNow() + TimeSpan.FromHours(1));
        bench.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await bench.PollAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await bench.PollAsync());
    }

    [Fact]
    public async Task A_result_that_becomes_visible_later_than_the_overlap_is_found_when_nothing_newer_was_seen()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("fresh"));
        await bench.PollAsync();
        bench.Wire.Hidden.Add("late");
        bench.Time.Advance(Minute);
        bench.Ehr.Put(Platelets("late"));
        for (var i = 0; i < 5; i++) await bench.NextPollAsync();

        bench.Wire.Hidden.Clear();
        await bench.NextPollAsync();

        Assert.Single(await bench.VersionsOfAsync("Observation/late"));
    }

    [Theory]
    [InlineData("error", "incomplete")]
    [InlineData("warning", "complete")]
    public async Task A_page_that_tells_of_an_error_is_kept_and_is_not_all_there_is(string severity, string outcome)
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("a"));
        bench.Wire.Instead = path => path.StartsWith("Observation?", StringComparison.Ordinal)
            ? Page(Entry(bench.Ehr.Read("Observation", "a")!), Entry(new JsonObject
            {
                ["resourceType"] = "OperationOutcome",
                ["issue"] = new JsonArray(new JsonObject { ["severity"] = severity, ["code"] = "timeout" }),
            }))
            : null;

        await bench.PollAsync();

        Assert.Equal((outcome, 1L), (await bench.OutcomeAsync(), await bench.RowsAsync()));
        Assert.Equal(outcome == "complete", await bench.Store.ScalarAsync("SELECT complete_ticks FROM polls") is not DBNull);
    }

    [Theory]
    [InlineData(null, "complete")]
    [InlineData(1, "complete")]
    [InlineData(2, "incomplete")]
    public async Task A_search_that_gives_less_than_its_total_and_links_to_no_other_page_is_not_all_there_is(int? total, string outcome)
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("a"));
        bench.Wire.Instead = path => path.StartsWith("Observation?", StringComparison.Ordinal) ? Page(total, Entry(bench.Ehr.Read("Observation", "a")!)) : null;

        await bench.PollAsync();

        Assert.Equal((outcome, 1L), (await bench.OutcomeAsync(), await bench.RowsAsync()));
        Assert.Equal(outcome, await bench.Store.ScalarAsync("SELECT outcome FROM poll_watermarks WHERE query LIKE 'Observation?%'"));
    }

    [Theory]
    [InlineData(null, "incomplete")]
    [InlineData(1, "complete")]
    [InlineData(2, "incomplete")]
    public async Task A_history_that_may_be_cut_off_does_not_move_on(int? total, string outcome)
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:PageSize"] = "1" });
        await bench.PollAsync();
        var before = await bench.WatermarkAsync("Observation/_history");
        bench.Ehr.Put(Platelets("a"));
        var entry = new JsonObject
        {
            ["request"] = new JsonObject { ["method"] = "DELETE", ["url"] = "Observation/a" },
            ["response"] = new JsonObject { ["lastModified"] = "2026-03-01T08:05:00Z" },
        };
        bench.Wire.Instead = path => path.StartsWith("Observation/_history", StringComparison.Ordinal) ? Page(total, entry.DeepClone()) : null;

        await bench.NextPollAsync();

        Assert.Equal(outcome, await bench.OutcomeAsync());
        Assert.Equal(outcome == "complete", await bench.WatermarkAsync("Observation/_history") > before);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "")]
    [InlineData(HttpStatusCode.RequestTimeout, "")]
    [InlineData(HttpStatusCode.OK, "<html/>")]
    public async Task What_a_source_says_about_itself_is_not_forgotten_when_it_cannot_be_read(HttpStatusCode status, string body)
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("deleted"));
        await bench.PollAsync();
        await bench.RestartAsync();
        bench.Wire.Instead = path => path == "metadata" ? new HttpResponseMessage(status) { Content = new StringContent(body) } : null;
        bench.Ehr.Delete("Observation", "deleted");
        bench.Time.Advance(TimeSpan.FromMinutes(7));

        await bench.PollAsync();

        Assert.True((await bench.VersionsOfAsync("Observation/deleted"))[^1].Retracted);
        Assert.Equal("complete", await bench.OutcomeAsync());
    }

    [Fact]
    public async Task Only_patients_with_an_infusion_are_read_as_a_whole_and_what_that_finds_was_not_late()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Clinical.Infusion("p1", bench.Time.GetUtcNow()));
        bench.Ehr.Put(Platelets("of-p1"));
        bench.Ehr.Put(Clinical.Platelets("p2", "of-p2", bench.Time.GetUtcNow(), 200));
        await bench.PollAsync();
        bench.Wire.Hidden.Add("found");
        bench.Ehr.Put(Platelets("found"));
        bench.Ehr.Put(Platelets("newer"));
        for (var i = 0; i < 4; i++) await bench.NextPollAsync();
        bench.Wire.Hidden.Clear();

        bench.Time.Advance(TimeSpan.FromDays(1));
        while (await bench.PollAsync())
        {
        }

        Assert.Contains(bench.Wire.Requests, path => path.Contains("patient=p1", StringComparison.Ordinal));
        Assert.DoesNotContain(bench.Wire.Requests, path => path.Contains("patient=p2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_missing_is_named_in_rows_that_are_small_enough_and_only_when_it_changed()
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:Deletes"] = "reread", ["Hook:MaxEntries"] = "2" });
        bench.Ehr.Put(Clinical.Infusion("p1", bench.Time.GetUtcNow()));
        foreach (var id in new[] { "a", "b", "c", "stands" }) bench.Ehr.Put(Platelets(id));
        await bench.PollAsync();
        foreach (var id in new[] { "a", "b", "c" }) bench.Ehr.Delete("Observation", id);
        bench.Wire.Hidden.Add("stands");

        bench.Time.Advance(TimeSpan.FromDays(1));
        while (await bench.PollAsync())
        {
        }

        foreach (var id in new[] { "a", "b", "c" }) Assert.True((await bench.VersionsOfAsync("Observation/" + id))[^1].Retracted);
        Assert.Single(await bench.VersionsOfAsync("Observation/stands"));
        Assert.Equal(2L, await bench.Store.ScalarAsync("SELECT COUNT(*) FROM notifications WHERE kind = 'fetched'"));
    }

    [Fact]
    public async Task The_first_poll_of_a_source_that_was_heard_long_ago_starts_there()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PushAsync(bench.Ehr.Put(Platelets("heard")).ToJson().ToJsonString());
        bench.Time.Advance(Minute);
        bench.Ehr.Put(Platelets("missed"));
        bench.Time.Advance(TimeSpan.FromDays(3));

        await bench.PollAsync();

        Assert.Single(await bench.VersionsOfAsync("Observation/missed"));
    }

    private static JsonObject Platelets(string id) => Clinical.Platelets("p1", id, new DateTimeOffset(2026, 3, 1, 6, 0, 0, TimeSpan.Zero), 12);

    private static JsonObject Entry(JsonObject resource) => new() { ["resource"] = resource };

    private static HttpResponseMessage Page(params JsonNode[] entries) => Page(null, entries);

    private static HttpResponseMessage Page(int? total, params JsonNode[] entries)
    {
        var page = new JsonObject { ["resourceType"] = "Bundle", ["entry"] = new JsonArray(entries) };
        if (total is not null) page["total"] = total;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(page.ToJsonString()) };
    }
}
