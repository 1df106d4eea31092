using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.IntegrationTests.EndToEnd;
using Xunit;
using static CarT.Fhir.IntegrationTests.Listener.PollBench;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Reconciliation by polling: what push lost is found, what is known costs nothing, and the watermark never skips anything.</summary>
public sealed class PollTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    [Trait("acceptance", "g")]
    public async Task A_result_whose_notification_was_lost_is_found_by_the_next_poll()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        bench.Ehr.Put(Platelets("lost", 12));

        await bench.NextPollAsync();

        var version = Assert.Single(await bench.VersionsAsync());
        Assert.Equal(12000, Assert.Single(version.CellCounts).Value);
    }

    [Fact]
    public async Task A_poll_that_finds_what_push_has_brought_stores_no_row()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        var stored = bench.Ehr.Put(Platelets("pushed", 12));
        await bench.PushAsync(stored.ToJson().ToJsonString());
        var rows = await bench.RowsAsync();

        await bench.NextPollAsync();
        await bench.NextPollAsync();

        Assert.Equal(rows, await bench.RowsAsync());
        Assert.Equal("complete", await bench.OutcomeAsync());
    }

    [Fact]
    public async Task A_correction_within_the_overlap_is_one_more_row_and_what_did_not_change_is_none()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("a", 12));
        bench.Ehr.Put(Platelets("b", 30));
        await bench.PollAsync();
        bench.Ehr.Put(Platelets("a", 120));

        await bench.NextPollAsync();

        Assert.Equal(3, await bench.RowsAsync());
        Assert.Equal(120000, (await bench.VersionsOfAsync("Observation/a"))[^1].CellCounts[0].Value);
    }

    [Theory]
    [InlineData("entered-in-error")]
    [InlineData("cancelled")]
    [Trait("acceptance", "i")]
    public async Task A_result_that_was_withdrawn_is_found_although_no_criteria_announces_it(string status)
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("withdrawn", 12));
        await bench.PollAsync();
        bench.Ehr.Put(Platelets("withdrawn", 12, status));

        await bench.NextPollAsync();

        Assert.True((await bench.VersionsOfAsync("Observation/withdrawn"))[^1].Retracted);
    }

    [Fact]
    public async Task A_result_that_becomes_visible_long_after_its_stamp_is_found_within_the_overlap()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        bench.Wire.Hidden.Add("late");
        bench.Ehr.Put(Platelets("late", 12));
        bench.Time.Advance(Minute);
        bench.Ehr.Put(Platelets("prompt", 30));
        await bench.NextPollAsync();
        Assert.Empty(await bench.VersionsOfAsync("Observation/late"));

        bench.Wire.Hidden.Clear();
        await bench.NextPollAsync();

        Assert.Single(await bench.VersionsOfAsync("Observation/late"));
    }

    [Fact]
    public async Task A_poll_that_breaks_off_on_its_second_page_keeps_the_watermark_and_what_it_read()
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:PageSize"] = "2" });
        await bench.PollAsync();
        var before = await bench.WatermarkAsync();
        bench.Time.Advance(Minute);
        foreach (var id in new[] { "a", "b", "c" }) bench.Ehr.Put(Platelets(id, 12));
        bench.Wire.Instead = path => path.Contains("_page=", StringComparison.Ordinal) ? new HttpResponseMessage(System.Net.HttpStatusCode.RequestTimeout) : null;

        bench.Time.Advance(TimeSpan.FromMinutes(7));
        await bench.PollAsync();
        Assert.Equal(("no-answer", 2L), (await bench.OutcomeAsync(), await bench.RowsAsync()));
        Assert.Equal(before, await bench.WatermarkAsync());

        bench.Wire.Instead = _ => null;
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        await bench.PollAsync();
        Assert.Equal(("complete", 3L), (await bench.OutcomeAsync(), await bench.RowsAsync()));
        Assert.True(await bench.WatermarkAsync() > before);
    }

    [Theory]
    [InlineData("http://elsewhere.test/fhir/Observation?_page=2")]
    [InlineData("http://ehr.test/other/Observation?_page=2")]
    [InlineData(null)]
    public async Task A_next_link_that_loops_or_leads_elsewhere_is_not_followed_and_does_not_hold_the_poll_up_for_ever(string? link)
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        var before = await bench.WatermarkAsync();
        bench.Time.Advance(Minute);
        bench.Ehr.Put(Platelets("a", 12));
        bench.Wire.Instead = path => path.StartsWith("Observation?", StringComparison.Ordinal) ? PageWith(bench.Ehr.Read("Observation", "a")!, link ?? "http://ehr.test/fhir/" + path) : null;

        await bench.NextPollAsync();

        Assert.Equal("incomplete", await bench.OutcomeAsync());
        Assert.True(await bench.WatermarkAsync() > before);
        Assert.DoesNotContain(bench.Wire.Requests, request => request.Contains("_page=2", StringComparison.Ordinal));
        Assert.Single(await bench.VersionsAsync());
    }

    [Fact]
    public async Task A_result_that_slips_over_the_edge_of_a_page_is_found_although_it_is_older_than_the_overlap()
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:PageSize"] = "2", ["Poll:Since"] = "2026-02-28T00:00:00Z" });
        foreach (var id in new[] { "a", "b", "slips", "d" }) bench.Ehr.Put(Platelets(id, 12));
        bench.Time.Advance(TimeSpan.FromHours(3));
        bench.Ehr.Put(Platelets("e", 12));
        // Between two pages of a server that counts rows, a result of the first page was written again: the third is the second now.
        var pages = 0;
        bench.Wire.Instead = path =>
        {
            if (path.StartsWith("Observation?", StringComparison.Ordinal) && path.Contains("_page=", StringComparison.Ordinal) && pages++ == 0) bench.Wire.Hidden.Add("slips");
            else if (pages > 0) bench.Wire.Hidden.Remove("slips");
            return null;
        };

        await bench.PollAsync();

        Assert.Single(await bench.VersionsOfAsync("Observation/slips"));
        Assert.Equal(5, await bench.RowsAsync());
    }

    [Fact]
    public async Task Results_that_two_pages_repeat_are_one_row()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Ehr.Put(Platelets("a", 12));
        bench.Wire.Instead = path =>
            !path.StartsWith("Observation?", StringComparison.Ordinal) ? null
            : path.Contains("_page=2", StringComparison.Ordinal) ? PageWith(bench.Ehr.Read("Observation", "a")!, null)
            : PageWith(bench.Ehr.Read("Observation", "a")!, "http://ehr.test/fhir/Observation?_page=2");

        await bench.PollAsync();

        Assert.Equal(1, await bench.RowsAsync());
    }

    [Theory]
    [InlineData("120")]
    [InlineData("Sun, 01 Mar 2026 08:09:00 GMT")]
    [Trait("acceptance", "k")]
    public async Task A_wish_to_wait_pauses_polls_and_the_rows_that_ask(string retryAfter)
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        bench.Ehr.Put(Platelets("named", 12));
        bench.Wire.Instead = _ => Wire.Throttle(retryAfter);
        bench.Time.Advance(TimeSpan.FromMinutes(7));
        await bench.PollAsync();
        Assert.Equal("throttled", await bench.OutcomeAsync());
        bench.Wire.Instead = _ => null;
        var asked = bench.Wire.Requests.Count;

        await bench.PushAsync("""{"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"Observation/named"}]}""");
        bench.Time.Advance(Minute);
        Assert.False(await bench.PollAsync());
        Assert.Equal(asked, bench.Wire.Requests.Count);

        bench.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.True(await bench.PollAsync());
        Assert.Equal("complete", await bench.OutcomeAsync());
        Assert.NotEmpty(await bench.VersionsOfAsync("Observation/named"));
    }

    [Fact]
    public async Task Two_pings_are_one_poll_and_a_flood_of_them_is_no_flood_at_the_source()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        bench.Time.Advance(Minute);
        bench.Ehr.Put(Platelets("pinged", 12));
        await bench.PingAsync();
        await bench.PingAsync();

        Assert.True(await bench.PollAsync());
        Assert.False(await bench.PollAsync());
        Assert.Single(await bench.VersionsOfAsync("Observation/pinged"));

        var polls = 0;
        for (var i = 0; i < 100; i++)
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
            await bench.PingAsync();
            if (await bench.PollAsync()) polls++;
        }
        Assert.InRange(polls, 4, 5);
    }

    [Fact]
    public async Task A_wish_survives_a_restart_and_a_poll_that_failed()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        bench.Time.Advance(Minute);
        await bench.PingAsync();
        bench.Wire.Instead = _ => new HttpResponseMessage(System.Net.HttpStatusCode.RequestTimeout);
        Assert.True(await bench.PollAsync());
        bench.Wire.Instead = _ => null;

        await bench.RestartAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.True(await bench.PollAsync());
        Assert.Equal("complete", await bench.OutcomeAsync());
        Assert.False(await bench.PollAsync());
    }

    [Fact]
    public async Task A_catch_up_looks_back_as_far_as_it_was_asked_to()
    {
        await using var bench = await PollBench.OpenAsync();
        await bench.PollAsync();
        bench.Wire.Hidden.Add("gap");
        bench.Ehr.Put(Platelets("gap", 12));
        var lastGood = bench.Time.GetUtcNow();
        for (var i = 0; i < 20; i++)
        {
            bench.Ehr.Put(Platelets("later" + i.ToString(CultureInfo.InvariantCulture), 30));
            await bench.NextPollAsync();
        }
        bench.Wire.Hidden.Clear();

        await bench.Poller.RequestCatchUpAsync("main", lastGood, CancellationToken.None);
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await bench.PollAsync());

        Assert.Single(await bench.VersionsOfAsync("Observation/gap"));
    }

    [Theory]
    [InlineData(120)]
    [InlineData(-120)]
    public async Task The_clock_of_the_source_may_differ_from_ours(int minutesAhead)
    {
        await using var bench = await PollBench.OpenAsync(ehrAhead: TimeSpan.FromMinutes(minutesAhead));
        await bench.PollAsync();
        for (var i = 0; i < 5; i++)
        {
            var id = "r" + i.ToString(CultureInfo.InvariantCulture);
            bench.Ehr.Put(Platelets(id, 12));
            await bench.NextPollAsync();
            Assert.Single(await bench.VersionsOfAsync("Observation/" + id));
        }
    }

    [Fact]
    public async Task A_source_that_does_not_know_one_type_is_polled_for_the_others()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Wire.Instead = path => path.StartsWith("MedicationStatement", StringComparison.Ordinal) ? new HttpResponseMessage(System.Net.HttpStatusCode.NotFound) : null;
        bench.Ehr.Put(Clinical.Patient("p1"));

        await bench.PollAsync();

        Assert.Equal(("complete", 1L), (await bench.OutcomeAsync(), await bench.RowsAsync()));
        Assert.Equal("not-found", await bench.Store.ScalarAsync("SELECT outcome FROM poll_watermarks WHERE query LIKE 'MedicationStatement?%'"));
        Assert.False(await bench.PollAsync());
    }

    [Fact]
    public async Task A_question_that_the_source_refuses_is_not_asked_again_and_again_for_a_wish()
    {
        await using var bench = await PollBench.OpenAsync();
        bench.Wire.Instead = path => path.StartsWith("Procedure", StringComparison.Ordinal) ? new HttpResponseMessage(System.Net.HttpStatusCode.Forbidden) : null;
        await bench.PollAsync();
        bench.Time.Advance(Minute);
        await bench.PingAsync();

        Assert.True(await bench.PollAsync());
        bench.Time.Advance(Minute);
        Assert.False(await bench.PollAsync());

        Assert.Equal("refused", await bench.OutcomeAsync());
        Assert.NotEqual(DBNull.Value, await bench.Store.ScalarAsync("SELECT complete_ticks FROM polls"));
    }

    [Fact]
    public async Task A_server_that_cannot_search_by_time_is_read_patient_by_patient()
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:Mode"] = "patient" });
        bench.Wire.Instead = path => path.Contains("_lastUpdated", StringComparison.Ordinal) ? new HttpResponseMessage(System.Net.HttpStatusCode.BadRequest) : null;
        await bench.PushAsync(bench.Ehr.Put(Infusion).ToJson().ToJsonString());
        await bench.PollAsync();
        bench.Ehr.Put(Platelets("lost", 12));

        await bench.NextPollAsync();
        await bench.NextPollAsync();

        Assert.Single(await bench.VersionsOfAsync("Observation/lost"));
        Assert.Equal("complete", await bench.OutcomeAsync());
    }

    [Fact]
    public async Task What_we_wrote_ourselves_is_dropped_once_and_known_from_then_on()
    {
        await using var bench = await PollBench.OpenAsync();
        var own = Platelets("own", 12);
        own["identifier"] = new JsonArray(new JsonObject { ["system"] = "urn:cart-fhir:flag", ["value"] = "x" });
        bench.Ehr.Put(own);

        await bench.PollAsync();
        await bench.NextPollAsync();

        Assert.Equal(1, await bench.RowsAsync());
        Assert.Empty(await bench.VersionsAsync());
    }

    [Fact]
    public async Task Requests_of_a_poll_wait_for_their_turn()
    {
        await using var bench = await PollBench.OpenAsync(new() { ["Poll:MaxRequestsPerMinute"] = "10" });
        using var stop = new CancellationTokenSource();

        var poll = bench.Poller.PollOnceAsync(bench.Source, stop.Token);
        await ListenerHost.UntilAsync(() => Task.FromResult(!bench.Wire.Requests.IsEmpty));
        await Task.WhenAny(poll, Task.Delay(TimeSpan.FromMilliseconds(200)));

        Assert.False(poll.IsCompleted);
        Assert.Equal(["metadata"], bench.Wire.Requests);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
    }

    private static HttpResponseMessage PageWith(JsonObject resource, string? next) => new(System.Net.HttpStatusCode.OK)
    {
        Content = new StringContent(new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "searchset",
            ["link"] = next is null ? new JsonArray() : new JsonArray(new JsonObject { ["relation"] = "next", ["url"] = next }),
            ["entry"] = new JsonArray(new JsonObject { ["resource"] = resource }),
        }.ToJsonString()),
    };
}
