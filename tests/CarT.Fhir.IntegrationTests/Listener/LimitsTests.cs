using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CarT.Fhir.Listener.Hook;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>What one request, one sender and many bad senders may cost.</summary>
public sealed class LimitsTests : IAsyncLifetime
{
    private const int MaxBytes = 10 * 1024 * 1024;
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;
    private ListenerHost listener = null!;

    public async ValueTask InitializeAsync()
    {
        ehr = await FakeEhr.StartAsync();
        listener = await ListenerHost.StartAsync(store.Path, ehr, settings: new()
        {
            ["Cart:Sources:main:Hook:BodyTimeout"] = "00:00:02",
            ["Cart:Sources:few:BaseUrl"] = ehr.BaseUrl,
            ["Cart:Sources:few:Provides:0"] = "labs",
            ["Cart:Sources:few:Subscription:Secrets:0"] = ListenerHost.HookSecret,
            ["Cart:Sources:few:Hook:RequestsPerMinute"] = "5",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData(MaxBytes, HttpStatusCode.OK)]
    [InlineData(MaxBytes + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Ten_megabytes_are_taken_and_one_byte_more_is_not(int length, HttpStatusCode status)
    {
        const string start = """{"resourceType":"Binary","id":"b1","data":""";
        using var answer = await listener.PostAsync(start + new string('"', 1) + new string('x', length - start.Length - 3) + "\"}");

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_gzip_bomb_is_stopped_at_the_limit_and_not_unpacked()
    {
        // A gzip stream may have many members: here each is small and unpacks to a megabyte.
        using var one = new MemoryStream();
        await using (var gzip = new GZipStream(one, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(new byte[1024 * 1024]);
        var bomb = Enumerable.Repeat(one.ToArray(), 1024).SelectMany(bytes => bytes).ToArray();
        var request = new DefaultHttpContext { Request = { Body = new MemoryStream(bomb), Headers = { ContentEncoding = "gzip" } } }.Request;
        var before = GC.GetAllocatedBytesForCurrentThread();

        // Nothing of it waits for anything, so it all happens on this thread.
        var reading = HookBody.ReadAsync(request, TimeSpan.FromMinutes(1), TimeProvider.System);

        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal(BodyFault.TooLarge, (await reading).Fault);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L * MaxBytes);
    }

    [Theory]
    [InlineData(64, HttpStatusCode.OK)]
    [InlineData(65, HttpStatusCode.BadRequest)]
    [InlineData(5_000_000, HttpStatusCode.BadRequest)]
    public async Task JSON_is_read_64_levels_deep(int depth, HttpStatusCode status)
    {
        using var answer = await listener.PostAsync(
            """{"resourceType":"Basic","id":"b","x":""" + new string('[', depth - 1) + new string(']', depth - 1) + "}");

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData(150, 10)]
    [InlineData(40, 1000)]
    public async Task Too_many_headers_or_too_long_ones_are_answered_431(int count, int length)
    {
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('a', length)}\r\n"));

        Assert.StartsWith("HTTP/1.1 431", await TalkAsync(Head("Content-Length: 2\r\n" + headers) + "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_does_not_come_in_its_time_is_answered_408_and_not_stored()
    {
        var slow = Stopwatch.StartNew();
        var answer = await TalkAsync(Head("Content-Type: application/json\r\nContent-Length: 100\r\n") + "{");

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("OperationOutcome", answer, StringComparison.Ordinal);
        Assert.InRange(slow.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(15));
        Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM notifications"));
    }

    [Fact]
    public async Task Many_slow_senders_do_not_keep_a_good_one_from_being_served()
    {
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(listener.Address.Host, listener.Address.Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head("Content-Type: application/json\r\nContent-Length: 1000000\r\n") + "{"));
                slow.Add(client);
            }

            using var answer = await listener.PostAsync(Bodies.Platelets("plt-1")).WaitAsync(TimeSpan.FromSeconds(5));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Single((await listener.NextFactsAsync()).Resources);
        }
        finally
        {
            foreach (var client in slow) client.Dispose();
        }
    }

    [Fact]
    public async Task A_source_that_sends_too_often_is_asked_to_wait_and_another_is_not()
    {
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++) answers.Add((await PingAsync("few")).Status);
        var (status, retryAfter) = await PingAsync("few");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.InRange(retryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, (await PingAsync("main")).Status);
    }

    [Fact]
    public async Task Wrong_secrets_are_few_and_the_right_one_is_let_in_all_the_same()
    {
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 100; i++) answers.Add((await PingAsync("few", "wrong-secret-" + i)).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, answers[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.Equal(HttpStatusCode.OK, (await PingAsync("few")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PingAsync("main", "wrong-secret-of-another")).Status);
    }

    [Theory]
    [InlineData("PUT /fhir/hook/main/Observation/.. HTTP/1.1")]
    [InlineData("PUT /fhir/hook/main/Observation/%2e%2e HTTP/1.1")]
    [InlineData("PUT /fhir/hook/main/../../admin/plt-1 HTTP/1.1")]
    [InlineData("DELETE /fhir/hook/main/Observation/..%2fplt-1 HTTP/1.1")]
    [InlineData("DELETE /fhir/hook/main/Observation/x%0d%0aX:%201 HTTP/1.1")]
    [InlineData("DELETE /fhir/hook/main%0d%0aX:1/Observation/plt-1 HTTP/1.1")]
    public async Task A_path_with_dots_or_line_breaks_is_an_error_and_nothing_of_it_is_stored_or_sent_back(string requestLine)
    {
        var answer = await TalkAsync(
            $"{requestLine}\r\nHost: x\r\nAuthorization: Bearer {ListenerHost.HookSecret}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}");

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\nX:", answer, StringComparison.Ordinal);
        Assert.Equal(0L, await store.ScalarAsync("SELECT COUNT(*) FROM notifications"));
    }

    private static string Head(string headers) =>
        $"POST /fhir/hook/main HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ListenerHost.HookSecret}\r\n{headers}\r\n";

    private async Task<string> TalkAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(listener.Address.Host, listener.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> PingAsync(string source, string secret = ListenerHost.HookSecret)
    {
        using var answer = await listener.SendAsync(HttpMethod.Post, "/fhir/hook/" + source, null, null, secret);
        return (answer.StatusCode, answer.Headers.RetryAfter?.Delta);
    }
}
