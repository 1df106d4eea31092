using CarT.Fhir.Hosting;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>Kills processes of the engine (kill -9) at every durable boundary between a notification and its Flag.</summary>
internal static class KilledProcesses
{
    /// <summary>128 + SIGKILL.</summary>
    private const int Killed = 137;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>One process of the service for each of its failpoints; all must die of it. Then the engine is whole again.</summary>
    public static async Task AtEachFailpointAsync(Engine engine)
    {
        foreach (var service in (string[])["protocol", "writeback", "gateway"])
        {
            await engine.KillAsync(service);
            // Together: whatever they do not die of, another goes on with.
            var doomed = Failpoints.All.Where(failpoint => ServiceOf(failpoint) == service).Select(failpoint => (failpoint, engine.Start(service, failpoint))).ToList();
            foreach (var (failpoint, process) in doomed) await DiesAsync(process, failpoint);
            for (var i = 0; i < (service == "gateway" ? 1 : 2); i++) await engine.Start(service).ReadyAsync();
        }
        foreach (var failpoint in Failpoints.All.Where(failpoint => ServiceOf(failpoint) == "listener"))
        {
            await engine.KillAsync("listener");
            var doomed = engine.Start("listener", failpoint);
            if (failpoint == Failpoints.PollPageStored) Untold(engine);
            await DiesAsync(doomed, failpoint);
        }
        await engine.Start("listener").ReadyAsync();
    }

    private static async Task DiesAsync(ServiceProcess process, string failpoint)
    {
        var code = await process.ExitCodeAsync(Patience);
        Assert.True(code == Killed, $"{failpoint}: the process was to be killed there, its exit code is {code?.ToString() ?? "none, it runs"}");
    }

    /// <summary>Something that only a poll finds.</summary>
    private static void Untold(Engine engine)
    {
        foreach (var resource in WardFlow.StoryOf("untold-1")) engine.Hospital.Ehr.Put(resource);
    }

    private static string ServiceOf(string failpoint) => failpoint.Split('.')[0] switch
    {
        "hook" or "poll" or "backfill" => "listener",
        var service => service,
    };
}
