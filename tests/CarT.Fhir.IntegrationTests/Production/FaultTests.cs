using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.IntegrationTests.EndToEnd;
using RabbitMQ.Client;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>
/// Bad days of the production engine. Whatever happens while results flow, in the end every acknowledged result has had its effect, no Flag stands twice,
/// and nobody is blocked by another's trouble.
/// </summary>
[Collection(ProductionCollection.Name)]
[Trait(TestStore.Trait, TestStore.Servers)]
public sealed class FaultTests(FaultyEngine faulty)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("CART_NIGHTLY") is { Length: > 0 } ? 60 : 5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Engine Engine => faulty.Engine;

    [Fact]
    public Task The_broker_is_killed_and_comes_back() => faulty.SurvivesAsync("broker", "broker killed, back later", async () =>
    {
        await Engine.Servers.KillAsync("rabbitmq");
        // Also a listener that starts without any broker takes what comes.
        await Engine.KillAsync("listener");
        await Engine.Start("listener").ReadyAsync();
        Assert.True(await Engine.NotifyAsync("/fhir/hook/main/Patient/broker-away", """{"resourceType":"Patient","id":"broker-away"}"""));
        await Task.Delay(Outage, Cancel);
        await Engine.Servers.ResumeAsync("rabbitmq");
    });

    [Fact]
    public Task The_database_is_killed_and_comes_back() => faulty.SurvivesAsync("database", "database killed, back later", async () =>
    {
        await Engine.Servers.KillAsync("postgres");
        await Task.Delay(Outage, Cancel);
        await Engine.Servers.ResumeAsync("postgres");
    });

    [Fact]
    public Task The_ehr_is_down() => faulty.SurvivesAsync("ehr-down", "EHR down: 503 to everything", async () =>
    {
        Engine.EhrFaults.GoDown();
        await Task.Delay(Outage, Cancel);
        Engine.EhrFaults.Recover();
        Assert.True(Engine.EhrFaults.Refused > 0);
    });

    [Fact]
    public Task The_ehr_throttles() => faulty.SurvivesAsync("throttle", "EHR answers 429, Retry-After 2 s", async () =>
    {
        var before = Engine.EhrFaults.Refused;
        Engine.EhrFaults.Throttle(seconds: 2);
        await Task.Delay(Outage, Cancel);
        var during = Engine.EhrFaults.Refused - before;
        Engine.EhrFaults.Recover();
        Assert.InRange(during, 1, 60 * Outage.TotalSeconds);
    });

    [Fact]
    public Task The_store_is_out_of_space()
    {
        Assert.SkipWhen(Engine.Servers.Disk is null, "this machine does not let us make a disk of our own");
        return faulty.SurvivesAsync("full-disk", "store out of space", async () =>
        {
            var ballast = Path.Combine(Engine.Servers.Disk!, "ballast");
            try
            {
                await LocalServers.RunAsync("sh", ["-c", "cat /dev/zero > \"$0\" 2>/dev/null || true", ballast]);
                await Task.Delay(Outage, Cancel);
            }
            finally
            {
                File.Delete(ballast);
            }
        });
    }

    [Fact]
    public Task The_store_is_read_only() => faulty.SurvivesAsync("read-only", "store read-only", async () =>
    {
        await Engine.Servers.ExecuteAsync("ALTER SYSTEM SET default_transaction_read_only = on");
        await Engine.Servers.ExecuteAsync("SELECT pg_reload_conf()");
        try
        {
            await Task.Delay(Outage, Cancel);
            Assert.False(await Engine.NotifyAsync("/fhir/hook/main/Patient/read-only-probe", """{"resourceType":"Patient","id":"read-only-probe"}"""));
        }
        finally
        {
            await Engine.Servers.ExecuteAsync("ALTER SYSTEM RESET default_transaction_read_only");
            await Engine.Servers.ExecuteAsync("SELECT pg_reload_conf()");
        }
    });

    [Fact]
    public Task Many_results_of_one_patient_at_two_replicas_make_one_Flag() => faulty.KeptAsync(async () =>
    {
        const string patient = "crowded-1";
        var started = TimeProvider.System.GetTimestamp();
        var acknowledged = 0;
        foreach (var resource in WardFlow.StoryOf(patient)) acknowledged += await SendAsync(resource);
        var at = TimeProvider.System.GetUtcNow().AddDays(-1);
        acknowledged += (await Task.WhenAll(Enumerable.Range(1, 120).Select(i =>
            SendAsync(Clinical.Platelets(patient, $"{patient}-more-{i}", at.AddMinutes(-i), 5 + (i % 10)))))).Sum();
        await Engine.Hospital.UntilAsync("the Flag", _ => Engine.Hospital.FirstFlag(patient, FlagCodes.SeverePersistentCytopenia));
        await Engine.AtRestAsync();

        var held = await Engine.CountAsync("protocol", "SELECT COUNT(*) FROM resources WHERE patient_id = @patient", new { patient });
        var flags = Engine.Hospital.Flags(patient, FlagCodes.SeverePersistentCytopenia);
        FaultTable.Add(new FaultOutcome("two replicas, 124 results of one patient at once", acknowledged, acknowledged - held, flags.Count == 0 ? 1 : 0, flags.Count - 1, 0, TimeProvider.System.GetElapsedTime(started)));
        Assert.Equal(acknowledged, held);
        Assert.Single(flags);
        Assert.Equal(
            await Engine.CountAsync("protocol", "SELECT revision FROM patients WHERE id = @patient", new { patient }),
            await Engine.CountAsync("gateway", "SELECT revision FROM patients WHERE id = @patient", new { patient }));
    });

    [Fact]
    public async Task Everything_is_restarted_one_by_one_while_messages_of_the_first_contract_are_under_way()
    {
        await using var broker = await Engine.ConnectAsync();
        await using var channel = await broker.CreateChannelAsync(cancellationToken: Cancel);
        var sample = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "contract-samples", "facts-recorded.v1.json"), Cancel);
        await faulty.SurvivesAsync("rolling", "rolling restart, messages of contract v1 in flight", async () =>
        {
            foreach (var service in (string[])["protocol", "protocol", "writeback", "writeback", "gateway", "listener"])
            {
                await channel.BasicPublishAsync(WireNames.Message(typeof(Contracts.Messages.FactsRecorded)), "", Encoding.UTF8.GetBytes(FaultyEngine.Enveloped(sample)), Cancel);
                Assert.Equal(0, await Engine.Of(service)[0].StopAsync());
                await Engine.Start(service).ReadyAsync();
            }
        });
        await Hospital.UntilTrueAsync(
            async () => await Engine.CountAsync("protocol", "SELECT COUNT(*) FROM patients WHERE id = 'synthetic-1'") == 1, "the patient of the sample");
    }

    [Fact]
    public Task Processes_are_killed_at_every_durable_boundary() => faulty.SurvivesAsync(
        "killed", $"kill -9 at each of {Failpoints.All.Count} failpoints", () => KilledProcesses.AtEachFailpointAsync(Engine));

    [Fact]
    public Task The_clock_is_stepped_forward_and_back_by_an_hour()
    {
        var library = Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(folder => folder + "/faketime/libfaketimeMT.so.1").FirstOrDefault(File.Exists);
        Assert.SkipWhen(library is null, "Debian's package libfaketime is needed");
        var clock = Path.GetTempFileName();
        File.WriteAllText(clock, "+0");
        return faulty.SurvivesAsync("clock", "clock of all services +1 h, then -1 h", async () =>
        {
            await RestartAsync(new()
            {
                ["LD_PRELOAD"] = library,
                ["FAKETIME_TIMESTAMP_FILE"] = clock,
                ["FAKETIME_CACHE_DURATION"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                // Otherwise the library hands each timed wait of the runtime a moment long gone: every waiting thread spins, and the machine has no time left.
                ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
                ["FAKETIME_DONT_RESET"] = "1",
            });
            foreach (var step in (string[])["+1h", "-1h", "+0"])
            {
                // At once: nobody is to read a file that is written by half.
                await File.WriteAllTextAsync(clock + ".next", step, Cancel);
                File.Move(clock + ".next", clock, overwrite: true);
                await Task.Delay(Outage, Cancel);
            }
            var ahead = TimeProvider.System.GetUtcNow().AddMinutes(50).UtcTicks;
            Assert.True(await Engine.CountAsync("listener", "SELECT COUNT(*) FROM notifications WHERE received_ticks > @ahead", new { ahead }) > 0, "the clock of the services was not stepped");
            await RestartAsync([]);
            File.Delete(clock);
        });
    }

    [Fact]
    public async Task After_the_database_is_lost_and_restored_from_a_backup_nothing_that_was_acknowledged_is_missing()
    {
        var backup = Path.GetTempFileName();
        await faulty.SurvivesAsync("restored", "database lost, restored from an older backup", async () =>
        {
            await Engine.BackUpAsync(backup);
            // What is acknowledged from now on is not in the backup.
            await Task.Delay(Outage, Cancel);
            await Engine.KillAsync();
            await Engine.RestoreAsync(backup);
            await Engine.StartAllAsync();
        });
        File.Delete(backup);
    }

    private async Task RestartAsync(Dictionary<string, string> environment)
    {
        await Engine.KillAsync();
        Engine.MoreEnvironment.Clear();
        foreach (var (key, value) in environment) Engine.MoreEnvironment[key] = value;
        await Engine.StartAllAsync();
    }

    private async Task<int> SendAsync(System.Text.Json.Nodes.JsonObject resource)
    {
        var (type, id) = (Hospital.Text(resource["resourceType"])!, Hospital.Text(resource["id"])!);
        return await Engine.NotifyAsync($"/fhir/hook/main/{type}/{id}", Engine.Hospital.Ehr.Put(resource).ToJson().ToJsonString()) ? 1 : 0;
    }
}
