using System.Net;
using System.Text;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>What the shapes of delivery mean, through to the facts on the bus.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, ehr, settings: new() { ["Cart:Sources:main:Hook:MaxEntries"] = "1000" });
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData("/fhir/hook/main/Observation/plt-1")]
    [InlineData("/fhir/hook/main/Observation/Observation/plt-1")]
    public async Task P3_2_A_DELETE_retracts_what_the_source_has_no_more(string path)
    {
        await SendAsync(HttpMethod.Delete, path);

        var version = Assert.Single((await listener.NextFactsAsync()).Resources);
        Assert.True(version.Retracted);
        Assert.Equal("Observation/plt-1", version.Resource.Reference);
        Assert.Equal(["Observation/plt-1"], ehr.Reads);
        Assert.Equal("DELETE", await store.ScalarAsync("SELECT method FROM notifications"));
    }

    [Fact]
    public async Task P3_2_A_DELETE_that_comes_late_gives_what_stands_at_the_source()
    {
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1", version: "5", thousandsPerMicrolitre: 30);

        await SendAsync(HttpMethod.Delete, "/fhir/hook/main/Observation/plt-1");

        var version = Assert.Single((await listener.NextFactsAsync()).Resources);
        Assert.Equal((false, "5", 30_000m), (version.Retracted, version.VersionId, Assert.Single(version.CellCounts).Value));
    }

    [Fact]
    public async Task P3_2_A_result_entered_in_error_is_retracted_by_its_id_when_its_patient_is_gone()
    {
        await TakeAsync("""{"resourceType":"Observation","id":"plt-1","meta":{"versionId":"2"},"status":"entered-in-error"}""");

        var facts = await listener.NextFactsAsync();
        Assert.Null(facts.Patient);
        var version = Assert.Single(facts.Resources);
        Assert.Equal((true, "Observation/plt-1", "2"), (version.Retracted, version.Resource.Reference, version.VersionId));
        await listener.RowsAsync("done", 1);
        Assert.Empty(await listener.RefusedAsync());
    }

    [Fact]
    public async Task Medplums_empty_object_with_the_deleted_resource_in_a_header_retracts_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/fhir/hook/main") { Content = new StringContent("{}", Encoding.UTF8, "application/fhir+json") };
        request.Headers.Add("X-Medplum-Subscription", "74c7b69e-0000-4000-8000-000000000000");
        request.Headers.Add("X-Medplum-Interaction", "delete");
        request.Headers.Add("X-Medplum-Deleted-Resource", "Observation/plt-1");
        using var answer = await listener.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var version = Assert.Single((await listener.NextFactsAsync()).Resources);
        Assert.Equal((true, "Observation/plt-1"), (version.Retracted, version.Resource.Reference));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("", "application/fhir+json")]
    [InlineData("", "application/fhir+xml")]
    [InlineData("{}", "application/fhir+json")]
    public async Task A_ping_is_done_and_sends_nothing(string body, string? contentType)
    {
        using var answer = await listener.PostAsync(body, contentType);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await listener.RowsAsync("done", 1);
        Assert.Equal("ping", await store.ScalarAsync("SELECT kind FROM notifications"));
        Assert.Equal("catch-up-asked", await store.ScalarAsync("SELECT note FROM notifications"));
        Assert.Empty(ehr.Reads);
    }

    [Fact]
    public async Task Events_of_one_Bundle_have_their_effect_each_whatever_they_are()
    {
        ehr.Resources["Observation/named"] = Bodies.Platelets("named", "p2", "4", 40);
        await TakeAsync(Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 47,
            [(44, $"{ehr.BaseUrl}/Observation/full"), (45, $"{ehr.BaseUrl}/Observation/named"), (46, $"{ehr.BaseUrl}/Observation/gone"), (47, $"{ehr.BaseUrl}/Observation/wrong")],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/full", "PUT", Bodies.Platelets("full", "p1", "1", 10)),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/gone", "DELETE"),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/wrong", "PUT",
                """{"resourceType":"Observation","id":"wrong","meta":{"versionId":"2"},"status":"entered-in-error","subject":{"reference":"Patient/p1"}}""")));

        var versions = await VersionsAsync(4);
        Assert.Equal(
            ["Observation/full 10000", "Observation/gone retracted", "Observation/named 40000", "Observation/wrong retracted"],
            versions.Select(Describe).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("acceptance", "o")]
    public async Task A_poisoned_entry_is_refused_and_its_neighbours_count()
    {
        await TakeAsync(Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 4, [],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/first", "PUT", Bodies.Platelets("first", "p1", "1", 10)),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/twice", "PUT", Bodies.Platelets("twice").Replace("\"final\"", "\"final\",\"status\":\"amended\"", StringComparison.Ordinal)),
            "17",
            """{"fullUrl":"urn:uuid:1"}""",
            Bodies.Entry($"{ehr.BaseUrl}/Observation/mistyped", "PUT", Bodies.Platelets("mistyped").Replace("\"value\":18", "\"value\":[]", StringComparison.Ordinal)),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/last", "PUT", Bodies.Platelets("last", "p1", "1", 20))));

        var versions = (await VersionsAsync(2, version => version.CellCounts.Count > 0)).Select(Describe).Order(StringComparer.Ordinal);
        Assert.Equal(["Observation/first 10000", "Observation/last 20000"], versions);
        var refused = (await listener.RefusedAsync()).Select(item => item.GetProperty("resource").GetString()).Order(StringComparer.Ordinal);
        Assert.Equal([null, null, "Observation/mistyped", "Observation/twice"], refused);
    }

    [Fact]
    [Trait("acceptance", "o")]
    public async Task A_resource_that_the_source_does_not_give_delays_itself_and_not_its_neighbours()
    {
        ehr.Resources["Observation/later"] = Bodies.Platelets("later", "p1", "2", 50);
        ehr.FailNext(1);
        ehr.Hang();
        await TakeAsync(Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 2, [(1, $"{ehr.BaseUrl}/Observation/later"), (2, $"{ehr.BaseUrl}/Observation/full")],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/full", "PUT", Bodies.Platelets("full", "p1", "1", 10))));

        Assert.Equal("Observation/full 10000", Describe(Assert.Single((await listener.NextFactsAsync()).Resources)));
        ehr.Recover();
        Assert.Equal("Observation/later 50000", Describe(Assert.Single((await listener.NextFactsAsync()).Resources)));
    }

    [Fact]
    public async Task P3_2_A_delete_that_is_worked_apart_keeps_its_version_and_time()
    {
        var deleted = Bodies.Entry($"{ehr.BaseUrl}/Observation/gone", "DELETE")
            .Replace("\"status\":\"200\"", "\"status\":\"204\",\"etag\":\"W/\\\"3\\\"\",\"lastModified\":\"2026-11-22T07:00:00.123Z\"", StringComparison.Ordinal);
        await TakeAsync(Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 2, [], deleted, Bodies.Entry($"{ehr.BaseUrl}/Observation/full", "PUT", Bodies.Platelets("full"))));

        var version = Assert.Single(await VersionsAsync(1, version => version.Retracted));
        Assert.Equal(("Observation/gone", "3", new DateTimeOffset(2026, 11, 22, 7, 0, 0, 123, TimeSpan.Zero)), (version.Resource.Reference, version.VersionId, version.LastUpdated));
    }

    [Fact]
    public async Task A_dose_whose_medication_came_in_the_same_Bundle_is_read_with_what_the_source_calls_it()
    {
        ehr.Resources["Medication/m1"] = Bodies.Medication("m1", "711942");
        ehr.Resources["MedicationAdministration/dose-1"] = Bodies.EltrombopagByReference("dose-1", "m1");
        var dose = Bodies.EltrombopagByReference("dose-1", "m1").Replace("Medication/m1", "urn:uuid:5", StringComparison.Ordinal);
        await TakeAsync($$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"fullUrl":"urn:uuid:5","resource":{{Bodies.Medication("m1", "711942")}},"request":{"method":"PUT","url":"Medication/m1"} },
             {"fullUrl":"urn:uuid:6","resource":{{dose}},"request":{"method":"PUT","url":"MedicationAdministration/dose-1"} }]}
            """);

        Assert.Equal("eltrombopag", Assert.Single(Assert.Single(await VersionsAsync(1, version => version.DrugsGiven.Count > 0)).DrugsGiven).Agent);
    }

    [Theory]
    [InlineData("\"type\":\"history\"", "\"type\":\"history\",\"type\":\"history\"")]
    [InlineData("\"method\":\"PUT\"", "\"method\":\"PUT\",\"method\":\"DELETE\"")]
    [InlineData("\"name\":\"status\"", "\"name\":\"status\",\"name\":\"type\"")]
    public async Task A_Bundle_that_says_two_things_about_its_entries_is_refused_as_a_whole(string once, string twice)
    {
        var body = Bodies.Notification(
            ehr.BaseUrl, "event-notification", "active", 1, [],
            Bodies.Entry($"{ehr.BaseUrl}/Observation/poisoned", "PUT", Bodies.Platelets("poisoned").Replace("\"final\"", "\"final\",\"status\":\"amended\"", StringComparison.Ordinal)),
            Bodies.Entry($"{ehr.BaseUrl}/Observation/plt-1", "PUT", Bodies.Platelets("plt-1")));

        using var answer = await listener.PostAsync(body.Replace(once, twice, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await listener.RowsAsync("refused", 1);
    }

    [Fact]
    public async Task Event_Grid_names_what_is_then_read_at_the_source()
    {
        var account = new Uri(ehr.BaseUrl).Authority;
        ehr.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1", version: "2");
        await SendAsync(HttpMethod.Post, "/fhir/hook/main/eventgrid", $$$"""
            [{"id":"e1","topic":"/subscriptions/x","subject":"{{{account}}}/Observation/plt-1","dataVersion":"2","metadataVersion":"1",
              "eventType":"Microsoft.HealthcareApis.FhirResourceUpdated","eventTime":"2026-11-22T07:00:00Z",
              "data":{"resourceType":"Observation","resourceFhirAccount":"{{{account}}}","resourceFhirId":"plt-1","resourceVersionId":2}},
             {"id":"e2","topic":"/subscriptions/x","subject":"evil.example.org/Observation/plt-2","dataVersion":"2","metadataVersion":"1",
              "eventType":"Microsoft.HealthcareApis.FhirResourceUpdated","eventTime":"2026-11-22T07:00:00Z",
              "data":{"resourceType":"Observation","resourceFhirAccount":"evil.example.org","resourceFhirId":"plt-2","resourceVersionId":2}}]
            """);

        Assert.Equal("2", Assert.Single((await listener.NextFactsAsync()).Resources).VersionId);
        Assert.Equal(["Observation/plt-1"], ehr.Reads);
        Assert.Single(await listener.RefusedAsync());
    }

    [Fact]
    public async Task PubSub_brings_a_resource_that_counts_and_no_name_of_another_store_is_read()
    {
        await SendAsync(HttpMethod.Post, "/fhir/hook/main/pubsub", Push(Bodies.Platelets("plt-1"), "FullResource"));
        Assert.Equal("Observation/plt-1 18000", Describe(Assert.Single((await listener.NextFactsAsync()).Resources)));

        await SendAsync(HttpMethod.Post, "/fhir/hook/main/pubsub", Push("projects/other/locations/eu/datasets/d/fhirStores/s/fhir/Observation/plt-2", "NameOnly"));
        await listener.RowsAsync("refused", 1);
        Assert.Empty(ehr.Reads);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/fhir/Observation/plt-1")]
    [InlineData("//evil.example.org/fhir/Observation/plt-1")]
    [InlineData("Observation/..")]
    [InlineData("Observation/../../admin")]
    [InlineData("Observation/%2e%2e")]
    public async Task A_focus_or_entry_that_leads_elsewhere_is_refused_and_never_read(string name)
    {
        await TakeAsync(Bodies.Notification(ehr.BaseUrl, "event-notification", "active", 1, [(1, name)], Bodies.Entry(name, "PUT")));
        var withUser = ehr.BaseUrl.Replace("http://", "http://x@", StringComparison.Ordinal) + "/Observation/plt-1";
        await TakeAsync(Bodies.Notification(ehr.BaseUrl, "event-notification", "active", 2, [(2, ehr.BaseUrl + "@evil.example.org/Observation/plt-1"), (2, withUser)]));

        await listener.RowsAsync("refused", 2);
        Assert.Empty(ehr.Reads);
    }

    [Fact]
    public async Task More_entries_than_allowed_are_refused_visibly()
    {
        var entries = Enumerable.Range(0, 1001).Select(i => Bodies.Entry($"{ehr.BaseUrl}/Observation/o{i}", "PUT", Bodies.Platelets("o" + i)));
        await TakeAsync($$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");

        await listener.RowsAsync("refused", 1);
        Assert.Equal("resource-invalid", Assert.Single(await listener.RefusedAsync()).GetProperty("code").GetString());
    }

    private static string Push(string data, string payloadType) => $$$"""
        {"message":{"attributes":{"action":"UpdateResource","resourceType":"Observation","payloadType":"{{{payloadType}}}"},
          "data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}}}","messageId":"1"},"subscription":"projects/p/subscriptions/s"}
        """;

    private static string Describe(ResourceVersion version) =>
        version.Resource.Reference + " " + (version.Retracted ? "retracted" : Assert.Single(version.CellCounts).Value);

    /// <summary>The next versions that are asked for, of as many messages as it takes.</summary>
    private async Task<List<ResourceVersion>> VersionsAsync(int count, Func<ResourceVersion, bool>? wanted = null)
    {
        var versions = new List<ResourceVersion>();
        while (versions.Count < count) versions.AddRange((await listener.NextFactsAsync()).Resources.Where(wanted ?? (_ => true)));
        return versions;
    }

    private Task TakeAsync(string body) => SendAsync(HttpMethod.Post, "/fhir/hook/main", body);

    private async Task SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var content = body is null ? null : new StringContent(body);
        using var answer = await listener.SendAsync(method, path, content, body is null ? null : "application/json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }
}
