using System.Net;
using System.Text.Json;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Simulator.Server;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Listener;

/// <summary>Subscriptions and event numbers between the whole listener and a server, over its real hook.</summary>
public sealed class SubscriptionFlowTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);
    private readonly TemporaryStore store = new();
    private FakeEhr unused = null!;

    public async ValueTask InitializeAsync() => unused = await FakeEhr.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await unused.DisposeAsync();
        store.Dispose();
    }

    [Fact]
    public async Task A_result_whose_notification_was_lost_is_asked_for_and_comes()
    {
        using var line = new Line { Loses = body => body.Contains("Observation/plt-2", StringComparison.Ordinal) && body.Contains("event-notification", StringComparison.Ordinal) };
        await using var hospital = await Hospital.OpenAsync(options: new SimulatedEhrOptions { NotificationHandler = line });
        await using var listener = await StartAsync(hospital, line);
        foreach (var id in new[] { "plt-1", "plt-2", "plt-3" })
        {
            hospital.Ehr.Put(Clinical.Platelets("p1", id, Morning, 18));
            await hospital.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        }
        await FactsOfAsync(listener, "plt-1", "plt-2", "plt-3");
        await ListenerHost.UntilAsync(async () => (await SubscriptionAsync(listener)).GetProperty("openGaps").GetArrayLength() == 0);
        var subscription = await SubscriptionAsync(listener);
        Assert.Equal((3, 1, "active"), (subscription.GetProperty("highestEvent").GetInt64(), subscription.GetProperty("epoch").GetInt64(), subscription.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_result_whose_notification_was_lost_is_polled_where_the_server_cannot_be_asked()
    {
        using var line = new Line { Loses = body => body.Contains("Observation/plt-2", StringComparison.Ordinal) };
        await using var hospital = await Hospital.OpenAsync(options: new SimulatedEhrOptions
        {
            NotificationHandler = line,
            Intercept = request => request.Path.EndsWith("$events", StringComparison.Ordinal) ? FhirAnswer.Outcome(HttpStatusCode.NotFound, "not-supported", "No such operation") : null,
        });
        await using var listener = await StartAsync(hospital, line);
        foreach (var id in new[] { "plt-1", "plt-2", "plt-3" })
        {
            hospital.Ehr.Put(Clinical.Platelets("p1", id, Morning, 18));
            await hospital.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        }
        await FactsOfAsync(listener, "plt-1", "plt-2", "plt-3");
        await ListenerHost.UntilAsync(async () => (await SubscriptionAsync(listener)).GetProperty("openGaps").GetArrayLength() == 0);
    }

    [Fact]
    public async Task A_Subscription_that_the_server_put_into_error_is_active_again_and_what_it_missed_is_found()
    {
        using var line = new Line();
        await using var hospital = await Hospital.OpenAsync(options: new SimulatedEhrOptions
        {
            NotificationHandler = line,
            RetryAfter = [],
            FailuresUntilError = 1,
        });
        await using var listener = await StartAsync(hospital, line);
        line.Fails = true;
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", Morning, 18));
        await hospital.Ehr.WhenDelivered(TestContext.Current.CancellationToken);
        Assert.Equal("error", Hospital.Text(hospital.Ehr.All("Subscription").Single()["status"]));
        line.Fails = false;
        listener.Get<CarT.Fhir.Listener.Sources.SourceTable>().TryFind("main", out var source);
        await listener.Get<CarT.Fhir.Listener.Subscriptions.SubscriptionKeeper>().CheckAsync(source!, TestContext.Current.CancellationToken);
        await FactsOfAsync(listener, "plt-1");
        await hospital.UntilAsync("an active subscription", ehr => ehr.All("Subscription").SingleOrDefault(item => Hospital.Text(item["status"]) == "active"));
        await ListenerHost.UntilAsync(async () => (await SubscriptionAsync(listener)).GetProperty("openGaps").GetArrayLength() == 0);
    }

    [Fact]
    [Trait("acceptance", "e")]
    public async Task A_handshake_that_comes_before_the_create_has_returned_is_accepted_and_belongs_to_the_Subscription()
    {
        ListenerHost? listener = null;
        var shaken = new TaskCompletionSource<(HttpStatusCode Status, int Bytes, string? Type)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayBeAnswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        unused.BeforeCreateAnswers = async subscription =>
        {
            await ListenerHost.UntilAsync(() => Task.FromResult(listener is not null));
            using var answer = await listener!.PostAsync(Handshake(subscription["id"]!.GetValue<string>()));
            shaken.SetResult((answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length, answer.Content.Headers.ContentType?.ToString()));
            await mayBeAnswered.Task;
        };
        await using var started = listener = await ListenerHost.StartAsync(store.Path, unused, settings: Settings(unused.BaseUrl));
        Assert.Equal((HttpStatusCode.OK, 0, null), await shaken.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        // Known by its handshake, and not yet as ours.
        await ListenerHost.UntilAsync(async () => (await listener.SourceAsync()).GetProperty("handshakeSeen").GetBoolean());
        Assert.Equal(JsonValueKind.Null, (await SubscriptionAsync(listener)).GetProperty("criteria").ValueKind);
        mayBeAnswered.SetResult();
        await ListenerHost.UntilAsync(async () => (await SubscriptionAsync(listener)).GetProperty("criteria").ValueKind == JsonValueKind.String);
        Assert.NotEqual(JsonValueKind.Null, (await SubscriptionAsync(listener)).GetProperty("handshakeAt").ValueKind);
        Assert.Single(unused.Subscriptions);
    }

    [Fact]
    public async Task A_heartbeat_that_says_error_is_acted_upon_at_once()
    {
        await using var listener = await ListenerHost.StartAsync(store.Path, unused, settings: Settings(unused.BaseUrl));
        await ListenerHost.UntilAsync(() => Task.FromResult(unused.Subscriptions.Count == 1));
        unused.Subscriptions["s1"]["status"] = "active";
        await ListenerHost.UntilAsync(async () => (await SubscriptionAsync(listener)).GetProperty("state").GetString() == "active");
        unused.Subscriptions["s1"]["status"] = "error";
        var heartbeat = Bodies.Notification(unused.BaseUrl, "heartbeat", "error", 0, []).Replace("cart-labs", "s1", StringComparison.Ordinal);
        using (var answer = await listener.PostAsync(heartbeat)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await ListenerHost.UntilAsync(() => Task.FromResult(Hospital.Text(unused.Subscriptions["s1"]["status"]) == "requested"));
    }

    /// <summary>The order of the public Inferno subscriptions kit: create without wishes, handshake, one event, $status.</summary>
    [Theory]
    [InlineData("empty")]
    [InlineData("id-only")]
    [InlineData("full-resource")]
    public async Task The_sequence_of_the_Inferno_client_kit(string payload)
    {
        unused.RefusesChannelExtensions = true;
        unused.MostSubscriptions = 1;
        var settings = Settings(unused.BaseUrl);
        settings["Cart:Sources:main:Subscription:Payload"] = payload;
        settings["Cart:Sources:main:Subscription:Criteria:1"] = "Patient?";
        await using var listener = await ListenerHost.StartAsync(store.Path, unused, settings: settings);
        await ListenerHost.UntilAsync(() => Task.FromResult(unused.Subscriptions.Count == 1));
        var (id, subscription) = unused.Subscriptions.Single();
        var channel = subscription["channel"]!;
        Assert.Equal(("rest-hook", "application/fhir+json", null), (Hospital.Text(channel["type"]), Hospital.Text(channel["payload"]), channel["extension"]));
        Assert.StartsWith("https://", Hospital.Text(subscription["criteria"]), StringComparison.Ordinal);
        Assert.Equal(payload, Hospital.Text(channel["_payload"]!["extension"]![0]!["valueCode"]));

        using (var handshake = await listener.PostAsync(Handshake(id)))
            Assert.Equal((HttpStatusCode.OK, 0L, null), (handshake.StatusCode, handshake.Content.Headers.ContentLength ?? 0, handshake.Content.Headers.ContentType?.ToString()));
        subscription["status"] = "active";
        unused.Resources["Observation/plt-1"] = Bodies.Platelets("plt-1");
        var focus = unused.BaseUrl + "/Observation/plt-1";
        var entries = payload == "full-resource" ? [Bodies.Entry(focus, "POST", Bodies.Platelets("plt-1"))] : Array.Empty<string>();
        var body = Bodies.Notification(unused.BaseUrl, "event-notification", "active", 1, [(1, focus)], entries).Replace("cart-labs", id, StringComparison.Ordinal);
        if (payload == "empty") body = body.Replace($$$""",{"name":"focus","valueReference":{"reference":"{{{focus}}}"}}""", "", StringComparison.Ordinal);
        using (var answer = await listener.PostAsync(body)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        if (payload != "empty") await FactsOfAsync(listener, "plt-1");

        // The refused one is reported, and is no reason to give up the other.
        await ListenerHost.UntilAsync(async () => (await SubscriptionsAsync(listener)).Exists(item => item.GetProperty("state").GetString() == "missing"));
        await ListenerHost.UntilAsync(async () => (await SubscriptionsAsync(listener)).Exists(item =>
            item.GetProperty("state").GetString() == "active" && item.GetProperty("highestEvent").ValueKind == JsonValueKind.Number));
    }

    private Task<ListenerHost> StartAsync(Hospital hospital, Line line)
    {
        return ConnectedAsync();

        async Task<ListenerHost> ConnectedAsync()
        {
            var listener = await ListenerHost.StartAsync(store.Path, unused, settings: Settings(hospital.Base));
            line.Listener = listener;
            await hospital.UntilAsync("an active subscription", ehr => ehr.All("Subscription").SingleOrDefault(item => Hospital.Text(item["status"]) == "active"));
            await ListenerHost.UntilAsync(async () => (await SubscriptionsAsync(listener)).Exists(item => item.GetProperty("state").GetString() == "active"));
            return listener;
        }
    }

    private static Dictionary<string, string?> Settings(string baseUrl) => new(StringComparer.Ordinal)
    {
        ["Cart:Sources:main:BaseUrl"] = baseUrl,
        ["Cart:Sources:main:Subscription:Style"] = "topic",
        ["Cart:Sources:main:Subscription:HookUrl"] = "http://listener.test/fhir/hook/main",
        ["Cart:Sources:main:Subscription:Topic"] = "https://ehr.example.org/fhir/SubscriptionTopic/lab-result",
        ["Cart:Sources:main:Subscription:Criteria:0"] = "Observation?code=http://loinc.org|777-3",
        ["Cart:Sources:main:Subscription:GapGrace"] = "00:00:00.200",
    };

    private string Handshake(string id) =>
        Bodies.Notification(unused.BaseUrl, "handshake", "requested", 0, []).Replace("cart-labs", id, StringComparison.Ordinal);

    private static async Task<JsonElement> SubscriptionAsync(ListenerHost listener) => Assert.Single(await SubscriptionsAsync(listener));

    private static async Task<List<JsonElement>> SubscriptionsAsync(ListenerHost listener) =>
        [.. (await listener.SourceAsync()).GetProperty("subscriptions").EnumerateArray()];

    /// <summary>Waits until facts of all these results have come.</summary>
    private static async Task FactsOfAsync(ListenerHost listener, params string[] ids)
    {
        var missing = ids.ToHashSet(StringComparer.Ordinal);
        while (missing.Count > 0) missing.ExceptWith((await listener.NextFactsAsync()).Resources.Select(version => version.Resource.Id));
    }

    /// <summary>What carries the notifications of a simulated server to the listener, or does not.</summary>
    private sealed class Line : HttpMessageHandler
    {
        /// <summary>Bodies that it swallows, saying that they arrived.</summary>
        public Predicate<string> Loses { get; init; } = _ => false;

        public bool Fails { get; set; }

        public ListenerHost? Listener { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await ListenerHost.UntilAsync(() => Task.FromResult(Listener is not null));
            if (Fails) return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            if (Loses(System.Text.Encoding.UTF8.GetString(body))) return new HttpResponseMessage(HttpStatusCode.OK);
            var content = new ByteArrayContent(body);
            return await Listener!.SendAsync(request.Method, request.RequestUri!.AbsolutePath, content, request.Content.Headers.ContentType!.ToString());
        }
    }
}
