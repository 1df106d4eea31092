using System.Net;
using CarT.Fhir.R4.Client;
using CarT.Fhir.Simulator.Faults;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

/// <summary>The charting system without sockets: the same answers, each there when the call returns.</summary>
public sealed class InProcessTests
{
    private const string Base = "http://ehr.example/fhir";
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_client_creates_searches_and_updates_with_versions_as_over_HTTP()
    {
        await using var ehr = new SimulatedEhr(new ReplayClock(Start));
        using var client = Client(ehr);
        var created = await client.CreateAsync("Flag", Bytes(Resources.Flag("f-1")), "identifier=urn:cart-fhir:flag%7Cf-1", Cancel);
        Assert.Equal((FhirVerdict.Done, HttpStatusCode.Created, "1"), (created.Verdict, created.Status, created.VersionId));
        Assert.StartsWith(Base + "/Flag/", created.Location, StringComparison.Ordinal);
        var id = ehr.All("Flag").Single()["id"]!.GetValue<string>();
        var found = await client.GetAsync("Flag?identifier=urn:cart-fhir:flag%7Cf-1", Cancel);
        Assert.Contains($"\"{id}\"", found.BodyText(10_000), StringComparison.Ordinal);
        var updated = await client.UpdateAsync("Flag", id, Bytes(Resources.Flag("f-1", id, "inactive")), "1", Cancel);
        Assert.Equal("2", updated.VersionId);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await client.UpdateAsync("Flag", id, Bytes(Resources.Flag("f-1", id)), "1", Cancel)).Status);
        Assert.Equal(FhirVerdict.Gone, await DeletedAsync(ehr, client, id));
    }

    [Fact]
    public async Task Every_call_completes_before_it_returns_even_when_no_answer_comes()
    {
        var faults = new RequestFaults(1, TimeProvider.System, new RequestRule(RequestFault.NoAnswer) { Times = 1 }, new RequestRule(RequestFault.HalfBody) { Times = 1 });
        await using var ehr = new SimulatedEhr(new ReplayClock(Start), new SimulatedEhrOptions { Around = faults.Answer });
        using var client = Client(ehr);
        var silent = client.GetAsync("metadata", Cancel);
        Assert.True(silent.IsCompleted);
        Assert.Equal("timeout", (await silent).Fault);
        var broken = client.GetAsync("metadata", Cancel);
        Assert.True(broken.IsCompleted);
        Assert.Equal("connection", (await broken).Fault);
        Assert.Equal(FhirVerdict.Done, (await client.GetAsync("metadata", Cancel)).Verdict);
    }

    [Fact]
    public async Task Notifications_that_are_delivered_by_hand_go_one_by_one_in_the_order_of_the_writes()
    {
        var heard = new Heard();
        await using var ehr = new SimulatedEhr(new ReplayClock(Start), new SimulatedEhrOptions { DeliversByHand = true, NotificationHandler = heard, RetryAfter = [] });
        ehr.Put(Resources.Subscription("http://cart.example/hook", "Observation?"));
        ehr.Put(Resources.Observation("o1"));
        ehr.Put(Resources.Observation("o2"));
        Assert.Empty(heard.Paths);
        Assert.True(await ehr.DeliverOneAsync(Cancel));
        Assert.Equal(["/hook/Observation/o1"], heard.Paths);
        Assert.Equal(1, ehr.PendingDeliveries);
        Assert.True(await ehr.DeliverOneAsync(Cancel));
        Assert.False(await ehr.DeliverOneAsync(Cancel));
        Assert.Equal(["/hook/Observation/o1", "/hook/Observation/o2"], heard.Paths);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static FhirClient Client(SimulatedEhr ehr) =>
        new FhirClients(TimeProvider.System, _ => new InProcessHandler(ehr, Base), quickRetries: 0).For(Base, bearerToken: null);

    private static byte[] Bytes(System.Text.Json.Nodes.JsonObject resource) => System.Text.Encoding.UTF8.GetBytes(resource.ToJsonString());

    private static async Task<FhirVerdict> DeletedAsync(SimulatedEhr ehr, FhirClient client, string id)
    {
        ehr.Delete("Flag", id);
        return (await client.ReadAsync("Flag", id, Cancel)).Verdict;
    }

    private sealed class Heard : HttpMessageHandler
    {
        public List<string> Paths { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Paths.Add(request.RequestUri!.AbsolutePath);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
