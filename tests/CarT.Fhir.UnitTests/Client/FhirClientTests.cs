using System.Net;
using System.Text;
using CarT.Fhir.R4.Client;
using Xunit;

namespace CarT.Fhir.UnitTests.Client;

/// <summary>The FHIR client turns whatever a server or the network does into an answer, and never leaves its base.</summary>
public sealed class FhirClientTests
{
    [Theory]
    [InlineData(200, null, FhirVerdict.Done)]
    [InlineData(201, null, FhirVerdict.Done)]
    [InlineData(304, null, FhirVerdict.NotModified)]
    [InlineData(400, null, FhirVerdict.Refused)]
    [InlineData(401, null, FhirVerdict.Refused)]
    [InlineData(404, null, FhirVerdict.NotFound)]
    [InlineData(409, null, FhirVerdict.Conflict)]
    [InlineData(410, null, FhirVerdict.Gone)]
    [InlineData(412, null, FhirVerdict.Conflict)]
    [InlineData(422, null, FhirVerdict.Refused)]
    [InlineData(429, null, FhirVerdict.Throttled)]
    [InlineData(503, "7", FhirVerdict.Throttled)]
    [InlineData(503, null, FhirVerdict.Unknown)]
    [InlineData(500, null, FhirVerdict.Unknown)]
    public async Task Each_status_has_one_meaning(int status, string? retryAfter, FhirVerdict verdict)
    {
        var server = new ScriptedServer(_ => Answer((HttpStatusCode)status, "", ("Retry-After", retryAfter)));
        using var client = server.Client();

        var answer = await client.CreateAsync("Flag", "{}"u8.ToArray(), null, TestContext.Current.CancellationToken);

        Assert.Equal(verdict, answer.Verdict);
        Assert.Equal(retryAfter is null ? null : TimeSpan.FromSeconds(7), answer.RetryAfter);
    }

    [Fact]
    public async Task Retry_After_is_understood_as_an_http_date_too()
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.TooManyRequests, "", ("Retry-After", "Sun, 01 Mar 2026 00:01:00 GMT")));
        using var client = server.Client();

        var answer = await client.GetAsync("Flag", TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromMinutes(1), answer.RetryAfter);
    }

    [Fact]
    public async Task A_read_is_tried_three_times_a_write_once()
    {
        var server = new ScriptedServer(_ => throw new HttpRequestException("connection reset"));
        using var client = server.Client();

        var read = await client.ReadAsync("Observation", "1", TestContext.Current.CancellationToken);
        Assert.Equal((FhirVerdict.Unknown, "connection", 3), (read.Verdict, read.Fault, server.Requests.Count));

        server.Requests.Clear();
        var write = await client.UpdateAsync("Flag", "1", "{}"u8.ToArray(), "3", TestContext.Current.CancellationToken);
        Assert.Equal((FhirVerdict.Unknown, "connection", 1), (write.Verdict, write.Fault, server.Requests.Count));
    }

    [Fact]
    public async Task Conditional_headers_are_sent_as_FHIR_wants_them()
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.OK, "{}", ("ETag", "W/\"4\"")));
        using var client = server.Client();

        var updated = await client.UpdateAsync("Flag", "f1", "{}"u8.ToArray(), "3", TestContext.Current.CancellationToken);
        await client.CreateAsync("Flag", "{}"u8.ToArray(), "identifier=urn:x|1", TestContext.Current.CancellationToken);

        Assert.Equal("4", updated.VersionId);
        Assert.Equal("W/\"3\"", server.Requests[0].Headers.GetValues("If-Match").Single());
        Assert.Equal("identifier=urn:x|1", server.Requests[1].Headers.GetValues("If-None-Exist").Single());
        Assert.Equal("https://ehr.example.org/fhir/Flag/f1", server.Requests[0].RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task A_search_follows_next_to_the_last_page()
    {
        var server = new ScriptedServer(request => Answer(HttpStatusCode.OK, request.RequestUri!.Query.Contains("page=2", StringComparison.Ordinal)
            ? """{"resourceType":"Bundle"}"""
            : """{"resourceType":"Bundle","link":[{"relation":"self","url":"x"},{"relation":"next","url":"https://ehr.example.org/fhir?page=2"}]}"""));
        using var client = server.Client();

        var pages = await Pages(client, "Flag?patient=p1");

        Assert.Equal([FhirVerdict.Done, FhirVerdict.Done], pages.Select(page => page.Verdict));
    }

    [Theory]
    [InlineData("https://evil.example.org/fhir/Flag?page=2")]
    [InlineData("http://ehr.example.org/fhir/Flag?page=2")]
    [InlineData("https://ehr.example.org:8443/fhir/Flag?page=2")]
    [InlineData("https://ehr.example.org/fhirx/Flag?page=2")]
    [InlineData("https://user@ehr.example.org/fhir/Flag?page=2")]
    [InlineData("//evil.example.org/fhir/Flag")]
    [InlineData("https://ehr.example.org/fhir/../admin")]
    [InlineData("http://[")]
    [InlineData("//")]
    [InlineData("http://host:99999/")]
    [InlineData("Flag?patient=p1")]
    public async Task A_next_link_outside_the_base_or_seen_before_is_refused(string next)
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.OK, $$"""{"resourceType":"Bundle","link":[{"relation":"next","url":"{{next}}"}]}"""));
        using var client = server.Client();

        var pages = await Pages(client, "Flag?patient=p1");

        Assert.Equal([FhirVerdict.Done, FhirVerdict.Refused], pages.Select(page => page.Verdict));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("4\"")]
    [InlineData("4\r\nX-Injected: 1")]
    [InlineData("4 5")]
    public async Task A_version_id_that_cannot_stand_in_a_header_is_never_sent(string version)
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.OK, "{}"));
        using var client = server.Client();

        var answer = await client.UpdateAsync("Flag", "f1", "{}"u8.ToArray(), version, TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Refused, "version-id"), (answer.Verdict, answer.Fault));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_body_that_is_not_what_its_encoding_says_is_a_broken_connection()
    {
        var server = new ScriptedServer(_ => throw new InvalidDataException("not gzip"));
        using var client = server.Client();

        var answer = await client.GetAsync("Flag", TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Unknown, "connection"), (answer.Verdict, answer.Fault));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_and_then_not_asked()
    {
        var server = new SilentServer();
        using var client = new FhirClient(new Uri("https://ehr.example.org/fhir"), null, TimeProvider.System, server, TimeSpan.FromMilliseconds(20));

        var faults = new List<string?>();
        for (var i = 0; i < 10; i++) faults.Add((await client.CreateAsync("Flag", "{}"u8.ToArray(), null, TestContext.Current.CancellationToken)).Fault);
        for (var i = 0; i < 15; i++) faults.Add((await client.CreateAsync("Flag", "{}"u8.ToArray(), null, TestContext.Current.CancellationToken)).Fault);

        Assert.Equal("timeout", faults[0]);
        Assert.Equal("circuit-open", faults[^1]);
    }

    [Fact]
    public void Search_values_are_escaped_for_FHIR_and_for_the_url()
    {
        Assert.Equal("a%5C%2Cb%5C%7Cc%5C%24d", FhirClient.SearchValue("a,b|c$d"));
        Assert.Equal("urn%3Acart-fhir%3Aflag%7C1", FhirClient.Token("urn:cart-fhir:flag", "1"));
    }

    [Theory]
    [InlineData("""{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"conflict","diagnostics":"about Jane Doe"}]}""", "error:conflict")]
    [InlineData("<html>Bad Gateway</html>", "")]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("""{"issue":[{"severity":"error","code":"Jane Doe 1961"}]}""", "error:")]
    [InlineData("""{"issue":[{"severity":"jane","code":"doe"}]}""", "other:other")]
    [InlineData("""{"issue":3}""", "")]
    public async Task Issue_codes_are_read_from_any_body_without_its_free_text(string body, string codes)
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.UnprocessableEntity, body));
        using var client = server.Client();

        var answer = await client.GetAsync("Flag", TestContext.Current.CancellationToken);

        Assert.Equal(codes, string.Join(',', answer.IssueCodes()));
    }

    [Fact]
    public async Task Issues_are_read_with_where_and_why()
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.UnprocessableEntity, """
            {"resourceType":"OperationOutcome","issue":[
             {"severity":"error","code":"business-rule","details":{"text":"author is needed"},"diagnostics":"rule 7","expression":["Flag.author"],"location":["f:Flag/f:author"]},
             {"severity":"warning","code":"informational","diagnostics":"rule 8","location":["f:Flag/f:text"]}]}
            """));
        using var client = server.Client();

        var issues = (await client.GetAsync("Flag", TestContext.Current.CancellationToken)).Issues();

        Assert.Equal(["Flag.author", "f:Flag/f:text"], issues.Select(issue => issue.Expression.Single()));
        Assert.Equal(["author is needed", "rule 8"], issues.Select(issue => issue.Text));
    }

    [Fact]
    public async Task A_401_is_sent_once_more_and_then_stands()
    {
        var failures = 1;
        var server = new ScriptedServer(_ => Answer(failures-- > 0 ? HttpStatusCode.Unauthorized : HttpStatusCode.Created, "{}"));
        using var client = server.Client();

        var first = await client.CreateAsync("Flag", "{}"u8.ToArray(), "identifier=urn:x|1", TestContext.Current.CancellationToken);
        failures = int.MaxValue;
        var second = await client.GetAsync("Flag", TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Done, HttpStatusCode.Unauthorized, 4), (first.Verdict, second.Status, server.Requests.Count));
        Assert.Equal("identifier=urn:x|1", server.Requests[1].Headers.GetValues("If-None-Exist").Single());
    }

    [Theory]
    [InlineData(HttpStatusCode.UnsupportedMediaType)]
    [InlineData(HttpStatusCode.NotAcceptable)]
    public async Task A_server_that_knows_JSON_by_its_plain_name_only_is_spoken_to_so_from_then_on(HttpStatusCode refusal)
    {
        var server = new ScriptedServer(request => Answer(request.Headers.Accept.Single().MediaType == "application/json" ? HttpStatusCode.OK : refusal, "{}"));
        using var client = server.Client();

        var first = await client.CreateAsync("Flag", "{}"u8.ToArray(), null, TestContext.Current.CancellationToken);
        var second = await client.GetAsync("Flag", TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Done, FhirVerdict.Done, 3), (first.Verdict, second.Verdict, server.Requests.Count));
    }

    [Fact]
    public async Task A_server_that_takes_neither_form_of_JSON_refuses()
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.UnsupportedMediaType, ""));
        using var client = server.Client();

        var answer = await client.CreateAsync("Flag", "{}"u8.ToArray(), null, TestContext.Current.CancellationToken);

        Assert.Equal((FhirVerdict.Refused, 2), (answer.Verdict, server.Requests.Count));
    }

    [Fact]
    public async Task The_name_of_JSON_is_changed_only_by_what_was_done_and_may_change_back()
    {
        var (taken, otherwise) = ("application/json", HttpStatusCode.ServiceUnavailable);
        var server = new ScriptedServer(request =>
            Answer(request.Headers.Accept.Single().MediaType == taken ? otherwise : HttpStatusCode.UnsupportedMediaType, "{}"));
        using var client = server.Client();
        Task<FhirAnswer> Create() => client.CreateAsync("Flag", "{}"u8.ToArray(), null, TestContext.Current.CancellationToken);

        Assert.Equal(FhirVerdict.Unknown, (await Create()).Verdict);
        otherwise = HttpStatusCode.OK;
        Assert.Equal(FhirVerdict.Done, (await Create()).Verdict);
        Assert.Equal(4, server.Requests.Count);
        taken = "application/fhir+json";
        Assert.Equal(FhirVerdict.Done, (await Create()).Verdict);
        Assert.Equal(FhirVerdict.Done, (await Create()).Verdict);
        Assert.Equal(7, server.Requests.Count);
    }

    [Theory]
    [InlineData("""[{"url":"https://ehr.example.org/fhir?page=2"}]""")]
    [InlineData("""[{"relation":"next"}]""")]
    [InlineData("""[{"relation":"next","url":7}]""")]
    [InlineData("""["next"]""")]
    [InlineData("{}")]
    public async Task A_link_that_cannot_be_read_is_not_taken_for_the_last_page(string links)
    {
        var server = new ScriptedServer(_ => Answer(HttpStatusCode.OK, $$"""{"resourceType":"Bundle","link":{{links}}}"""));
        using var client = server.Client();

        var pages = await Pages(client, "Observation?code=1");

        Assert.Equal([(FhirVerdict.Done, null), (FhirVerdict.Refused, "next-link")], pages.Select(page => (page.Verdict, page.Fault)));
    }

    [Theory]
    [InlineData("error", true)]
    [InlineData("fatal", true)]
    [InlineData("warning", false)]
    [InlineData("information", false)]
    public void A_page_with_an_error_among_its_entries_is_partial(string severity, bool isPartial)
    {
        var page = $$$"""
            {"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"1"}},
             {"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"{{{severity}}}","code":"timeout"}]}}]}
            """;
        Assert.Equal(isPartial, AnswerWith(page).IsPartial());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html/>")]
    [InlineData("[]")]
    [InlineData("""{"resourceType":"Bundle","entry":[1,{"resource":[]},{"resource":{"resourceType":"OperationOutcome","issue":[1]}}]}""")]
    public void What_is_no_page_with_an_error_is_not_partial(string body) => Assert.False(AnswerWith(body).IsPartial());

    private static FhirAnswer AnswerWith(string body) => new() { Verdict = FhirVerdict.Done, Body = Encoding.UTF8.GetBytes(body) };

    private static async Task<List<FhirAnswer>> Pages(FhirClient client, string search)
    {
        var pages = new List<FhirAnswer>();
        await foreach (var page in client.SearchAsync(search, TestContext.Current.CancellationToken)) pages.Add(page);
        return pages;
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, params (string Name, string? Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/fhir+json") };
        foreach (var (name, value) in headers.Where(header => header.Value is not null)) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    /// <summary>Answers by a script, keeps the requests, and holds the clock at 2026-03-01.</summary>
    private sealed class ScriptedServer(Func<HttpRequestMessage, HttpResponseMessage> script) : HttpMessageHandler
    {
        public List<HttpRequestMessage> Requests { get; } = [];

        public FhirClient Client() => new(new Uri("https://ehr.example.org/fhir"), null, new FixedTime(), this);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            return Task.FromResult(script(request));
        }
    }

    private sealed class SilentServer : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("unreachable");
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
