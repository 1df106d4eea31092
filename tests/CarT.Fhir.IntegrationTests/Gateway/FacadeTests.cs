using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.IntegrationTests.Protocol;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Gateway;

/// <summary>What an engine that polls the facade sees.</summary>
public sealed class FacadeTests : IAsyncLifetime
{
    private GatewayHost gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task Metadata_is_open_and_tells_only_what_is_served()
    {
        gateway.Client.DefaultRequestHeaders.Authorization = null;

        var capability = await gateway.JsonAsync("/fhir/metadata");

        var resources = capability["rest"]![0]!["resource"]!.AsArray();
        Assert.Equal(["Flag", "CarePlan", "Patient"], resources.Select(resource => (string?)resource!["type"]));
        foreach (var resource in resources.Take(2))
        {
            foreach (var parameter in resource!["searchParam"]!.AsArray())
            {
                var value = (string?)parameter!["name"] == "_lastUpdated" ? "ge2026-01-01" : "x";
                gateway.Client.DefaultRequestHeaders.Authorization = new("Bearer", "0123456789abcdef-test");
                await gateway.JsonAsync($"/fhir/{resource["type"]}?{parameter["name"]}={value}");
            }
        }
    }

    [Theory]
    [InlineData("/fhir/Flag", "application/fhir+json")]
    [InlineData("/fhir/CarePlan/x", "application/fhir+json")]
    [InlineData("/fhir/Patient/p1/$assessment", "application/fhir+json")]
    [InlineData("/fhir/Observation", "application/fhir+json")]
    [InlineData("/", "application/problem+json", "Basic")]
    public async Task Everything_else_needs_the_secret(string path, string contentType, string scheme = "Bearer")
    {
        gateway.Client.DefaultRequestHeaders.Authorization = null;

        var answer = await gateway.GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(scheme, answer.Headers.WwwAuthenticate.First().Scheme);
    }

    [Fact]
    public async Task A_flag_is_found_by_patient_subject_identifier_and_id()
    {
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 1, Revisions.Low(Sent.P1)), Revisions.Of(Sent.P2, 1));
        var all = await gateway.JsonAsync("/fhir/Flag");
        var flag = Assert.Single(all["entry"]!.AsArray())!["resource"]!;
        Assert.Equal("severe-persistent-cytopenia", (string?)flag["code"]!["coding"]![0]!["code"]);
        var (system, value) = ((string?)flag["identifier"]![0]!["system"], (string?)flag["identifier"]![0]!["value"]);

        string[] hits = ["patient=p1", "patient=Patient/p1", "subject=Patient/p1", "patient=p2,p1", $"identifier={system}|{value}", $"identifier={value}", $"identifier={system}|", $"_id={flag["id"]}"];
        string[] misses = ["patient=p2", "patient=p1&subject=p2", $"identifier=urn:other|{value}", $"identifier=|{value}", "_id=x", $"_id={flag["id"]}&patient=p2"];

        foreach (var query in hits) Assert.Equal(1, (int)(await gateway.JsonAsync("/fhir/Flag?" + query))["total"]!);
        foreach (var query in misses)
        {
            var empty = await gateway.JsonAsync("/fhir/Flag?" + query);
            Assert.Equal(0, (int)empty["total"]!);
            Assert.Null(empty["entry"]);
        }
        Assert.Equal(1, (int)(await gateway.JsonAsync("/fhir/CarePlan"))["total"]!);
    }

    [Theory]
    [InlineData("code=x", "not-supported")]
    [InlineData("patient:missing=true", "not-supported")]
    [InlineData("patient=Group/1", "value")]
    [InlineData("_sort=date", "value")]
    [InlineData("_count=0", "value")]
    [InlineData("_lastUpdated=ne2026", "value")]
    [InlineData("_lastUpdated=yesterday", "value")]
    [InlineData("_cursor=$", "value")]
    public async Task A_search_that_is_not_understood_is_refused_and_never_answered_with_more_than_was_asked_for(string query, string code)
    {
        var answer = await gateway.GetAsync("/fhir/Flag?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var outcome = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("OperationOutcome", (string?)outcome["resourceType"]);
        Assert.Equal(code, (string?)outcome["issue"]![0]!["code"]);
    }

    [Fact]
    public async Task Pages_follow_each_other_in_the_order_of_last_update_and_hold_every_resource_once()
    {
        for (var i = 0; i < 7; i++)
        {
            var patient = new PatientKey("main", "page" + i);
            await gateway.ApplyAsync(Revisions.Of(patient, 1, Sent.CarT(patient)));
        }

        var seen = new List<(string Id, DateTimeOffset At)>();
        var pages = 0;
        for (var next = "/fhir/CarePlan?_sort=_lastUpdated&_count=3&_lastUpdated=ge2020-01-01T00:00:00%2B01:00"; next is not null; pages++)
        {
            var page = await gateway.JsonAsync(next);
            Assert.Equal(7, (int)page["total"]!);
            seen.AddRange(page["entry"]!.AsArray().Select(entry => ((string)entry!["resource"]!["id"]!, (DateTimeOffset)entry["resource"]!["meta"]!["lastUpdated"]!)));
            next = page["link"]!.AsArray().Where(link => (string?)link!["relation"] == "next").Select(link => new Uri((string)link!["url"]!).PathAndQuery).SingleOrDefault();
        }

        Assert.Equal(3, pages);
        Assert.Equal(7, seen.Select(one => one.Id).Distinct().Count());
        Assert.True(seen.Zip(seen.Skip(1)).All(pair => pair.First.At < pair.Second.At), "strictly rising");
    }

    [Fact]
    public async Task A_poller_who_asks_for_what_is_newer_than_the_last_it_saw_gets_exactly_what_changed()
    {
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 1, Sent.CarT(Sent.P1)), Revisions.Of(Sent.P2, 1, Sent.CarT(Sent.P2)));
        var last = (string?)(await gateway.JsonAsync("/fhir/CarePlan"))["entry"]![1]!["resource"]!["meta"]!["lastUpdated"];
        var poll = "/fhir/CarePlan?_lastUpdated=gt" + Uri.EscapeDataString(last!);
        Assert.Equal(0, (int)(await gateway.JsonAsync(poll))["total"]!);

        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 2, Revisions.Low(Sent.P1)));

        var changed = Assert.Single((await gateway.JsonAsync(poll))["entry"]!.AsArray())!["resource"]!;
        Assert.Equal("2", (string?)changed["meta"]!["versionId"]);
        Assert.Equal("Patient/p1", (string?)changed["subject"]!["reference"]);
    }

    [Fact]
    public async Task A_time_of_last_update_stands_for_the_whole_range_of_its_precision()
    {
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 1, Sent.CarT(Sent.P1)));
        var at = (DateTimeOffset)(await gateway.JsonAsync("/fhir/CarePlan"))["entry"]![0]!["resource"]!["meta"]!["lastUpdated"]!;
        string[] precisions =
        [
            $"{at:yyyy}", $"{at:yyyy-MM}", $"{at:yyyy-MM-dd}", $"{at:yyyy-MM-ddTHH:mm}Z", $"{at:yyyy-MM-ddTHH:mm:ss}Z", $"{at:yyyy-MM-ddTHH:mm:ss.fff}Z",
            $"{at.ToOffset(TimeSpan.FromHours(2)):yyyy-MM-ddTHH:mm}%2B02:00", $"{at.ToOffset(TimeSpan.FromHours(-5)):yyyy-MM-ddTHH:mm:ss}-05:00",
        ];

        foreach (var precision in precisions)
        {
            foreach (var prefix in (string[])["", "eq", "ge", "le"]) Assert.Equal(1, await CountAsync(prefix + precision));
            foreach (var prefix in (string[])["gt", "lt", "sa", "eb"]) Assert.Equal(0, await CountAsync(prefix + precision));
        }
        Assert.Equal(1, await CountAsync($"ge{at:yyyy-MM-dd}&_lastUpdated=lt{at.AddDays(1):yyyy-MM-dd}"));
        Assert.Equal(0, await CountAsync($"ge{at:yyyy-MM-dd}&_lastUpdated=lt{at:yyyy-MM-dd}"));

        async Task<int> CountAsync(string value) => (int)(await gateway.JsonAsync("/fhir/CarePlan?_lastUpdated=" + value))["total"]!;
    }

    [Fact]
    public async Task A_read_tells_version_and_time_and_answers_304_to_who_has_this_version()
    {
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 1, Sent.CarT(Sent.P1)));
        var id = (string?)(await gateway.JsonAsync("/fhir/CarePlan"))["entry"]![0]!["resource"]!["id"];

        var read = await gateway.GetAsync("/fhir/CarePlan/" + id);
        Assert.Equal("W/\"1\"", read.Headers.ETag!.ToString());
        Assert.NotNull(read.Content.Headers.LastModified);
        Assert.True(read.Headers.CacheControl!.NoStore);
        foreach (var known in (string[])["W/\"1\"", "\"1\"", "\"7\", W/\"1\"", "*"])
        {
            var again = await gateway.GetAsync("/fhir/CarePlan/" + id, ifNoneMatch: known);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        }
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/fhir/CarePlan/" + id, ifNoneMatch: "W/\"2\"")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.GetAsync("/fhir/Flag/" + id)).StatusCode);
    }

    [Theory]
    [InlineData("/fhir/Flag?_format=xml", null, HttpStatusCode.NotAcceptable)]
    [InlineData("/fhir/Flag", "application/fhir+xml", HttpStatusCode.NotAcceptable)]
    [InlineData("/fhir/metadata", "application/fhir+json; fhirVersion=5.0", HttpStatusCode.NotAcceptable)]
    [InlineData("/fhir/Flag?_format=application/fhir+json", "application/fhir+xml", HttpStatusCode.OK)]
    [InlineData("/fhir/Flag", "application/fhir+json; fhirVersion=4.0", HttpStatusCode.OK)]
    [InlineData("/fhir/Flag", "text/html, */*;q=0.1", HttpStatusCode.OK)]
    public async Task Json_is_the_only_format(string path, string? accept, HttpStatusCode expected) =>
        Assert.Equal(expected, (await gateway.GetAsync(path, accept)).StatusCode);

    [Fact]
    public async Task The_facade_is_read_only_and_says_so()
    {
        var post = await gateway.Client.PostAsync(new Uri("/fhir/Flag", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/fhir+json"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Contains("OperationOutcome", await post.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var unknown = await gateway.GetAsync("/fhir/Observation?patient=p1");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("OperationOutcome", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_answers_like_get_without_a_body()
    {
        var answer = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri("/fhir/Flag", UriKind.Relative)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Links_start_with_the_configured_address()
    {
        await using var other = await GatewayHost.StartAsync("https://cart.example.org/");

        var bundle = await other.JsonAsync("/fhir/Flag?patient=p1");

        Assert.Equal("https://cart.example.org/fhir/Flag?patient=p1", (string?)bundle["link"]![0]!["url"]);
    }

    [Fact]
    public async Task A_host_header_never_ends_up_in_a_link_where_secrets_are_used()
    {
        await using var other = await GatewayHost.StartAsync(baseUrl: null);
        other.Client.DefaultRequestHeaders.Host = "evil.example.org";

        var answer = await other.GetAsync("/fhir/Flag?patient=p1");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("evil", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_one_machine_without_secrets_links_start_with_the_address_that_was_asked()
    {
        await using var other = await GatewayHost.StartAsync(baseUrl: null, authentication: "none");

        var bundle = await other.JsonAsync("/fhir/Flag?patient=p1");

        Assert.Equal(new Uri(other.Client.BaseAddress!, "/fhir/Flag?patient=p1").ToString(), (string?)bundle["link"]![0]!["url"]);
    }

    [Fact]
    public async Task The_assessment_comes_in_parameters_or_bare()
    {
        AssessmentChanged revision = Revisions.Of(Sent.P1, 3, Revisions.Low(Sent.P1));
        await gateway.ApplyAsync(revision);
        var expected = System.Text.Json.JsonSerializer.Serialize(revision.Assessment, CartJson.Options);

        var bare = await gateway.GetAsync("/fhir/Patient/p1/$assessment", accept: "application/json");
        Assert.Equal("application/json", bare.Content.Headers.ContentType!.MediaType);
        Assert.Equal(expected, await bare.Content.ReadAsStringAsync());
        var parameters = await gateway.JsonAsync("/fhir/Patient/p1/$assessment");
        var data = (string?)parameters["parameter"]!.AsArray().Single(one => (string?)one!["name"] == "assessment")!["valueAttachment"]!["data"];
        Assert.Equal(expected, Encoding.UTF8.GetString(Convert.FromBase64String(data!)));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.GetAsync("/fhir/Patient/p9/$assessment")).StatusCode);
    }

    [Fact]
    public async Task The_same_id_in_two_namespaces_is_two_people_and_must_be_told_apart()
    {
        var other = new PatientKey("north", "p1");
        await gateway.ApplyAsync(Revisions.Of(Sent.P1, 1, Sent.CarT(Sent.P1)), Revisions.Of(other, 1, []));

        foreach (var path in (string[])["/fhir/Patient/p1/$assessment", "/fhir/Flag?patient=p1"])
        {
            var ambiguous = await gateway.GetAsync(path);
            Assert.Equal(HttpStatusCode.BadRequest, ambiguous.StatusCode);
            Assert.Contains("multiple-matches", await ambiguous.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        var north = JsonNode.Parse(await (await gateway.GetAsync("/fhir/Patient/p1/$assessment?namespace=north", "application/json")).Content.ReadAsStringAsync())!;
        Assert.Equal(States.NoInfusion, (string?)north["state"]);
        Assert.Equal(1, (int)(await gateway.JsonAsync("/fhir/CarePlan?patient=p1&namespace=main"))["total"]!);
    }
}
