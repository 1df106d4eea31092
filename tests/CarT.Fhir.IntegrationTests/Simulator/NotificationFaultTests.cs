using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Faults;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

/// <summary>Each fault between the charting system and a subscriber does what its name says.</summary>
public sealed class NotificationFaultTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_third_notification_about_a_resource_is_lost_and_its_sender_does_not_know()
    {
        var run = await RunAsync(["x", "x", "y", "x", "x"], new NotificationRule(NotificationFault.Lost) { About = "Observation/x", From = 3, Times = 1 });
        Assert.Equal(["x/1", "x/2", "y/1", "x/4"], run.Heard);
        Assert.Equal(5, run.Delivered);
        Assert.Equal(1, run.Injected["Lost"]);
    }

    [Fact]
    public async Task A_doubled_notification_arrives_twice()
    {
        var run = await RunAsync(["x", "y"], new NotificationRule(NotificationFault.Doubled) { About = "Observation/x" });
        Assert.Equal(["x/1", "x/1", "y/1"], run.Heard);
    }

    [Fact]
    public async Task A_notification_whose_answer_is_lost_arrives_and_counts_as_failed()
    {
        var run = await RunAsync(["x", "y"], new NotificationRule(NotificationFault.AnswerLost) { Times = 1 });
        Assert.Equal(["x/1", "y/1"], run.Heard);
        Assert.Equal(1, run.Delivered);
    }

    [Fact]
    public async Task A_bounded_shuffle_changes_the_order_and_loses_nothing()
    {
        string[] writes = [.. Enumerable.Range(0, 30).Select(i => $"o{i:00}")];
        var run = await RunAsync(writes, new NotificationRule(NotificationFault.Shuffled) { Held = 5 });
        Assert.Equal(25, run.HeardBeforeRelease);
        Assert.NotEqual(writes.Select(id => id + "/1"), run.Heard);
        Assert.Equal(writes.Select(id => id + "/1"), run.Heard.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Everything_can_be_held_and_released_in_an_order_that_the_seed_gives()
    {
        string[] writes = [.. Enumerable.Range(0, 20).Select(i => $"o{i:00}")];
        var first = await RunAsync(writes, new NotificationRule(NotificationFault.Shuffled));
        var second = await RunAsync(writes, new NotificationRule(NotificationFault.Shuffled));
        Assert.Equal(0, first.HeardBeforeRelease);
        Assert.Equal(first.Heard, second.Heard);
        Assert.NotEqual(writes.Select(id => id + "/1"), first.Heard);
        Assert.Equal(20, first.Heard.Distinct().Count());
    }

    [Fact]
    public async Task A_topic_notification_is_told_by_the_resource_that_it_names()
    {
        var heard = new Heard();
        using var faults = new NotificationFaults(1, heard, new NotificationRule(NotificationFault.Lost) { About = "Observation/x" });
        await using var ehr = Ehr(faults);
        var subscription = Resources.Subscription("http://cart.example/hook", SimulatedEhrOptions.ClinicalDataTopic);
        subscription["channel"]!["_payload"] = JsonNode.Parse("""
            {"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content","valueCode":"id-only"}]}
            """);
        ehr.Put(subscription);
        Assert.True(await ehr.DeliverOneAsync(Cancel));
        ehr.Put(Resources.Observation("x"));
        ehr.Put(Resources.Observation("x2"));
        while (await ehr.DeliverOneAsync(Cancel))
        {
        }

        // The handshake and the second observation.
        Assert.Equal(2, heard.Versions.Count);
        Assert.Equal(1, faults.Injected["Lost"]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SimulatedEhr Ehr(NotificationFaults faults) =>
        new(new ReplayClock(Start), new SimulatedEhrOptions { DeliversByHand = true, NotificationHandler = faults, RetryAfter = [] });

    private static async Task<Run> RunAsync(string[] writes, NotificationRule rule)
    {
        var heard = new Heard();
        using var faults = new NotificationFaults(5, heard, rule);
        await using var ehr = Ehr(faults);
        ehr.Put(Resources.Subscription("http://cart.example/hook", "Observation?"));
        foreach (var id in writes) ehr.Put(Resources.Observation(id));
        while (await ehr.DeliverOneAsync(Cancel))
        {
        }

        var before = heard.Versions.Count;
        Assert.Equal(faults.HeldNow, await faults.ReleaseAsync(Cancel));
        return new Run(heard.Versions, before, ehr.Deliveries.Delivered, faults.Injected);
    }

    private sealed record Run(List<string> Heard, int HeardBeforeRelease, long Delivered, IReadOnlyDictionary<string, int> Injected);

    private sealed class Heard : HttpMessageHandler
    {
        public List<string> Versions { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            Versions.Add($"{body["id"]}/{body["meta"]?["versionId"]}");
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
