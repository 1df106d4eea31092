using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Writing;
using CarT.Fhir.Simulator.Faults;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.WriteBack;

/// <summary>What each answer of a charting system leads to, row by row: what then stands there, and what operators see.</summary>
public sealed class AnswerTableTests
{
    private const string Code = FlagCodes.SeverePersistentCytopenia;
    private const string First = "Platelets 9,000 /uL on 2026-03-25.";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(null)]
    [InlineData(RequestFault.WithoutBody)]
    [InlineData(RequestFault.WarningInBody)]
    public async Task Row_2xx_is_done_and_read_back_where_the_answer_has_no_resource(RequestFault? fault)
    {
        await using var steps = await BuildAsync(fault is { } kind ? [new RequestRule(kind) { Type = "Flag" }] : []);
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        await steps.WantAsync(Revision(2, "Other words."));
        await steps.RunAsync();
        Assert.Equal("created updated", await steps.OutcomesAsync());
        Assert.Equal(("2", 1, 1), ((string?)steps.Chart.Flag["meta"]!["versionId"], steps.Chart.Count("POST", "Flag"), steps.Chart.Count("PUT", "Flag")));
        Assert.Equal(["Flag/" + steps.Chart.Flag["id"] + "/_history/1", "Flag/" + steps.Chart.Flag["id"] + "/_history/2"], ProvenanceTargets(steps));
    }

    [Fact]
    public async Task Row_2xx_Its_Location_finds_the_resource_that_the_search_does_not_show_yet()
    {
        await using var steps = await BuildAsync(new RequestRule(RequestFault.WarningInBody) { Method = "POST", Type = "Flag" }, Stale(from: 2, times: 1));
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        Assert.Equal(("created", 1), (await steps.OutcomesAsync(), steps.Chart.Count("POST", "Flag")));
    }

    [Theory]
    [InlineData(400, "invalid")]
    [InlineData(413, "too-long")]
    [InlineData(422, "business-rule")]
    public async Task Rows_400_413_422_are_kept_with_their_issues_and_shown_and_not_sent_again(int status, string issueCode)
    {
        await using var steps = await BuildAsync(
            RequestRule.Answering((HttpStatusCode)status, issueCode) with { Method = "POST", Type = "Flag", Expression = "Flag.author", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        await steps.RunAsync(TimeSpan.FromHours(1));
        Assert.Equal((0, 1, 0), (steps.Chart.Ehr.Count("Flag"), steps.Chart.Count("POST", "Flag"), await steps.WaitingAsync()));
        var refused = Assert.Single((await steps.TargetAsync())["refused"]!.AsArray())!;
        Assert.Equal((status, "refused", $"error:{issueCode}"), ((int)refused["status"]!, (string?)refused["outcome"], (string?)refused["issueCodes"]![0]));
        Assert.Equal(("Flag.author", $"Injected: status-{status}"), ((string?)refused["issues"]![0]!["expression"]![0], (string?)refused["issues"]![0]!["text"]));

        await steps.RetryAsync();
        await steps.RunAsync();
        Assert.Equal("active", steps.Chart.Statuses);
        Assert.Empty((await steps.TargetAsync())["refused"]!.AsArray());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Row_401_is_tried_once_more_at_once(string method)
    {
        await using var steps = await BuildAsync(RequestRule.Answering(HttpStatusCode.Unauthorized) with { Method = method, Type = "Flag", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        Assert.Equal(("created", "active"), (await steps.OutcomesAsync(), steps.Chart.Statuses));
        Assert.Null((await steps.TargetAsync())["pausedUntil"]);
    }

    [Fact]
    public async Task Row_401_twice_pauses_the_target_and_refuses_nobody()
    {
        await using var steps = await BuildAsync(RequestRule.Answering(HttpStatusCode.Unauthorized) with { Type = "Flag", Times = 2 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        var target = await steps.TargetAsync();
        Assert.Equal(("unauthorized", 1, 0), ((string?)target["pauseReason"], (int)target["waiting"]!, target["refused"]!.AsArray().Count));
        await steps.RunAsync(TimeSpan.FromSeconds(61));
        Assert.Equal(("paused created", "active"), (await steps.OutcomesAsync(), steps.Chart.Statuses));
    }

    [Fact]
    public async Task Row_403_pauses_a_target_that_serves_nobody_and_is_shown()
    {
        await using var steps = await BuildAsync(RequestRule.Answering(HttpStatusCode.Forbidden, "forbidden") with { Method = "POST", Type = "Flag", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        await steps.RunAsync(TimeSpan.FromMinutes(4));
        Assert.Equal(("forbidden", 1), ((string?)(await steps.TargetAsync())["pauseReason"], steps.Chart.Count("POST", "Flag")));
        await steps.RunAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("active", steps.Chart.Statuses);
    }

    [Fact]
    public async Task Row_404_on_PUT_of_what_stands_there_after_all_is_looked_at_again_and_written()
    {
        await using var steps = await BuildAsync(RequestRule.Answering(HttpStatusCode.NotFound, "not-found") with { Method = "PUT", Type = "Flag", Times = 1 });
        await steps.WriteAsync(Revision(1, First));
        await steps.WriteAsync(Revision(2, "Other words."));
        Assert.Equal("created updated", await steps.OutcomesAsync());
        Assert.Contains("Other words.", (string?)steps.Chart.Flag["text"]!["div"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_404_on_PUT_of_what_somebody_removed_stays_closed()
    {
        await using var steps = await BuildAsync(Missing("Flag"), Stale(from: 3));
        await steps.WriteAsync(Revision(1, First));
        steps.Chart.Ehr.Delete("Flag", (string)steps.Chart.Flag["id"]!);
        await steps.WriteAsync(Revision(2, "Other words."));
        await steps.WriteAsync(Revision(3, "Still other words."));
        Assert.Equal("created closed-by-others closed-by-others", await steps.OutcomesAsync());
        Assert.Equal((0, 1), (steps.Chart.Ehr.Count("Flag"), steps.Chart.Count("POST", "Flag")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Row_404_on_PUT_with_a_patient_who_is_merged_or_not_of_this_site_is_shown_and_not_taken_for_a_clinicians_decision(bool isMerged)
    {
        await using var steps = await BuildAsync(Missing("Flag"), Missing("Patient") with { Rate = isMerged ? 0 : 1 });
        await steps.WriteAsync(Revision(1, First));
        steps.Chart.Ehr.Put(JsonNode.Parse("""{"resourceType":"Patient","id":"p1","active":false,"link":[{"other":{"reference":"Patient/p9"},"type":"replaced-by"}]}""")!.AsObject());
        await steps.WriteAsync(Revision(2, "Other words."));
        Assert.Equal("created refused", await steps.OutcomesAsync());
        Assert.Equal("patient-not-there", (string?)Assert.Single((await steps.TargetAsync())["refused"]!.AsArray())!["issueCodes"]![0]);

        steps.Chart.Faults.End();
        await steps.RetryAsync();
        await steps.RunAsync();
        Assert.Contains("Other words.", (string?)steps.Chart.Flag["text"]!["div"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", 404)]
    [InlineData("POST", 405)]
    [InlineData("POST", 501)]
    [InlineData("PUT", 405)]
    [InlineData("PUT", 501)]
    public async Task Rows_405_501_rule_the_type_out_for_a_quarter_of_an_hour(string method, int status)
    {
        await using var steps = await BuildAsync(RequestRule.Answering((HttpStatusCode)status, "not-supported") with { Method = method, Type = "Flag" });
        if (method == "PUT") await steps.WriteAsync(Revision(1, First));
        await steps.WantAsync(Revision(2, "Other words.").Proposing(ActivityCodes.LiverPanel));
        await steps.RunAsync();
        for (var minute = 1; minute < 15; minute++) await steps.RunAsync(TimeSpan.FromMinutes(1));
        var target = await steps.TargetAsync();
        Assert.Equal(("not-writable", "Flag", 1), ((string?)target["pauseReason"], (string?)Assert.Single(target["notWritable"]!.AsArray()), (int)target["waiting"]!));
        Assert.Equal((1, 1), (steps.Chart.Count(method, "Flag"), steps.Chart.Ehr.Count("CarePlan")));

        // It still does not take any: one more try, another quarter of an hour.
        for (var minute = 15; minute < 29; minute++) await steps.RunAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, steps.Chart.Count(method, "Flag"));

        steps.Chart.Faults.End();
        await steps.SettleAsync(TimeSpan.FromMinutes(30));
        Assert.Contains("Other words.", (string?)steps.Chart.Flag["text"]!["div"], StringComparison.Ordinal);
        Assert.Empty((await steps.TargetAsync())["notWritable"]!.AsArray());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Rows_405_501_of_a_gateway_that_is_being_deployed_hold_nobody_up_for_longer_than_the_next_look_at_the_capabilities(int status)
    {
        await using var steps = await BuildAsync(RequestRule.Answering((HttpStatusCode)status) with { Method = "POST", Type = "Flag", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        await steps.ProbeAsync();
        Assert.Equal(1, steps.Chart.Count("GET", "metadata"));
        await steps.RunAsync(TimeSpan.FromMinutes(1));
        await steps.ProbeAsync();
        await steps.SettleAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(("active", 2), (steps.Chart.Statuses, steps.Chart.Count("GET", "metadata")));
        Assert.Empty((await steps.TargetAsync())["notWritable"]!.AsArray());
    }

    [Fact]
    public async Task Row_404_on_create_where_others_are_written_is_this_patients_refusal_and_holds_up_nobody()
    {
        var unknown = new PatientKey("ward-patients", "p2");
        var others = new PatientKey("ward-patients", "p3");
        await using var steps = await BuildAsync(RequestRule.Answering(HttpStatusCode.NotFound, "not-found") with
        {
            Method = "POST",
            Type = "Flag",
            Where = request => request.Header("If-None-Exist")?.EndsWith(BusinessIdentifiers.Flag(unknown, Code, 1, 1), StringComparison.Ordinal) == true,
        });
        await steps.WriteAsync(Revision(1, First));
        await steps.WantAsync(Revision(1, First).Of(unknown));
        await steps.RunAsync();
        await steps.WantAsync(Revision(1, First).Of(others));
        await steps.RunAsync();
        Assert.Equal("active active", steps.Chart.Statuses);
        Assert.Empty((await steps.TargetAsync())["notWritable"]!.AsArray());

        await steps.SettleAsync(TimeSpan.FromMinutes(10));
        var refused = Assert.Single((await steps.TargetAsync())["refused"]!.AsArray())!;
        Assert.Equal((404, "ward-patients/p2"), ((int)refused["status"]!, (string?)refused["patient"]));
    }

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    public async Task Rows_409_and_412_are_alike_and_lead_to_reading_and_deciding_again(int status)
    {
        await using var steps = await BuildAsync(RequestRule.Answering((HttpStatusCode)status, "conflict") with { Method = "PUT", Type = "Flag", IsConditional = true, Times = 2 });
        await steps.WriteAsync(Revision(1, First));
        await steps.WantAsync(Revision(2, "Other words."));
        await steps.RunAsync();
        Assert.Equal(("created updated", 3), (await steps.OutcomesAsync(), steps.Chart.Count("PUT", "Flag")));
        Assert.Equal("2", (string?)steps.Chart.Flag["meta"]!["versionId"]);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    public async Task Rows_409_and_412_are_tried_three_times_at_most_and_then_later(int status)
    {
        await using var steps = await BuildAsync(RequestRule.Answering((HttpStatusCode)status) with { Method = "PUT", Type = "Flag", Times = 3 });
        await steps.WriteAsync(Revision(1, First));
        await steps.WantAsync(Revision(2, "Other words."));
        await steps.RunAsync();
        Assert.Equal(("created failed", 3, 1), (await steps.OutcomesAsync(), steps.Chart.Count("PUT", "Flag"), await steps.WaitingAsync()));
        await steps.SettleAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("created failed updated", await steps.OutcomesAsync());
    }

    [Theory]
    [InlineData("If-Match")]
    [InlineData("deleted")]
    public async Task Row_410_is_never_created_again(string how)
    {
        var rule = RequestRule.Answering(HttpStatusCode.Gone, "deleted") with { Method = "PUT", Type = "Flag", Rate = how == "deleted" ? 0 : 1 };
        await using var steps = await BuildAsync(rule);
        await steps.WriteAsync(Revision(1, First));
        if (how == "deleted") steps.Chart.Ehr.Delete("Flag", (string)steps.Chart.Flag["id"]!);
        await steps.WriteAsync(Revision(2, "Other words."));
        await steps.WriteAsync(Revision(3, "Still other words."));
        Assert.Equal(("created closed-by-others closed-by-others", 1), (await steps.OutcomesAsync(), steps.Chart.Count("POST", "Flag")));
    }

    [Fact]
    [Trait("acceptance", "m")]
    public async Task Row_412_for_several_matches_keeps_the_oldest_and_marks_the_others_entered_in_error()
    {
        await using var steps = await BuildAsync(new RequestRule(RequestFault.DoneWithoutAnswer) { Method = "POST", Type = "Flag", Times = 1 }, Stale(from: 1, times: 3, writes: 4));
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        var lost = steps.Chart.Flag;
        for (var twin = 1; twin <= 2; twin++)
        {
            var copy = lost.DeepClone().AsObject();
            copy["id"] = $"twin-{twin}";
            steps.Chart.Ehr.Put(copy);
        }
        // The search sees none of the three; the create that follows is answered 412 multiple-matches, and the next look shows why.
        await steps.SettleAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("active entered-in-error entered-in-error", steps.Chart.Statuses);
        Assert.Equal((string?)lost["id"], (string?)steps.Chart.Ehr.All("Flag").First(flag => (string?)flag["status"] == "active")["id"]);
        Assert.EndsWith("duplicate-marked duplicate-marked created", await steps.OutcomesAsync(), StringComparison.Ordinal);
        Assert.Equal(2, steps.Chart.Count("POST", "Flag"));
    }

    [Theory]
    [InlineData(415)]
    [InlineData(406)]
    public async Task Rows_415_and_406_are_met_with_the_plain_name_of_JSON(int status)
    {
        await using var steps = await BuildAsync(
            RequestRule.Answering((HttpStatusCode)status) with { Where = request => request.Header("Accept") == "application/fhir+json", Type = "Flag" });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        Assert.Equal(("created", "active"), (await steps.OutcomesAsync(), steps.Chart.Statuses));
        Assert.Equal(1, steps.Chart.Faults.Injected[$"status-{status}"]);
    }

    [Theory]
    [InlineData(429, false)]
    [InlineData(429, true)]
    [InlineData(503, false)]
    [InlineData(503, true)]
    [Trait("acceptance", "k")]
    public async Task Rows_429_and_503_wait_as_long_as_asked_in_either_form_and_hold_up_no_other_target(int status, bool asDate)
    {
        var throttle = RequestRule.Answering((HttpStatusCode)status) with { Type = "Flag", Times = 1, RetryAfter = TimeSpan.FromSeconds(120), AsDate = asDate };
        await using var steps = await WriteBackSteps.BuildAsync(["chart", "second"], throttle);
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        var asked = steps.Now + TimeSpan.FromSeconds(120);
        Assert.Equal("active", steps.Targets["second"].Statuses);
        var target = await steps.TargetAsync();
        Assert.Equal(("throttled", asked), ((string?)target["pauseReason"], (DateTimeOffset)target["pausedUntil"]!));
        Assert.Null((await steps.TargetAsync("second"))["pausedUntil"]);

        // Nobody of that target is served meanwhile, everybody of the other.
        await steps.WantAsync(Revision(1, First).Of(new PatientKey("ward-patients", "p2")));
        await steps.RunAsync(TimeSpan.FromSeconds(119));
        Assert.Equal((1, 2), (steps.Chart.Count("GET", "Flag"), steps.Targets["second"].Ehr.Count("Flag")));
        await steps.RunAsync(Second);
        Assert.Equal((2, 0), (steps.Chart.Ehr.Count("Flag"), await steps.WaitingAsync()));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(408)]
    public async Task Rows_5xx_are_unknown_and_searched_before_anything_else(int status)
    {
        await using var steps = await BuildAsync(RequestRule.Answering((HttpStatusCode)status) with { Method = "POST", Type = "Flag", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        Assert.Equal(("failed", 1), (await steps.OutcomesAsync(), await steps.WaitingAsync()));
        await steps.SettleAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(("active", 2), (steps.Chart.Statuses, steps.Chart.Count("POST", "Flag")));
        var requests = steps.Chart.Requests.Where(request => request.EndsWith("Flag", StringComparison.Ordinal)).ToList();
        Assert.All(requests.Index().Where(request => request.Item.StartsWith("POST", StringComparison.Ordinal)), post => Assert.Equal("GET Flag", requests[post.Index - 1]));
    }

    [Theory]
    [InlineData(RequestFault.DoneWithoutAnswer)]
    [InlineData(RequestFault.HalfBody)]
    [InlineData(RequestFault.NoAnswer)]
    [Trait("acceptance", "l")]
    public async Task Row_unknown_A_time_out_on_create_is_verified_by_a_search_and_leaves_one_Flag(RequestFault fault)
    {
        await using var steps = await BuildAsync(new RequestRule(fault) { Method = "POST", Type = "Flag", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        Assert.Equal("failed", await steps.OutcomesAsync());
        await steps.SettleAsync(TimeSpan.FromSeconds(15));
        Assert.Equal((fault == RequestFault.NoAnswer ? 2 : 1, "active"), (steps.Chart.Count("POST", "Flag"), steps.Chart.Statuses));
        Assert.EndsWith(" created", await steps.OutcomesAsync(), StringComparison.Ordinal);
        Assert.Single(ProvenanceTargets(steps));
    }

    [Fact]
    public async Task Row_unknown_A_time_out_on_update_that_was_done_is_found_and_not_repeated()
    {
        await using var steps = await BuildAsync(new RequestRule(RequestFault.DoneWithoutAnswer) { Method = "PUT", Type = "Flag", Times = 1 });
        await steps.WriteAsync(Revision(1, First));
        await steps.WriteAsync(Revision(2, "Other words."));
        Assert.Equal(("created failed updated", 1, "2"), (await steps.OutcomesAsync(), steps.Chart.Count("PUT", "Flag"), (string?)steps.Chart.Flag["meta"]!["versionId"]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 2)]
    public async Task Row_unknown_A_search_that_lags_behind_a_lost_create_lets_no_twin_arise(int searchesThatLag, int creates)
    {
        await using var steps = await BuildAsync(
            new RequestRule(RequestFault.DoneWithoutAnswer) { Method = "POST", Type = "Flag", Times = 1 }, Stale(from: 2, times: searchesThatLag));
        await steps.WriteAsync(Revision(1, First));
        Assert.Equal((creates, "active"), (steps.Chart.Count("POST", "Flag"), steps.Chart.Statuses));
        Assert.EndsWith("failed created", await steps.OutcomesAsync(), StringComparison.Ordinal);
        Assert.Single(ProvenanceTargets(steps));
    }

    [Fact]
    public async Task Row_unknown_A_create_that_lands_long_after_its_time_out_is_met_by_the_second_look()
    {
        await using var steps = await BuildAsync(new RequestRule(RequestFault.NoAnswer) { Method = "POST", Type = "Flag", Times = 1 });
        await steps.WriteAsync(Revision(1, First));
        var late = steps.Chart.Flag.DeepClone().AsObject();
        late["id"] = "late";
        steps.Chart.Ehr.Put(late);
        Assert.Equal("active active", steps.Chart.Statuses);
        await steps.RunAsync(TimeSpan.FromSeconds(61));
        Assert.Equal("active entered-in-error", steps.Chart.Statuses);
        var requests = steps.Chart.Requests.Count;
        await steps.RunAsync(TimeSpan.FromDays(1));
        Assert.Equal(requests, steps.Chart.Requests.Count);
    }

    [Fact]
    public async Task Row_unknown_A_create_that_lands_after_the_flag_was_no_more_needed_is_met_by_the_second_look_and_closed()
    {
        await using var steps = await WriteBackSteps.BuildAsync(["chart", "second"], new RequestRule(RequestFault.NoAnswer) { Method = "POST", Type = "Flag", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        var late = steps.Targets["second"].Flag;
        await steps.WriteAsync(Revisions.Of(2, Revisions.Flag(Code, First, until: "2026-04-10")));
        Assert.Equal((0, true), (steps.Chart.Ehr.Count("Flag"), (await steps.OutcomesAsync()).EndsWith("not-needed", StringComparison.Ordinal)));
        steps.Chart.Ehr.Put(late);
        await steps.RunAsync(TimeSpan.FromSeconds(61));
        Assert.Equal("inactive", steps.Chart.Statuses);
        var requests = steps.Chart.Requests.Count;
        await steps.RunAsync(TimeSpan.FromDays(1));
        Assert.Equal(requests, steps.Chart.Requests.Count);
    }

    [Fact]
    public async Task Row_unknown_A_create_that_never_lands_and_is_no_more_needed_is_looked_for_once_more_and_never_again()
    {
        await using var steps = await BuildAsync(new RequestRule(RequestFault.NoAnswer) { Method = "POST", Type = "Flag", Times = 1 });
        await steps.WantAsync(Revision(1, First));
        await steps.RunAsync();
        await steps.WriteAsync(Revisions.Of(2, Revisions.Flag(Code, First, until: "2026-04-10")));
        var requests = steps.Chart.Requests.Count;
        await steps.RunAsync(TimeSpan.FromSeconds(61));
        await steps.RunAsync(TimeSpan.FromDays(1));
        Assert.Equal((requests + 1, 0), (steps.Chart.Requests.Count, steps.Chart.Ehr.Count("Flag")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Row_duplicates_that_a_race_made_are_found_by_a_second_search_also_when_the_index_lags(int searchesThatLag)
    {
        await using var steps = await BuildAsync(new RequestRule(RequestFault.DuplicateCreate) { Type = "Flag" }, Stale(from: 2, times: searchesThatLag, writes: 6));
        await steps.WriteAsync(Revision(1, First));
        Assert.Equal(2, steps.Chart.Ehr.Count("Flag"));
        await steps.RunAsync(TimeSpan.FromSeconds(61));
        await steps.RunAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(["active", "entered-in-error"], steps.Chart.Statuses.Split(' ').Order(StringComparer.Ordinal));
        Assert.Equal(1, steps.Chart.Count("POST", "Flag"));
    }

    [Fact]
    public async Task Row_2xx_with_a_warning_is_done_and_the_warning_is_shown_until_the_next_write()
    {
        await using var steps = await BuildAsync(new RequestRule(RequestFault.WarningInBody) { Method = "POST", Type = "Flag", Expression = "Flag.category" });
        await steps.WriteAsync(Revision(1, First));
        var target = await steps.TargetAsync();
        var remark = Assert.Single(target["remarks"]!.AsArray())!;
        Assert.Equal(("created", 201, "warning", "Flag.category"), (
            (string?)remark["outcome"], (int)remark["status"]!, (string?)remark["issues"]![0]!["severity"], (string?)remark["issues"]![0]!["expression"]![0]));
        Assert.Empty(target["refused"]!.AsArray());
        await steps.WriteAsync(Revision(2, "Other words."));
        Assert.Empty((await steps.TargetAsync())["remarks"]!.AsArray());
    }

    [Fact]
    public async Task Row_200_to_a_conditional_create_without_a_body_is_looked_up()
    {
        await using var steps = await BuildAsync(
            new RequestRule(RequestFault.DoneWithoutAnswer) { Method = "POST", Type = "Flag", Times = 1 },
            new RequestRule(RequestFault.WithoutBody) { Method = "POST", Type = "Flag" },
            Stale(from: 2, times: 3));
        await steps.WriteAsync(Revision(1, First));
        Assert.Equal((2, "active"), (steps.Chart.Count("POST", "Flag"), steps.Chart.Statuses));
        Assert.EndsWith("created", await steps.OutcomesAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_Provenance_is_sent_again_with_the_targets_retry_and_the_Flag_is_not()
    {
        await using var steps = await BuildAsync(RequestRule.Answering(HttpStatusCode.UnprocessableEntity, "business-rule") with { Type = "Provenance", Times = 1 });
        await steps.WriteAsync(Revision(1, First));
        Assert.Equal("provenance-refused", (string?)Assert.Single((await steps.TargetAsync())["refused"]!.AsArray())!["outcome"]);
        var writes = steps.Chart.Count("POST", "Flag") + steps.Chart.Count("PUT", "Flag");
        await steps.RetryAsync();
        await steps.RunAsync();
        Assert.Single(ProvenanceTargets(steps));
        Assert.Empty((await steps.TargetAsync())["refused"]!.AsArray());
        Assert.Equal(writes, steps.Chart.Count("POST", "Flag") + steps.Chart.Count("PUT", "Flag"));
    }

    private static Task<WriteBackSteps> BuildAsync(params RequestRule[] faults) => WriteBackSteps.BuildAsync(["chart"], faults);

    private static AssessmentChanged Revision(long number, string text) => Revisions.Of(number, Revisions.Flag(Code, text));

    private static RequestRule Stale(int from, int times = int.MaxValue, int writes = 1) =>
        new(RequestFault.StaleSearch) { Type = "Flag", From = from, Times = times, Lag = new IndexLag(writes, TimeSpan.Zero) };

    // A server that says 404 where a newer one would say 410.
    private static RequestRule Missing(string type) =>
        RequestRule.Answering(HttpStatusCode.NotFound, "not-found") with { Type = type, Where = request => request.Path.Contains('/', StringComparison.Ordinal) };

    private static IEnumerable<string?> ProvenanceTargets(WriteBackSteps steps) =>
        steps.Chart.Ehr.All("Provenance").Select(provenance => (string?)provenance["target"]![0]!["reference"]);
}
