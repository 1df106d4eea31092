using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>The simulated EHR and the services, each on its own loopback port, on one calendar.</summary>
internal sealed class DemoHosts : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly WebApplication ehrApp;
    private readonly IDemoServices services;

    private DemoHosts(WebApplication ehrApp, IDemoServices services, SimulatedEhr ehr, ReplayClock calendar, string ehrUrl)
    {
        this.ehrApp = ehrApp;
        this.services = services;
        Ehr = ehr;
        Calendar = calendar;
        EhrBase = ehrUrl + "/fhir";
    }

    public SimulatedEhr Ehr { get; }

    public ReplayClock Calendar { get; }

    public string EhrBase { get; }

    public string PageUrl => services.PageUrl;

    public string HookUrl => services.HookUrl;

    /// <inheritdoc cref="IDemoServices.BacklogAsync"/>
    public Task<long> BacklogAsync(CancellationToken cancel, params string[] names) => services.BacklogAsync(cancel, names);

    /// <param name="calendar">Of the EHR; the services have the same.</param>
    /// <param name="start">Starts the services, from the address of the EHR.</param>
    /// <param name="cancel">Ends the start.</param>
    public static async Task<DemoHosts> StartAsync(ReplayClock calendar, Func<string, Task<IDemoServices>> start, CancellationToken cancel)
    {
        var ehrUrl = DemoSetup.FreeUrl();
        var ehr = new SimulatedEhr(calendar, new SimulatedEhrOptions { BaseUrl = ehrUrl + "/fhir" });
        var ehrHost = DemoSetup.Quiet(ehrUrl).Build();
        ehr.MapEndpoints(ehrHost);
        await ehrHost.StartAsync(cancel);
        try
        {
            var demo = new DemoHosts(ehrHost, await start(ehrUrl + "/fhir"), ehr, calendar, ehrUrl);
            await demo.SubscribedAsync(cancel);
            return demo;
        }
        catch
        {
            await ehr.DisposeAsync();
            await ehrHost.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every notification is delivered and assessed, so that each day of the ward is assessed on that day. Writing may go on.</summary>
    public async Task CaughtUpAsync(CancellationToken cancel)
    {
        await Ehr.WhenDelivered(cancel);
        while (await services.BacklogAsync(cancel, "listener", "protocol") > 0) await Task.Delay(Pause, cancel);
    }

    /// <summary>Waits until nothing is left to do anywhere.</summary>
    public async Task AtRestAsync(CancellationToken cancel)
    {
        for (var quiet = 0; quiet < 3;)
        {
            await Ehr.WhenDelivered(cancel);
            quiet = await services.BacklogAsync(cancel) == 0 && Ehr.PendingDeliveries == 0 ? quiet + 1 : 0;
            await Task.Delay(Pause * 10, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Ehr.DisposeAsync();
        await ehrApp.DisposeAsync();
    }

    private async Task SubscribedAsync(CancellationToken cancel)
    {
        while (Ehr.Count("Subscription") == 0 || Ehr.All("Subscription").Any(subscription => subscription["status"]?.GetValue<string>() != "active")) await Task.Delay(Pause, cancel);
    }
}
