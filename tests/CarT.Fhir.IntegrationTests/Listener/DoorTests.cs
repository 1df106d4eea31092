using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Who is let in at the hook, and what a handshake of a cloud is answered.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private const string Signing = "signature-secret-of-the-tests";
    private const string NextSigning = "signature-secret-after-rotation";
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, ehr, settings: new()
        {
            // Signs only.
            ["Cart:Sources:medplum:BaseUrl"] = ehr.BaseUrl,
            ["Cart:Sources:medplum:Provides:0"] = "labs",
            ["Cart:Sources:medplum:Subscription:SignatureSecrets:0"] = Signing,
            ["Cart:Sources:medplum:Subscription:SignatureSecrets:1"] = NextSigning,
            // Has a secret, and signs.
            ["Cart:Sources:both:BaseUrl"] = ehr.BaseUrl,
            ["Cart:Sources:both:Provides:0"] = "labs",
            ["Cart:Sources:both:Subscription:Secrets:0"] = "bearer-secret-of-both",
            ["Cart:Sources:both:Subscription:SignatureSecrets:0"] = Signing,
            ["Cart:Sources:both:Hook:RejectAs"] = "200",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData("X-Signature", "", Signing)]
    [InlineData("X-Signature", "", NextSigning)]
    [InlineData("X-Hub-Signature", "sha256=", Signing)]
    public async Task A_body_that_is_signed_is_taken(string header, string prefix, string secret)
    {
        var body = Encoding.UTF8.GetBytes(Bodies.Platelets("plt-1"));

        Assert.Equal(HttpStatusCode.OK, await SendAsync("medplum", body, header, prefix + Sign(body, secret)));
        Assert.Single((await listener.NextFactsAsync()).Resources);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("zz39a3ee5e6b4b0d3255bfef95601890afd80709da39a3ee5e6b4b0d3255bfef")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Without_a_signature_of_the_source_nothing_is_parsed_or_stored(string? signature)
    {
        var body = "not even JSON"u8.ToArray();

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("medplum", body, "X-Signature", signature));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("both", body, "X-Signature", signature, "bearer-secret-of-both"));
        Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM notifications"));
    }

    [Fact]
    public async Task A_signature_holds_for_its_body_only()
    {
        var signature = Sign(Encoding.UTF8.GetBytes(Bodies.Platelets("plt-1")), Signing);

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("medplum", Encoding.UTF8.GetBytes(Bodies.Platelets("plt-2")), "X-Signature", signature));
    }

    [Fact]
    public async Task Where_both_are_configured_both_are_needed()
    {
        var body = Encoding.UTF8.GetBytes(Bodies.Platelets("plt-1"));

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("both", body, "X-Signature", Sign(body, Signing), "bearer-secret-of-others"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("both", body, "X-Signature", null, "bearer-secret-of-both"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync("both", body, "X-Signature", Sign(body, Signing), "bearer-secret-of-both"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_packed_body_the_signature_may_be_over_either_form(bool asSent)
    {
        var body = Encoding.UTF8.GetBytes(Bodies.Platelets("plt-1"));
        var packed = Pack(body);

        Assert.Equal(HttpStatusCode.OK, await SendAsync("medplum", packed, "X-Signature", Sign(asSent ? packed : body, Signing), encoding: "gzip"));
    }

    [Fact]
    public async Task A_signed_ping_is_a_ping()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync("medplum", [], "X-Signature", Sign([], Signing)));
        Assert.Equal("ping", await store.ScalarAsync("SELECT kind FROM notifications"));
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","id":""")]
    [InlineData("[]")]
    public async Task A_sender_that_stops_after_an_error_can_be_answered_200_and_the_body_is_refused_all_the_same(string malformed)
    {
        var body = Encoding.UTF8.GetBytes(malformed);

        Assert.Equal(HttpStatusCode.OK, await SendAsync("both", body, "X-Signature", Sign(body, Signing), "bearer-secret-of-both"));
        Assert.Equal("refused malformed", await store.ScalarAsync("SELECT status || ' ' || kind FROM notifications"));
        Assert.Equal("resource-invalid", Assert.Single(await listener.RefusedAsync()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("PUT", "/fhir/hook/main/observation/plt-1", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/fhir/hook/main/Obs3rvation/plt-1", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/fhir/hook/main/Observation/Patient/plt-1", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/fhir/hook/main/Observation/plt_1", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/fhir/hook/main/Observation/plt-1%0d%0aX-Injected:1", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/fhir/hook/main/Observation/plt%2f1", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/fhir/hook/main/Observation/...", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/fhir/hook/main/Observation/0123456789012345678901234567890123456789012345678901234567890123x", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/fhir/hook/main/Observation/p%00", HttpStatusCode.BadRequest)]
    public async Task A_path_that_names_no_resource_is_not_stored(string method, string path, HttpStatusCode status)
    {
        using var content = new StringContent(Bodies.Platelets("plt-1"));
        using var answer = await listener.SendAsync(new HttpMethod(method), path, content, "application/fhir+json");

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM notifications"));
    }

    [Fact]
    public async Task A_type_that_a_sender_puts_twice_into_the_path_is_taken_once()
    {
        using var answer = await listener.PutAsync("Observation/Observation/plt-1", Bodies.Platelets("plt-1"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Observation/plt-1", Assert.Single((await listener.NextFactsAsync()).Resources).Resource.Reference);
    }

    [Fact]
    public async Task Event_Grid_is_answered_its_validation_code_and_nothing_is_stored()
    {
        using var content = new StringContent("""
            [{"id":"2d1781af","topic":"/subscriptions/x","subject":"","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","eventTime":"2026-11-22T07:00:00Z",
              "metadataVersion":"1","dataVersion":"2","data":{"validationCode":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6","validationUrl":"https://rp-eastus2.eventgrid.azure.net"}}]
            """);
        using var answer = await listener.SendAsync(HttpMethod.Post, "/fhir/hook/main/eventgrid", content, "application/json");

        using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("512d38b6-c7b8-40c8-89fe-f46f9e9622b6", document.RootElement.GetProperty("validationResponse").GetString());
        Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM notifications"));
    }

    [Fact]
    public async Task Event_Grid_may_ask_before_it_sends_CloudEvents()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/fhir/hook/main/eventgrid");
        request.Headers.Add("WebHook-Request-Origin", "eventgrid.azure.net");
        using var answer = await listener.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("eventgrid.azure.net", Assert.Single(answer.Headers.GetValues("WebHook-Allowed-Origin")));
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("WebHook-Allowed-Rate")));
    }

    [Theory]
    [InlineData("/fhir/hook/main/eventgrid")]
    [InlineData("/fhir/hook/main/pubsub")]
    public async Task A_cloud_needs_the_secret_of_the_source_like_anybody(string path)
    {
        using var content = new StringContent("{}");
        using var answer = await listener.SendAsync(HttpMethod.Post, path, content, "application/json", "not-the-secret-at-all");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("/fhir/hook/main/eventgrid", "")]
    [InlineData("/fhir/hook/main/eventgrid", "[{\"type\":1,\"type\":2}]")]
    [InlineData("/fhir/hook/main/pubsub", "{\"message\":")]
    [InlineData("/fhir/hook/main/pubsub", "7")]
    public async Task An_envelope_that_is_no_JSON_is_answered_400(string path, string body)
    {
        using var content = new StringContent(body);
        using var answer = await listener.SendAsync(HttpMethod.Post, path, content, "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("refused", await store.ScalarAsync("SELECT status FROM notifications"));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_obstacle()
    {
        using var answer = await listener.PostAsync("\uFEFF" + Bodies.Platelets("plt-1"), contentType: null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single((await listener.NextFactsAsync()).Resources);
    }

    private static string Sign(byte[] body, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private static byte[] Pack(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(body);
        return packed.ToArray();
    }

    private async Task<HttpStatusCode> SendAsync(
        string source, byte[] body, string header, string? signature, string bearer = "no-bearer-of-anybody", string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/fhir/hook/" + source) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/fhir+json");
        if (encoding is not null) request.Content.Headers.ContentEncoding.Add(encoding);
        request.Headers.Authorization = new("Bearer", bearer);
        if (signature is not null) request.Headers.TryAddWithoutValidation(header, signature);
        using var answer = await listener.SendAsync(request);
        return answer.StatusCode;
    }
}
