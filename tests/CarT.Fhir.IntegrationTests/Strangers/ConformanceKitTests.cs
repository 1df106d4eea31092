using System.Net;
using CarT.Fhir.IntegrationTests.Listener;
using CarT.Fhir.Standalone.Demo;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>The client suite of Inferno's Subscriptions R5 Backport test kit, replayed: our listener against a server that has no more than the IG asks for.</summary>
public sealed class ConformanceKitTests : IAsyncLifetime
{
    private readonly TemporaryStore store = new();
    private FakeEhr unused = null!;
    private ConformanceKit kit = null!;

    public async ValueTask InitializeAsync()
    {
        unused = await FakeEhr.StartAsync();
        kit = await ConformanceKit.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await kit.DisposeAsync();
        await unused.DisposeAsync();
        store.Dispose();
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("id-only")]
    [InlineData("full-resource")]
    public async Task The_client_suite_is_passed_with_every_payload(string payload)
    {
        await using var listener = await StartAsync(payload);
        await ListenerHost.UntilAsync(() => Task.FromResult(kit.Subscription is not null));

        // The heartbeat is a wish, given up where it is refused; one Subscription, of a topic, in the form of the profile.
        Assert.Equal(["not-supported"], kit.Refusals);
        Assert.Equal(ConformanceKit.Topic, Text("criteria"));
        Assert.Equal(payload, kit.Subscription!["channel"]!["_payload"]!["extension"]![0]!["valueCode"]!.GetValue<string>());
        Assert.DoesNotContain("/StructureDefinition/extension-Subscription", kit.Subscription.ToJsonString(), StringComparison.Ordinal);

        using (var handshake = await kit.ShakeHandsAsync())
        {
            Assert.Equal(HttpStatusCode.OK, handshake.StatusCode);
            Assert.Empty(await handshake.Content.ReadAsByteArrayAsync());
            Assert.Null(handshake.Content.Headers.ContentType);
        }
        // The poll of the start is over; the next one is minutes away, unless it is asked for.
        await AskedAsync("GET /Observation", 0);
        var polls = kit.Requests.Count(request => request == "GET /Observation");
        using (var notification = await kit.NotifyAsync("plt-1")) Assert.True(notification.IsSuccessStatusCode);

        if (payload == "full-resource") Assert.Single((await listener.NextFactsAsync()).Resources);
        else if (payload == "id-only") await AskedAsync("GET /Observation/plt-1", 0);
        else await AskedAsync("GET /Observation", polls);
        await ListenerHost.UntilAsync(async () => (await listener.SourceAsync()).GetProperty("subscriptions")[0].GetProperty("highestEvent").ToString() == "1");
    }

    [Fact]
    public async Task After_a_restart_the_Subscription_is_read_by_its_id_and_not_made_again()
    {
        await using (var listener = await StartAsync("id-only"))
        {
            await ListenerHost.UntilAsync(() => Task.FromResult(kit.Subscription is not null));
            using var handshake = await kit.ShakeHandsAsync();
            await ListenerHost.UntilAsync(async () => (await listener.SourceAsync()).GetProperty("handshakeSeen").GetBoolean());
        }
        var creates = kit.Requests.Count(request => request == "POST /Subscription");

        await using var restarted = await StartAsync("id-only");
        await ListenerHost.UntilAsync(async () => (await restarted.SourceAsync()).GetProperty("subscriptions")[0].GetProperty("state").GetString() == "active");
        Assert.Contains($"GET /Subscription/{Text("id")}", kit.Requests);
        Assert.Equal(creates, kit.Requests.Count(request => request == "POST /Subscription"));
    }

    private Task AskedAsync(string question, int before) =>
        ListenerHost.UntilAsync(() => Task.FromResult(kit.Requests.Count(request => request == question) > before));

    private Task<ListenerHost> StartAsync(string payload)
    {
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        return ListenerHost.StartAsync(store.Path, unused, settings: new()
        {
            ["urls"] = address,
            ["Cart:Sources:main:BaseUrl"] = kit.BaseUrl,
            ["Cart:Sources:main:Auth:Kind"] = "bearer",
            ["Cart:Sources:main:Auth:Token"] = ConformanceKit.Bearer,
            ["Cart:Sources:main:Subscription:Style"] = "topic",
            ["Cart:Sources:main:Subscription:HookUrl"] = address + "/fhir/hook/main",
            ["Cart:Sources:main:Subscription:Topic"] = ConformanceKit.Topic,
            ["Cart:Sources:main:Subscription:Payload"] = payload,
            ["Cart:Sources:main:Subscription:Criteria:0"] = "Observation?code=http://loinc.org|777-3",
        });
    }

    private string? Text(string name) => kit.Subscription![name]?.GetValue<string>();
}
