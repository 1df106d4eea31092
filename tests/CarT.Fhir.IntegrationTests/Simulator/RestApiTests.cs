using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

public sealed class RestApiTests
{
    [Fact]
    public async Task A_create_gets_an_id_version_1_and_the_headers_of_its_version()
    {
        await using var host = await EhrHost.Start();
        var created = await host.Post("Observation", Resources.Observation(id: "client-chosen"));
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.NotEqual("client-chosen", created.Id);
        Assert.Equal("W/\"1\"", created.ETag);
        Assert.Equal($"{host.Base}/Observation/{created.Id}/_history/1", created.Location);
        Assert.Equal(host.Clock.GetUtcNow(), created.LastModified);
        Assert.Equal("2026-02-01T08:00:00.000Z", created.Body!["meta"]!["lastUpdated"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("0.30")]
    [InlineData("20.0")]
    [InlineData("0.1000000000000000055511151231")]
    public async Task A_decimal_keeps_its_digits(string digits)
    {
        await using var host = await EhrHost.Start();
        var created = await host.Post("Observation", Resources.Observation(value: digits));
        Assert.Contains($"\"value\":{digits},", (await host.Get("Observation/" + created.Id)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conditional_create_makes_one_then_finds_it_then_refuses_two()
    {
        await using var host = await EhrHost.Start();
        var condition = ("If-None-Exist", "identifier=urn:cart-fhir:flag|k1");
        var first = await host.Post("Flag", Resources.Flag("k1"), condition);
        var second = await host.Post("Flag", Resources.Flag("k1", status: "inactive"), condition);
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal("active", second.Body!["status"]!.GetValue<string>());
        await host.Post("Flag", Resources.Flag("k1"));
        var third = await host.Post("Flag", Resources.Flag("k1"), condition);
        Assert.Equal(HttpStatusCode.PreconditionFailed, third.Status);
        Assert.Equal("multiple-matches", third.IssueCode);
        Assert.Equal(2, host.Ehr.Count("Flag"));
    }

    [Fact]
    public async Task A_conditional_create_with_an_unknown_parameter_is_refused_rather_than_matched_with_everything()
    {
        await using var host = await EhrHost.Start();
        var answer = await host.Post("Flag", Resources.Flag("k1"), ("If-None-Exist", "no-such-parameter=1"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(0, host.Ehr.Count("Flag"));
    }

    [Fact]
    public async Task An_update_with_a_stale_version_is_refused_and_changes_nothing()
    {
        await using var host = await EhrHost.Start();
        var flag = await host.Post("Flag", Resources.Flag("k1"));
        var updated = await host.Put("Flag/" + flag.Id, Resources.Flag("k1", flag.Id, "inactive"), ("If-Match", "W/\"1\""));
        Assert.Equal(HttpStatusCode.OK, updated.Status);
        Assert.Equal("W/\"2\"", updated.ETag);
        var stale = await host.Put("Flag/" + flag.Id, Resources.Flag("k1", flag.Id, "active"), ("If-Match", "W/\"1\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal("conflict", stale.IssueCode);
        Assert.Equal("inactive", (await host.Get("Flag/" + flag.Id)).Body!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_update_of_an_unknown_id_creates_it_and_a_body_with_another_id_is_refused()
    {
        await using var host = await EhrHost.Start();
        Assert.Equal(HttpStatusCode.Created, (await host.Put("Flag/f1", Resources.Flag("k1", "f1"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Put("Flag/f2", Resources.Flag("k1", "f1"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Put("Flag/f_2", Resources.Flag("k1", "f_2"))).Status);
    }

    [Fact]
    public async Task A_conditional_update_creates_then_updates_then_refuses_two()
    {
        await using var host = await EhrHost.Start();
        const string Where = "Flag?identifier=urn:cart-fhir:flag|k1";
        var first = await host.Put(Where, Resources.Flag("k1"));
        var second = await host.Put(Where, Resources.Flag("k1", status: "inactive"));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Put(Where, Resources.Flag("k1", "another"))).Status);
        await host.Post("Flag", Resources.Flag("k1"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await host.Put(Where, Resources.Flag("k1"))).Status);
    }

    [Fact]
    public async Task A_deleted_resource_is_gone_but_its_versions_can_be_read()
    {
        await using var host = await EhrHost.Start();
        var flag = await host.Post("Flag", Resources.Flag("k1"));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Delete("Flag/" + flag.Id)).Status);
        var gone = await host.Get("Flag/" + flag.Id);
        Assert.Equal((HttpStatusCode.Gone, "deleted"), (gone.Status, gone.IssueCode));
        Assert.Equal(0, (await host.Get("Flag?patient=p1")).Total);
        Assert.Equal(HttpStatusCode.OK, (await host.Get($"Flag/{flag.Id}/_history/1")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await host.Get($"Flag/{flag.Id}/_history/2")).Status);
        var history = await host.Get($"Flag/{flag.Id}/_history");
        Assert.Equal(["DELETE", "POST"], history.Entries.Select(entry => entry["request"]!["method"]!.GetValue<string>()));
        Assert.Null(history.Entries[0]["resource"]);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Get("Flag/never")).Status);
    }

    [Fact]
    public async Task History_since_a_time_holds_what_was_written_from_then_on_newest_first()
    {
        await using var host = await EhrHost.Start();
        await host.Put("Observation/a", Resources.Observation("a"));
        host.Clock.AdvanceTo(host.Clock.GetUtcNow().AddHours(1));
        await host.Put("Observation/b", Resources.Observation("b"));
        await host.Put("Observation/a", Resources.Observation("a", value: "0.40"));
        var history = await host.Get("Observation/_history?_since=2026-02-01T09:00:00Z");
        Assert.Equal(["a", "b"], history.Ids);
        Assert.Equal(3, (await host.Get("Observation/_history")).Total);
        var paged = await host.Get("Observation/_history?_count=2");
        Assert.Equal(["a"], (await host.Get(paged.Next!)).Ids);
    }

    [Fact]
    public async Task An_unchanged_resource_is_answered_with_304_and_a_minimal_preference_without_a_body()
    {
        await using var host = await EhrHost.Start();
        var flag = await host.Post("Flag", Resources.Flag("k1"));
        Assert.Equal(HttpStatusCode.NotModified, (await host.Get("Flag/" + flag.Id, ("If-None-Match", "W/\"1\""))).Status);
        var minimal = await host.Put("Flag/" + flag.Id, Resources.Flag("k1", flag.Id), ("Prefer", "return=minimal"));
        Assert.Equal((HttpStatusCode.OK, ""), (minimal.Status, minimal.Text));
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Flag\"", "Flag", HttpStatusCode.BadRequest)]
    [InlineData("{\"resourceType\":\"Flag\",\"status\":\"active\",\"status\":\"inactive\"}", "Flag", HttpStatusCode.BadRequest)]
    [InlineData("{\"resourceType\":\"Observation\"}", "Flag", HttpStatusCode.BadRequest)]
    [InlineData("{\"resourceType\":\"Flag\"}", "NoSuchType", HttpStatusCode.NotFound)]
    public async Task A_body_or_address_that_cannot_be_used_is_an_OperationOutcome(string body, string path, HttpStatusCode expected)
    {
        await using var host = await EhrHost.Start();
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/fhir+json"));
        using var response = await host.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("OperationOutcome", JsonNode.Parse(await response.Content.ReadAsStringAsync())!["resourceType"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_capability_statement_names_what_the_search_supports()
    {
        await using var host = await EhrHost.Start();
        var statement = await host.Get("metadata");
        var flag = statement.Body!["rest"]![0]!["resource"]!.AsArray().Single(resource => resource!["type"]!.GetValue<string>() == "Flag")!;
        Assert.Contains("identifier", flag["searchParam"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()));
        Assert.Equal("4.0.1", statement.Body["fhirVersion"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotAcceptable, (await host.Get("metadata?_format=application/fhir%2Bxml")).Status);
    }

    [Fact]
    public async Task An_intercepted_interaction_is_answered_with_the_fault()
    {
        var down = true;
        var outage = FhirAnswer.Outcome(HttpStatusCode.ServiceUnavailable, "transient", "Down for a test") with { RetryAfter = 3 };
        await using var host = await EhrHost.Start(new SimulatedEhrOptions { Intercept = request => down && request.Method == "POST" ? outage : null });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Post("Flag", Resources.Flag("k1"))).Status);
        down = false;
        Assert.Equal(HttpStatusCode.Created, (await host.Post("Flag", Resources.Flag("k1"))).Status);
    }
}
