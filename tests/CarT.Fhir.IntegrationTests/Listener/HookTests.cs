using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>What the hook answers, and what it stores.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, ehr);
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task A_stored_resource_is_answered_200_without_body_and_without_content_type()
    {
        using var answer = await listener.PutAsync("Observation/plt-1", Bodies.Platelets("plt-1"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        await listener.RowsAsync("done", 1);
    }

    [Fact]
    public async Task Malformed_JSON_is_answered_400_and_kept_in_quarantine()
    {
        using var answer = await listener.PostAsync("""{"resourceType":"Observation","id":""");

        await AssertOutcomeAsync(answer, HttpStatusCode.BadRequest, "structure");
        var refused = Assert.Single(await listener.RefusedAsync());
        Assert.Equal("resource-invalid", refused.GetProperty("code").GetString());
        Assert.Equal(1, (await listener.SourceAsync()).GetProperty("rows").GetProperty("refused").GetInt64());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not-the-secret-at-all")]
    [InlineData(ListenerHost.ApiSecret)]
    public async Task Without_the_secret_of_the_source_nothing_is_read_or_stored(string? secret)
    {
        using var content = new StringContent("not even JSON");
        using var answer = await listener.SendAsync(HttpMethod.Post, "/fhir/hook/main", content, "application/fhir+json", secret);

        await AssertOutcomeAsync(answer, HttpStatusCode.Unauthorized, "login");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Empty((await listener.SourceAsync()).GetProperty("rows").EnumerateObject());
    }

    [Fact]
    public async Task An_unknown_source_is_answered_404()
    {
        using var content = new StringContent("{}");
        using var answer = await listener.SendAsync(HttpMethod.Post, "/fhir/hook/elsewhere", content, "application/fhir+json");

        await AssertOutcomeAsync(answer, HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Eleven_megabytes_are_answered_413_whether_announced_or_chunked(bool announced)
    {
        var bytes = Encoding.UTF8.GetBytes("{\"resourceType\":\"" + new string('x', 11 * 1024 * 1024) + "\"}");
        using HttpContent content = announced ? new ByteArrayContent(bytes) : new Chunked(bytes);
        using var answer = await listener.SendAsync(HttpMethod.Post, "/fhir/hook/main", content, "application/fhir+json");

        await AssertOutcomeAsync(answer, HttpStatusCode.RequestEntityTooLarge, "too-long");
    }

    [Fact]
    public async Task A_small_gzip_body_that_unpacks_beyond_the_limit_is_answered_413()
    {
        using var answer = await PostPackedAsync("{\"resourceType\":\"" + new string('x', 11 * 1024 * 1024) + "\"}");

        await AssertOutcomeAsync(answer, HttpStatusCode.RequestEntityTooLarge, "too-long");
    }

    [Fact]
    public async Task A_gzip_body_is_taken()
    {
        using var answer = await PostPackedAsync(Bodies.Platelets("plt-1"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(Assert.Single((await listener.NextFactsAsync()).Resources).CellCounts);
    }

    [Theory]
    [InlineData("application/fhir+xml")]
    [InlineData("application/xml")]
    [InlineData("text/html")]
    public async Task XML_and_other_types_are_answered_415(string contentType)
    {
        using var answer = await listener.PostAsync("<Observation xmlns=\"http://hl7.org/fhir\"/>", contentType);

        await AssertOutcomeAsync(answer, HttpStatusCode.UnsupportedMediaType, "not-supported");
    }

    [Theory]
    [InlineData("application/fhir+json; charset=UTF-8")]
    [InlineData("application/json")]
    [InlineData("text/json")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData(null)]
    public async Task JSON_is_taken_under_every_name_that_senders_give_it(string? contentType)
    {
        using var answer = await listener.PostAsync(Bodies.Platelets("plt-1"), contentType);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Plain_text_that_is_no_JSON_is_answered_415()
    {
        using var answer = await listener.PostAsync("hello", "text/plain");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData("Observation/plt-2")]
    [InlineData("Procedure/plt-1")]
    public async Task A_body_that_is_not_the_resource_of_the_path_is_refused_and_kept(string path)
    {
        using var answer = await listener.PutAsync(path, Bodies.Platelets("plt-1"));

        await AssertOutcomeAsync(answer, HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(path, Assert.Single(await listener.RefusedAsync()).GetProperty("resource").GetString());
    }

    [Fact]
    public async Task An_empty_ping_is_kept_and_done()
    {
        using var answer = await listener.SendAsync(HttpMethod.Post, "/fhir/hook/main", null, null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await listener.RowsAsync("done", 1);
    }

    [Fact]
    public async Task A_sender_can_ask_whether_we_are_there()
    {
        using var get = await listener.SendAsync(HttpMethod.Get, "/fhir/hook/main", null, null);
        using var head = await listener.SendAsync(HttpMethod.Head, "/fhir/hook/main", null, null);

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Theory]
    [InlineData("PATCH", "/fhir/hook/main/Observation/plt-1", "DELETE, PUT")]
    [InlineData("PUT", "/fhir/hook/main/pubsub", "POST")]
    [InlineData("PUT", "/fhir/hook/main/eventgrid", "OPTIONS, POST")]
    [InlineData("PUT", "/fhir/hook/main", "GET, HEAD, POST")]
    public async Task A_method_that_is_not_taken_is_answered_405_with_those_that_are(string method, string path, string allowed)
    {
        using var answer = await listener.SendAsync(new HttpMethod(method), path, null, null);

        await AssertOutcomeAsync(answer, HttpStatusCode.MethodNotAllowed, "not-supported");
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task A_method_that_is_not_taken_needs_the_secret_all_the_same()
    {
        using var answer = await listener.SendAsync(HttpMethod.Delete, "/fhir/hook/main/Observation/plt-1", null, null, "not-the-secret-at-all");

        await AssertOutcomeAsync(answer, HttpStatusCode.Unauthorized, "login");
    }

    [Fact]
    public async Task A_path_below_the_hook_that_is_none_is_answered_404()
    {
        using var answer = await listener.SendAsync(HttpMethod.Post, "/fhir/hook/main/Observation", null, null);

        await AssertOutcomeAsync(answer, HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task When_the_store_fails_the_sender_is_asked_to_send_again()
    {
        await ExecuteAsync("ALTER TABLE notifications RENAME TO hidden");
        using (var answer = await listener.PostAsync(Bodies.Platelets("plt-1")))
        {
            await AssertOutcomeAsync(answer, HttpStatusCode.ServiceUnavailable, "transient");
            Assert.NotNull(answer.Headers.RetryAfter);
        }
        await ExecuteAsync("ALTER TABLE hidden RENAME TO notifications");

        using var again = await listener.PostAsync(Bodies.Platelets("plt-1"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Operators_need_the_secret_of_the_API()
    {
        using var answer = await listener.SendAsync(HttpMethod.Get, "/admin/sources", null, null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private async Task<HttpResponseMessage> PostPackedAsync(string body)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(body));
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        return await listener.SendAsync(HttpMethod.Post, "/fhir/hook/main", content, "application/fhir+json");
    }

    private Task ExecuteAsync(string sql) => store.ExecuteAsync((TestStore.IsPostgres ? "" : "PRAGMA legacy_alter_table=ON; PRAGMA foreign_keys=OFF; ") + sql);

    private static async Task AssertOutcomeAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/fhir+json", answer.Content.Headers.ContentType!.MediaType);
        using var outcome = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("OperationOutcome", outcome.RootElement.GetProperty("resourceType").GetString());
        Assert.Equal(code, outcome.RootElement.GetProperty("issue")[0].GetProperty("code").GetString());
    }

    /// <summary>A body without announced length.</summary>
    private sealed class Chunked(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            try
            {
                await stream.WriteAsync(bytes);
            }
            catch (IOException)
            {
                // The server answered before it had everything.
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
