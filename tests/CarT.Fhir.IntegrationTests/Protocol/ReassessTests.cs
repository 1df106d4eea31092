using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CarT.Fhir.Contracts.Messages;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>An operator asks for an assessment, by message and over HTTP.</summary>
public sealed class ReassessTests : IAsyncLifetime
{
    private const string Secret = "0123456789abcdef-test";
    private readonly TempFolder store = new();
    private readonly HttpClient client = new(new SocketsHttpHandler());
    private ProtocolHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await ProtocolHost.StartAsync(
            store, new WardClock(Sent.Infusion.AddDays(20)),
            settings: new() { ["Cart:Api:Authentication"] = "bearer", ["Cart:Api:Secrets:0"] = Secret });
        client.BaseAddress = host.Address;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        await host.ApplyAsync(Sent.Message(Sent.P1, Sent.CarT(Sent.P1)));
        await host.UntilAsync(async () => await host.QueryAsync<long>("SELECT gateway_done_revision + writeback_done_revision FROM patients") == 2, "both receipts");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData("""{"patient": {"namespace": "main", "id": "p1"}, "reason": "check"}""")]
    [InlineData("""{"all": true, "reason": "check"}""")]
    public async Task A_wish_is_accepted_and_the_newest_revision_is_sent_again(string body)
    {
        var answer = await PostAsync(body);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("""{"patients":1}""", await answer.Content.ReadAsStringAsync());
        await host.UntilAsync(() => host.Heard.Changed.Count(change => change.Revision == 1) > 1, "revision 1 again");
        await host.UntilAsync(async () => await host.QueryAsync<string>("SELECT due_reason FROM patients") is null, "assessment");
    }

    [Fact]
    public async Task A_wish_by_message_is_fulfilled_as_well()
    {
        await host.SendAsync(new ReassessPatient { Patient = Sent.P1, Reason = "check" });

        await host.UntilAsync(() => host.Heard.Changed.Count(change => change.Revision == 1) > 1, "revision 1 again");
    }

    [Theory]
    [InlineData("""{"patient": {"namespace": "other", "id": "p1"}, "reason": "check"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"patient": {"namespace": "main", "id": "p1"}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"reason": "check"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"all": true, "patient": {"namespace": "main", "id": "p1"}, "reason": "check"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"all": 1""", HttpStatusCode.BadRequest)]
    public async Task A_wish_that_cannot_be_fulfilled_is_a_problem(string body, HttpStatusCode expected)
    {
        var answer = await PostAsync(body);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_wish_without_the_secret_is_refused()
    {
        client.DefaultRequestHeaders.Authorization = null;

        var answer = await PostAsync("""{"all": true, "reason": "check"}""");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        client.PostAsync(new Uri("/admin/reassess", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
