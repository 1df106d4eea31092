using System.Net;
using CarT.Fhir.R4.Client;
using CarT.Fhir.Simulator.Faults;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;
using Xunit;
using ClientAnswer = CarT.Fhir.R4.Client.FhirAnswer;

namespace CarT.Fhir.IntegrationTests.Simulator;

/// <summary>Each fault of the charting system does what its name says, in process and over sockets.</summary>
public sealed class RequestFaultTests
{
    private const string Base = "http://ehr.example/fhir";
    private const string ByIdentifier = "identifier=urn:cart-fhir:flag%7Cf-1";
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_time_out_with_effect_leaves_the_resource_and_no_answer()
    {
        var (answer, ehr, faults) = await CreateAsync(new RequestRule(RequestFault.DoneWithoutAnswer));
        Assert.Equal((FhirVerdict.Unknown, "timeout", 1), (answer.Verdict, answer.Fault, ehr.Count("Flag")));
        Assert.Equal(1, faults.Injected["DoneWithoutAnswer"]);
    }

    [Fact]
    public async Task A_request_that_hangs_has_no_effect()
    {
        var (answer, ehr, _) = await CreateAsync(new RequestRule(RequestFault.NoAnswer));
        Assert.Equal(("timeout", 0), (answer.Fault, ehr.Count("Flag")));
    }

    [Fact]
    public async Task A_duplicate_create_leaves_two_resources_with_one_identifier()
    {
        var (answer, ehr, _) = await CreateAsync(new RequestRule(RequestFault.DuplicateCreate));
        Assert.Equal((HttpStatusCode.Created, 2), (answer.Status, ehr.Find("Flag", ByIdentifier.Replace("%7C", "|", StringComparison.Ordinal)).Count));
    }

    [Fact]
    public async Task An_answer_without_body_names_nothing()
    {
        var (answer, ehr, _) = await CreateAsync(new RequestRule(RequestFault.WithoutBody));
        Assert.Equal((FhirVerdict.Done, true, null, null, 1), (answer.Verdict, answer.Body.IsEmpty, answer.Location, answer.VersionId, ehr.Count("Flag")));
    }

    [Fact]
    public async Task A_warning_in_the_body_takes_nothing_back()
    {
        var (answer, ehr, _) = await CreateAsync(new RequestRule(RequestFault.WarningInBody));
        Assert.Equal(["warning:business-rule"], answer.IssueCodes());
        Assert.Equal((HttpStatusCode.Created, 1), (answer.Status, ehr.Count("Flag")));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(410)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    [InlineData(500)]
    [InlineData(501)]
    public async Task A_status_is_answered_without_effect_and_with_its_outcome(int status)
    {
        var (answer, ehr, faults) = await CreateAsync(RequestRule.Answering((HttpStatusCode)status, "processing") with { Expression = "Flag.code" });
        Assert.Equal(((HttpStatusCode?)status, 0), (answer.Status, ehr.Count("Flag")));
        Assert.Contains("Flag.code", answer.BodyText(1000), StringComparison.Ordinal);
        // Our client sends once more after these two.
        Assert.Equal(status is 401 or 415 ? 2 : 1, faults.Injected[$"status-{status}"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_throttle_asks_for_its_wait_in_either_form(bool asDate)
    {
        var (answer, _, _) = await CreateAsync(RequestRule.Answering(HttpStatusCode.TooManyRequests) with { RetryAfter = TimeSpan.FromSeconds(90), AsDate = asDate });
        Assert.Equal(FhirVerdict.Throttled, answer.Verdict);
        Assert.InRange(answer.RetryAfter!.Value, TimeSpan.FromSeconds(88), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task A_stale_search_answers_as_of_the_time_before_the_newest_writes()
    {
        var faults = new RequestFaults(1, TimeProvider.System, new RequestRule(RequestFault.StaleSearch) { Times = 1, Lag = new IndexLag(2, TimeSpan.Zero) });
        await using var ehr = new SimulatedEhr(new ReplayClock(Start), new SimulatedEhrOptions { Around = faults.Answer });
        foreach (var status in new[] { "active", "inactive" }) ehr.Put(Resources.Flag("f-1", "a", status));
        ehr.Put(Resources.Flag("f-2", "b"));
        using var client = Client(ehr);
        var stale = (await client.GetAsync("Flag?patient=p1", Cancel)).BodyText(10_000);
        Assert.Contains("\"active\"", stale, StringComparison.Ordinal);
        Assert.DoesNotContain("\"f-2\"", stale, StringComparison.Ordinal);
        var fresh = (await client.GetAsync("Flag?patient=p1", Cancel)).BodyText(10_000);
        Assert.Contains("\"inactive\"", fresh, StringComparison.Ordinal);
        Assert.Contains("\"f-2\"", fresh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_lags_by_time_catches_up_as_the_calendar_goes_on()
    {
        var clock = new ReplayClock(Start);
        var faults = new RequestFaults(1, TimeProvider.System, new RequestRule(RequestFault.StaleSearch) { Lag = new IndexLag(0, TimeSpan.FromSeconds(5)) });
        await using var ehr = new SimulatedEhr(clock, new SimulatedEhrOptions { Around = faults.Answer });
        ehr.Put(Resources.Flag("f-1", "a"));
        using var client = Client(ehr);
        Assert.DoesNotContain("f-1", (await client.GetAsync("Flag?patient=p1", Cancel)).BodyText(10_000), StringComparison.Ordinal);
        clock.AdvanceTo(Start.AddSeconds(6));
        Assert.Contains("f-1", (await client.GetAsync("Flag?patient=p1", Cancel)).BodyText(10_000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_strikes_the_nth_request_of_its_kind_and_no_other()
    {
        var rule = RequestRule.Answering(HttpStatusCode.PreconditionFailed, "conflict") with { Method = "PUT", Type = "Flag", IsConditional = true, From = 2, Times = 1 };
        var faults = new RequestFaults(1, TimeProvider.System, rule);
        await using var ehr = new SimulatedEhr(new ReplayClock(Start), new SimulatedEhrOptions { Around = faults.Answer });
        ehr.Put(Resources.Flag("f-1", "a"));
        using var client = Client(ehr);
        List<HttpStatusCode?> answers = [];
        for (var version = 1; version <= 3; version++)
            answers.Add((await client.UpdateAsync("Flag", "a", Bytes(), ehr.Find("Flag", "_id=a")[0].Version.ToString(), Cancel)).Status);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.OK], answers);
    }

    [Fact]
    public async Task One_seed_gives_one_series_of_faults()
    {
        Assert.Equal(await SeriesAsync(7), await SeriesAsync(7));
        Assert.NotEqual(await SeriesAsync(7), await SeriesAsync(8));
    }

    [Fact]
    public async Task Over_sockets_a_hanging_and_a_broken_answer_are_met_as_such()
    {
        var faults = new RequestFaults(1, TimeProvider.System, new RequestRule(RequestFault.DoneWithoutAnswer) { Times = 1 }, new RequestRule(RequestFault.HalfBody) { Type = "metadata" });
        await using var host = await EhrHost.Start(new SimulatedEhrOptions { Around = faults.Answer });
        using var client = new FhirClient(new Uri(host.Base), null, TimeProvider.System, attemptTimeout: TimeSpan.FromSeconds(1), quickRetries: 0);
        Assert.Equal("timeout", (await client.CreateAsync("Flag", Bytes(), null, Cancel)).Fault);
        while (host.Ehr.Count("Flag") == 0) await Task.Delay(10, Cancel);
        Assert.Equal("connection", (await client.GetAsync("metadata", Cancel)).Fault);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(ClientAnswer Answer, SimulatedEhr Ehr, RequestFaults Faults)> CreateAsync(RequestRule rule)
    {
        var faults = new RequestFaults(1, TimeProvider.System, rule);
        await using var ehr = new SimulatedEhr(new ReplayClock(Start), new SimulatedEhrOptions { Around = faults.Answer });
        using var client = Client(ehr);
        return (await client.CreateAsync("Flag", Bytes(), ByIdentifier, Cancel), ehr, faults);
    }

    private static async Task<string> SeriesAsync(int seed)
    {
        var faults = new RequestFaults(seed, TimeProvider.System, RequestRule.Answering(HttpStatusCode.BadGateway) with { Rate = 0.3 });
        await using var ehr = new SimulatedEhr(new ReplayClock(Start), new SimulatedEhrOptions { Around = faults.Answer });
        using var client = new HttpClient(new InProcessHandler(ehr, Base));
        var series = "";
        for (var i = 0; i < 40; i++)
        {
            using var answer = await client.GetAsync(Base + "/Flag", Cancel);
            series += answer.IsSuccessStatusCode ? "." : "x";
        }

        return series;
    }

    private static FhirClient Client(SimulatedEhr ehr) =>
        new FhirClients(TimeProvider.System, _ => new InProcessHandler(ehr, Base), quickRetries: 0).For(Base, bearerToken: null);

    private static byte[] Bytes() => System.Text.Encoding.UTF8.GetBytes(Resources.Flag("f-1", "a").ToJsonString());
}
