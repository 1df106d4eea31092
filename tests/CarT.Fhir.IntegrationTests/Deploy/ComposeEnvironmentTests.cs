using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.IntegrationTests.EndToEnd;
using CarT.Fhir.Standalone.Demo;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>
/// <c>docker-compose.yml</c> without containers: the four services as it publishes, scales and configures them, on a RabbitMQ and a PostgreSQL that were
/// set up with the files of <c>deploy/</c>.
/// </summary>
[Trait(TestStore.Trait, TestStore.Servers)]
public sealed class ComposeEnvironmentTests
{
    private const string File = "docker-compose.yml";
    private static readonly DateTimeOffset InfusedAt = TimeProvider.System.GetUtcNow().AddDays(-24);

    [Fact]
    public async Task With_the_environment_of_the_compose_file_a_result_becomes_a_Flag()
    {
        var variables = ComposeFile.Example();
        var servers = await TestServers.PrepareAsync(variables["CART_DB_PASSWORD"], variables["CART_BUS_PASSWORD"]);
        var folder = Directory.CreateTempSubdirectory("cart-compose-").FullName;
        await using var hospital = await Hospital.OpenAsync();
        var running = new List<PublishedService>();
        try
        {
            variables["CART_EHR_BASE"] = hospital.Base;
            variables["CART_EHR_AUTH"] = "none";
            variables["CART_WRITEBACK_MODE"] = "live";
            var programs = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var service in new[] { "listener", "protocol", "writeback", "gateway" }) programs[service] = await PublishedService.PublishAsync(service, folder);
            var started = Start(programs, variables, servers, running);

            await Task.WhenAll(running.Select(process => process.WhenReadyAsync()));
            using var http = new HttpClient(new SocketsHttpHandler());
            http.DefaultRequestHeaders.Authorization = new("Bearer", variables["CART_API_SECRET"]);
            await EverySubscriptionIsActiveAsync(http, started["listener"].Single());
            await AFlagIsRaisedAsync(hospital);
            await EveryServiceIsReachedAsync(http, started);
            await TheServersHoldWhatTheyShouldAsync(servers);
            await AMessageThatCannotBeWorkedIsKeptAsync(servers, variables["CART_BUS_PASSWORD"]);
            await ASecondListenerEndsAsync(programs, variables, servers);
            Assert.All(await Task.WhenAll(running.Select(process => process.StopAsync())), code => Assert.Equal(0, code));
        }
        catch (Exception e) when (e is TimeoutException or Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException(string.Join("\n\n", running.Select(process => process.Output)), e);
        }
        finally
        {
            foreach (var process in running) await process.DisposeAsync();
            await servers.RemoveAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    // Where the listener will be is known first: the hook stands in the configuration of all.
    private static ILookup<string, string> Start(
        Dictionary<string, string> programs, Dictionary<string, string> variables, TestServers servers, List<PublishedService> running)
    {
        var listener = $"http://127.0.0.1:{LoopbackPort.Free()}";
        variables["CART_HOOK_URL"] = listener + "/fhir/hook/main";
        var started = new List<(string Service, string Url)>();
        foreach (var service in new[] { "listener", "protocol", "protocol", "writeback", "writeback", "gateway", "gateway" })
        {
            var process = PublishedService.Run(programs[service], EnvironmentOf(service, variables, servers), service == "listener" ? listener : null);
            running.Add(process);
            started.Add((service, process.Url));
        }
        return started.ToLookup(process => process.Service, process => process.Url);
    }

    private static Dictionary<string, string> EnvironmentOf(string service, Dictionary<string, string> variables, TestServers servers)
    {
        var environment = ComposeFile.Read(File, variables).EnvironmentOf(service);
        servers.Map(environment);
        // Nobody listens there: without its collector everything works.
        environment["CART__Telemetry__OtlpEndpoint"] = $"http://127.0.0.1:{LoopbackPort.Free()}";
        return environment;
    }

    private static Task EverySubscriptionIsActiveAsync(HttpClient http, string listener) => UntilAsync("that every Subscription is active", async () =>
        (await GetAsync(http, listener + "/admin/sources"))[0]!["subscriptions"]!.AsArray() is { Count: > 0 } subscriptions
        && subscriptions.All(subscription => Hospital.Text(subscription!["state"]) == "active"));

    private static async Task AFlagIsRaisedAsync(Hospital hospital)
    {
        hospital.Ehr.Put(Clinical.Patient("p1"));
        hospital.Ehr.Put(Clinical.Infusion("p1", InfusedAt));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-1", InfusedAt.AddDays(21).AddHours(1), 12));
        hospital.Ehr.Put(Clinical.Platelets("p1", "plt-2", InfusedAt.AddDays(23).AddHours(1), 11));

        var flag = await hospital.UntilAsync("the Flag", _ => hospital.FirstFlag("p1", "severe-persistent-cytopenia"), seconds: 90);
        Assert.Equal("active", Hospital.Text(flag["status"]));
        Assert.Single(hospital.Flags("p1", "severe-persistent-cytopenia"));
    }

    // Each gateway gives the same, whichever of them read the message; what the operators ask is answered by the service that has it.
    private static async Task EveryServiceIsReachedAsync(HttpClient http, ILookup<string, string> started)
    {
        foreach (var gateway in started["gateway"])
        {
            await UntilAsync("the Flag at the gateway", async () =>
            {
                // 404 until it has heard of the patient.
                using var answer = await http.GetAsync(gateway + "/fhir/Flag?patient=p1", TestContext.Current.CancellationToken);
                return (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains("severe-persistent-cytopenia", StringComparison.Ordinal);
            });
        }
        Assert.Equal("main", Hospital.Text((await GetAsync(http, started["listener"].Single() + "/admin/sources"))[0]!["name"]));
        foreach (var writeBack in started["writeback"]) Assert.Equal("live", Hospital.Text((await GetAsync(http, writeBack + "/admin/targets"))[0]!["mode"]));
        foreach (var protocol in started["protocol"])
        {
            using var answer = await http.PostAsJsonAsync(protocol + "/admin/reassess", new { all = true, reason = "test" }, TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
        }
    }

    private static async Task<JsonNode> GetAsync(HttpClient http, string url) => JsonNode.Parse(await http.GetStringAsync(url, TestContext.Current.CancellationToken))!;

    private static async Task TheServersHoldWhatTheyShouldAsync(TestServers servers)
    {
        Assert.Equal(
            new Dictionary<string, string> { ["cart_gateway"] = "cart", ["cart_listener"] = "cart", ["cart_protocol"] = "cart", ["cart_writeback"] = "cart" },
            await servers.SchemasAsync());
        var queues = await servers.QueuesAsync();
        Assert.Contains(WireNames.ProtocolFactsRecorded, queues.Keys);
        Assert.All(queues, queue => Assert.StartsWith("cart-", queue.Key, StringComparison.Ordinal));
        Assert.All(queues.Where(queue => queue.Key.EndsWith("_error", StringComparison.Ordinal) || queue.Key == WireNames.DeadLetter), queue => Assert.Equal(0, queue.Value));
    }

    // With no more rights than definitions.json gives.
    private static async Task AMessageThatCannotBeWorkedIsKeptAsync(TestServers servers, string password)
    {
        await servers.SendAsync(WireNames.ProtocolFactsRecorded, password, """
            {"messageId":"0b1f0000-ac12-0242-0000-08dd00000001","messageType":["urn:message:CarT.Fhir.Contracts.Messages:FactsRecorded"],
             "message":{"source":"","rowIds":[],"resources":[]}}
            """);

        await UntilAsync("the message in the error queue", async () =>
            (await servers.QueuesAsync()).GetValueOrDefault(WireNames.ProtocolFactsRecorded + "_error") == 1 && (await servers.QueuesAsync())[WireNames.ProtocolFactsRecorded] == 0);
        Assert.Equal(0, (await servers.QueuesAsync())[WireNames.DeadLetter]);
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMinutes(1)) throw new TimeoutException($"After a minute there is still not: {what}");
            await Task.Delay(250);
        }
    }

    private static async Task ASecondListenerEndsAsync(Dictionary<string, string> programs, Dictionary<string, string> variables, TestServers servers)
    {
        await using var second = PublishedService.Run(programs["listener"], EnvironmentOf("listener", variables, servers));

        Assert.Equal(2, await second.EndedAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("another process works on the listener store", second.Output, StringComparison.Ordinal);
    }
}
