using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Our Subscriptions at the source: created once, with the right bytes, and kept.</summary>
public sealed class SubscriptionTests : IAsyncLifetime
{
    private const string HookUrl = "https://cart.example.org/fhir/hook/main";
    private readonly TemporaryStore store = new();
    private FakeEhr ehr = null!;

    public async ValueTask InitializeAsync() => ehr = await FakeEhr.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await ehr.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task Classic_Subscriptions_are_created_once_and_not_doubled_by_a_restart()
    {
        await using (var listener = await StartAsync("classic")) await KnownAsync(listener, 5);

        await using var restarted = await StartAsync("classic");
        await KnownAsync(restarted, 5);
        await Task.Delay(500);
        Assert.Equal(5, ehr.Subscriptions.Count);
    }

    [Fact]
    public async Task A_classic_Subscription_asks_for_every_count_without_a_status_and_carries_our_secret()
    {
        await using var listener = await StartAsync("classic");
        await KnownAsync(listener, 5);

        var labs = Assert.Single(ehr.Subscriptions.Values, subscription => Text(subscription, "criteria").StartsWith("Observation?", StringComparison.Ordinal));
        Assert.Equal(("requested", "CAR-T cytopenia monitoring"), (Text(labs, "status"), Text(labs, "reason")));
        Assert.All(["751-8", "777-3", "718-7"], code => Assert.Contains("http://loinc.org|" + code, Text(labs, "criteria"), StringComparison.Ordinal));
        Assert.All(ehr.Subscriptions.Values, subscription => Assert.DoesNotContain("status=", Text(subscription, "criteria"), StringComparison.Ordinal));
        var channel = labs["channel"]!.AsObject();
        Assert.Equal(("rest-hook", HookUrl, "application/fhir+json"), (Text(channel, "type"), Text(channel, "endpoint"), Text(channel, "payload")));
        Assert.Equal("Authorization: Bearer " + ListenerHost.HookSecret, channel["header"]![0]!.GetValue<string>());
        Assert.True(DateTimeOffset.Parse(Text(labs, "end")) > TimeProvider.System.GetUtcNow().AddDays(360));
    }

    [Fact]
    public async Task A_topic_Subscription_gives_up_its_wishes_at_a_server_that_refuses_them()
    {
        ehr.RefusesChannelExtensions = true;
        await using var listener = await StartAsync("topic");
        await KnownAsync(listener, 5);

        var subscription = ehr.Subscriptions["s1"];
        Assert.Equal("https://ehr.example.org/fhir/SubscriptionTopic/lab-result", Text(subscription, "criteria"));
        var filter = Assert.Single(subscription["_criteria"]!["extension"]!.AsArray())!.AsObject();
        Assert.EndsWith("backport-filter-criteria", Text(filter, "url"), StringComparison.Ordinal);
        Assert.StartsWith("Observation?code=", Text(filter, "valueString"), StringComparison.Ordinal);
        Assert.Equal("id-only", Text(subscription["channel"]!["_payload"]!["extension"]![0]!.AsObject(), "valueCode"));
        Assert.Null(subscription["channel"]!["extension"]);
    }

    [Fact]
    public async Task A_topic_Subscription_asks_for_a_heartbeat_where_the_server_takes_it()
    {
        await using var listener = await StartAsync("topic");
        await KnownAsync(listener, 5);

        Assert.All(ehr.Subscriptions.Values, subscription =>
            Assert.Contains("\"valueUnsignedInt\":300", subscription["channel"]!["extension"]!.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_that_is_down_at_the_start_is_asked_again()
    {
        ehr.FailNext(1);
        await using var listener = await StartAsync("classic");

        await KnownAsync(listener, 5);
        Assert.Equal(5, ehr.Subscriptions.Count);
    }

    [Fact]
    public async Task A_search_whose_next_link_is_no_link_does_not_stop_the_process()
    {
        ehr.NextLink = "http://[";
        await using var listener = await StartAsync("classic");
        await Task.Delay(1000);
        using (var answer = await listener.PostAsync(Bodies.Platelets("plt-1"))) Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        ehr.NextLink = null;

        await KnownAsync(listener, 5);
    }

    [Fact]
    public async Task A_Subscription_that_somebody_switched_off_is_neither_doubled_nor_switched_on()
    {
        await using (var listener = await StartAsync("topic")) await KnownAsync(listener, 5);
        ehr.Subscriptions["s1"]["status"] = "off";

        await using var restarted = await StartAsync("topic");
        await ListenerHost.UntilAsync(async () => (await restarted.SourceAsync()).GetProperty("subscriptions")[0].GetProperty("status").GetString() == "off");
        await Task.Delay(300);
        Assert.Equal("off", Text(ehr.Subscriptions["s1"], "status"));
        Assert.Equal(5, ehr.Subscriptions.Count);
    }

    [Fact]
    public async Task A_server_that_forgets_our_filters_gets_no_second_set_of_Subscriptions()
    {
        ehr.ForgetsFilters = true;
        await using (var listener = await StartAsync("topic")) await KnownAsync(listener, 5);

        await using var restarted = await StartAsync("topic");
        await Task.Delay(1000);
        Assert.Equal(5, ehr.Subscriptions.Count);
    }

    [Fact]
    public async Task A_Subscription_in_error_is_asked_for_anew()
    {
        await using (var listener = await StartAsync("classic")) await KnownAsync(listener, 5);
        ehr.Subscriptions["s2"]["status"] = "error";

        await using var restarted = await StartAsync("classic");
        await ListenerHost.UntilAsync(() => Task.FromResult(Text(ehr.Subscriptions["s2"], "status") == "requested"));
        Assert.Equal(5, ehr.Subscriptions.Count);
    }

    private Task<ListenerHost> StartAsync(string style) => ListenerHost.StartAsync(store.Path, ehr, settings: new()
    {
        ["Cart:Sources:main:Subscription:Style"] = style,
        ["Cart:Sources:main:Subscription:HookUrl"] = HookUrl,
        ["Cart:Sources:main:Subscription:Topic"] = "https://ehr.example.org/fhir/SubscriptionTopic/lab-result",
    });

    private static Task KnownAsync(ListenerHost listener, int count) => ListenerHost.UntilAsync(async () =>
        (await listener.SourceAsync()).GetProperty("subscriptions").GetArrayLength() == count);

    private static string Text(JsonObject json, string name) => json[name]!.GetValue<string>();
}
