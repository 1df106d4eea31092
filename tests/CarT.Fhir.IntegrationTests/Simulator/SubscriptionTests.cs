using System.Net;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulator;

public sealed class SubscriptionTests
{
    private const string Counts = "Observation?code=http://loinc.org|751-8,http://loinc.org|777-3";
    private static readonly SimulatedEhrOptions Brisk = new() { RetryAfter = [TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10)], FailuresUntilError = 2 };

    [Fact]
    public async Task A_classic_subscription_is_active_at_once_and_puts_each_matching_resource()
    {
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        var created = await host.Post("Subscription", Resources.Subscription(receiver.Url, Counts));
        Assert.Equal("requested", created.Body!["status"]!.GetValue<string>());
        Assert.Equal("active", (await host.Get("Subscription/" + created.Id)).Body!["status"]!.GetValue<string>());
        host.Ehr.Put(Resources.Observation("a", "751-8"));
        host.Ehr.Put(Resources.Observation("b", "2951-2"));
        host.Ehr.Put(Resources.Flag("own"));
        host.Ehr.Delete("Observation", "a");
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        var received = Assert.Single(receiver.Received);
        Assert.Equal(("PUT", "/hook/main/Observation/a"), (received.Method, received.Path));
        Assert.Equal("application/fhir+json", received.ContentType);
        Assert.Equal("Bearer secret", received.Authorization);
        Assert.Equal("1", received.Body["meta"]!["versionId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_a_payload_an_empty_ping_is_posted()
    {
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        await host.Post("Subscription", Resources.Subscription(receiver.Url, Counts, payload: false));
        host.Ehr.Put(Resources.Observation("a"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        var received = Assert.Single(receiver.Received);
        Assert.Equal(("POST", "/hook/main", ""), (received.Method, received.Path, received.Text));
    }

    [Fact]
    public async Task Versions_of_one_resource_arrive_in_order()
    {
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        await host.Post("Subscription", Resources.Subscription(receiver.Url, Counts));
        for (var i = 0; i < 300; i++) host.Ehr.Put(Resources.Observation($"o{i % 10}"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.Equal(300, receiver.Received.Count);
        foreach (var resource in receiver.Received.GroupBy(received => received.Path))
            Assert.Equal(Enumerable.Range(1, 30), resource.Select(received => int.Parse(received.Body["meta"]!["versionId"]!.GetValue<string>())));
    }

    [Fact]
    public async Task A_brief_fault_is_tried_again_and_a_lasting_one_ends_in_error_until_the_client_asks_again()
    {
        await using var host = await EhrHost.Start(Brisk);
        await using var receiver = await HookReceiver.Start();
        var id = (await host.Post("Subscription", Resources.Subscription(receiver.Url, Counts))).Id;
        receiver.Answer = _ => receiver.Received.Count < 3 ? 503 : 200;
        host.Ehr.Put(Resources.Observation("a"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.Equal((3, 1L, 0L), (receiver.Received.Count, host.Ehr.Deliveries.Delivered, host.Ehr.Deliveries.Failed));

        receiver.Answer = _ => 500;
        host.Ehr.Put(Resources.Observation("b"));
        host.Ehr.Put(Resources.Observation("b"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.Equal("error", host.Ehr.Read("Subscription", id)!["status"]!.GetValue<string>());

        receiver.Answer = _ => 200;
        receiver.Received.Clear();
        var again = Resources.Subscription(receiver.Url, Counts);
        again["id"] = id;
        await host.Put("Subscription/" + id, again);
        host.Ehr.Put(Resources.Observation("c"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.Equal("/hook/main/Observation/c", Assert.Single(receiver.Received).Path);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("deleted")]
    [InlineData("ended")]
    public async Task A_subscription_that_is_over_sends_nothing(string how)
    {
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        var subscription = Resources.Subscription(receiver.Url, Counts);
        if (how == "ended") subscription["end"] = "2026-02-01T09:00:00Z";
        var id = (await host.Post("Subscription", subscription)).Id;
        subscription["id"] = id;
        subscription["status"] = "off";
        if (how == "off") await host.Put("Subscription/" + id, subscription);
        if (how == "deleted") await host.Delete("Subscription/" + id);
        host.Clock.AdvanceTo(host.Clock.GetUtcNow().AddHours(2));
        host.Ehr.Put(Resources.Observation("a"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.Empty(receiver.Received);
        if (how == "ended") Assert.Equal("off", host.Ehr.Read("Subscription", id)!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Criteria_that_the_server_cannot_evaluate_put_the_subscription_into_error_with_the_reason()
    {
        await using var host = await EhrHost.Start();
        var created = await host.Post("Subscription", Resources.Subscription("http://127.0.0.1:9/hook", "Observation?no-such=1"));
        var stored = await host.Get("Subscription/" + created.Id);
        Assert.Equal("error", stored.Body!["status"]!.GetValue<string>());
        Assert.Contains("no-such", stored.Body["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "active")]
    [InlineData(404, "error")]
    public async Task A_topic_subscription_is_decided_by_the_answer_to_the_handshake(int answer, string expected)
    {
        await using var host = await EhrHost.Start(Brisk);
        await using var receiver = await HookReceiver.Start();
        receiver.Answer = _ => answer;
        var created = await host.Post("Subscription", Topic(receiver.Url, "id-only"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        var handshake = Assert.Single(receiver.Received);
        Assert.Equal(("POST", "handshake", "requested", "0"), (handshake.Method, handshake.Kind, handshake.Status("status"), handshake.Status("events-since-subscription-start")));
        Assert.Equal("application/fhir+json", handshake.ContentType);
        Assert.Equal(expected, host.Ehr.Read("Subscription", created.Id)!["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("full-resource", true, true)]
    [InlineData("id-only", true, false)]
    [InlineData("empty", false, false)]
    public async Task A_topic_notification_says_as_much_as_its_payload_content(string content, bool hasFocus, bool hasResource)
    {
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        var id = (await host.Post("Subscription", Topic(receiver.Url, content))).Id;
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        host.Ehr.Put(Resources.Observation("a", "777-3"));
        host.Ehr.Put(Resources.Observation("b", "718-7"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        var notification = receiver.Received.Last();
        Assert.Equal(2, receiver.Received.Count);
        Assert.Equal(("event-notification", "1"), (notification.Kind, notification.Status("events-since-subscription-start")));
        Assert.Equal(["1"], notification.EventNumbers);
        Assert.Equal("history", notification.Body["type"]!.GetValue<string>());
        var entries = notification.Body["entry"]!.AsArray();
        Assert.All(entries, entry => Assert.NotNull(entry!["request"]!["url"] ?? entry["response"]!["status"]));
        Assert.Equal($"{host.Base}/Subscription/{id}/$status", entries[0]!["request"]!["url"]!.GetValue<string>());
        Assert.Equal(hasFocus ? 2 : 1, entries.Count);
        if (hasFocus) Assert.Equal($"{host.Base}/Observation/a", entries[1]!["fullUrl"]!.GetValue<string>());
        if (hasFocus) Assert.Equal(hasResource, entries[1]!["resource"] is not null);
    }

    [Fact]
    public async Task Events_are_numbered_without_gaps_and_bundled_up_to_the_maximum()
    {
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        var id = (await host.Post("Subscription", Topic(receiver.Url, "full-resource", maxCount: 10))).Id;
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        for (var i = 0; i < 95; i++) host.Ehr.Put(Resources.Observation($"o{i}", "751-8"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        var notifications = receiver.Received.Skip(1).ToList();
        Assert.Equal(Enumerable.Range(1, 95).Select(i => i.ToString()), notifications.SelectMany(notification => notification.EventNumbers));
        Assert.All(notifications, notification => Assert.InRange(notification.EventNumbers.Count, 1, 10));
        Assert.Contains(notifications, notification => notification.EventNumbers.Count > 1);

        var status = await host.Get($"Subscription/{id}/$status");
        Assert.Equal("searchset", status.Body!["type"]!.GetValue<string>());
        Assert.Contains("\"valueString\":\"95\"", status.Text, StringComparison.Ordinal);
        var events = await host.Get($"Subscription/{id}/$events?eventsSinceNumber=40&eventsUntilNumber=42&content=id-only");
        Assert.Equal(4, events.Entries.Count);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Get("Subscription/none/$status")).Status);
    }

    [Fact]
    public async Task Event_numbers_go_on_while_in_error_and_after_the_client_has_asked_again()
    {
        await using var host = await EhrHost.Start(Brisk);
        await using var receiver = await HookReceiver.Start();
        var subscription = Topic(receiver.Url, "id-only");
        var id = (await host.Post("Subscription", subscription)).Id;
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        receiver.Answer = _ => 400;
        for (var i = 0; i < 2; i++)
        {
            host.Ehr.Put(Resources.Observation("a"));
            await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        }

        host.Ehr.Put(Resources.Observation("b"));
        receiver.Answer = _ => 200;
        subscription["id"] = id;
        await host.Put("Subscription/" + id, subscription);
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        host.Ehr.Put(Resources.Observation("c"));
        await host.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.Equal(["4"], receiver.Received.Last().EventNumbers);
    }

    [Fact]
    public async Task A_quiet_topic_subscription_sends_heartbeats()
    {
        await using var host = await EhrHost.Start();
        await using var receiver = await HookReceiver.Start();
        await host.Post("Subscription", Topic(receiver.Url, "id-only", heartbeatSeconds: 1));
        var heartbeat = await receiver.Await(received => received.Kind == "heartbeat");
        Assert.Equal(("active", "0"), (heartbeat.Status("status"), heartbeat.Status("events-since-subscription-start")));
    }

    private static JsonObject Topic(string endpoint, string content, int maxCount = 1, int? heartbeatSeconds = null)
    {
        const string Backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";
        var subscription = Resources.Subscription(endpoint, SimulatedEhrOptions.ClinicalDataTopic);
        subscription["_criteria"] = new JsonObject
        {
            ["extension"] = new JsonArray(new JsonObject { ["url"] = Backport + "filter-criteria", ["valueString"] = Counts }),
        };
        var extensions = new JsonArray(new JsonObject { ["url"] = Backport + "max-count", ["valuePositiveInt"] = maxCount });
        if (heartbeatSeconds is not null) extensions.Add(new JsonObject { ["url"] = Backport + "heartbeat-period", ["valueUnsignedInt"] = heartbeatSeconds });
        subscription["channel"]!["extension"] = extensions;
        subscription["channel"]!["_payload"] = new JsonObject
        {
            ["extension"] = new JsonArray(new JsonObject { ["url"] = Backport + "payload-content", ["valueCode"] = content }),
        };
        return subscription;
    }
}
