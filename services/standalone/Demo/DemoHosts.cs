using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using CarT.Fhir.Hosting;
using CarT.Fhir.Simulator.Replay;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>The simulated EHR and the services, each on its own loopback port, on one calendar.</summary>
internal sealed class DemoHosts : IAsyncDisposable
{
    // The services follow closely, so that each day of the ward is assessed on that day; a handful of rows under way is no lag.
    private const int SmallBacklog = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly WebApplication ehrApp;
    private readonly WebApplication cartApp;

    private DemoHosts(WebApplication ehrApp, WebApplication cartApp, SimulatedEhr ehr, ReplayClock calendar, string ehrUrl, string cartUrl)
    {
        this.ehrApp = ehrApp;
        this.cartApp = cartApp;
        Ehr = ehr;
        Calendar = calendar;
        EhrBase = ehrUrl + "/fhir";
        CartUrl = cartUrl;
    }

    public SimulatedEhr Ehr { get; }

    public ReplayClock Calendar { get; }

    public string EhrBase { get; }

    public string CartUrl { get; }

    public static async Task<DemoHosts> StartAsync(string store, ReplayClock calendar, TimeZoneInfo zone, CancellationToken cancel)
    {
        var (ehrUrl, cartUrl) = (FreeUrl(), FreeUrl());
        var ehr = new SimulatedEhr(calendar, new SimulatedEhrOptions { BaseUrl = ehrUrl + "/fhir" });
        var ehrHost = Quiet(ehrUrl).Build();
        ehr.MapEndpoints(ehrHost);
        await ehrHost.StartAsync(cancel);
        var builder = Quiet(cartUrl);
        foreach (var (key, value) in Configuration(store, ehrUrl + "/fhir", cartUrl, zone)) builder.Configuration[key] = value;
        builder.Services.AddSingleton(new ClinicalClock(calendar));
        var cartHost = await CartHost.BuildAsync(builder, Services.All(), cancel);
        await cartHost.StartAsync(cancel);
        var demo = new DemoHosts(ehrHost, cartHost, ehr, calendar, ehrUrl, cartUrl);
        await demo.SubscribedAsync(cancel);
        return demo;
    }

    /// <summary>Waits until every notification is delivered and the services are close behind.</summary>
    public async Task CaughtUpAsync(CancellationToken cancel)
    {
        await Ehr.WhenDelivered(cancel);
        while (await Backlog.OfAllAsync(cartApp.Services, cancel) > SmallBacklog) await Task.Delay(Pause, cancel);
    }

    /// <summary>Waits until nothing is left to do anywhere.</summary>
    public async Task AtRestAsync(CancellationToken cancel)
    {
        for (var quiet = 0; quiet < 3;)
        {
            await Ehr.WhenDelivered(cancel);
            quiet = await Backlog.OfAllAsync(cartApp.Services, cancel) == 0 && Ehr.PendingDeliveries == 0 ? quiet + 1 : 0;
            await Task.Delay(Pause * 10, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await cartApp.StopAsync();
        await cartApp.DisposeAsync();
        await Ehr.DisposeAsync();
        await ehrApp.DisposeAsync();
    }

    private async Task SubscribedAsync(CancellationToken cancel)
    {
        while (Ehr.Count("Subscription") == 0 || Ehr.All("Subscription").Any(subscription => subscription["status"]?.GetValue<string>() != "active")) await Task.Delay(Pause, cancel);
    }

    private static WebApplicationBuilder Quiet(string url)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration["urls"] = url;
        return builder;
    }

    private static Dictionary<string, string?> Configuration(string store, string ehrBase, string cartUrl, TimeZoneInfo zone) => new(StringComparer.Ordinal)
    {
        ["Cart:TimeZone"] = zone.Id,
        ["Cart:Store:Path"] = store,
        // Months in a minute, made-up patients, and the folder is deleted at the end: no commit has to survive a power cut.
        ["Cart:Store:Sync"] = "normal",
        // The demo is on loopback and its patients are made up: the page opens without a secret. The hook keeps one.
        ["Cart:Api:Authentication"] = "none",
        ["Cart:Sources:main:BaseUrl"] = ehrBase,
        ["Cart:Sources:main:Provides:0"] = "labs",
        ["Cart:Sources:main:Provides:1"] = "doses",
        ["Cart:Sources:main:Provides:2"] = "transfusions",
        ["Cart:Sources:main:Subscription:Style"] = "classic",
        ["Cart:Sources:main:Subscription:HookUrl"] = cartUrl + "/fhir/hook/main",
        ["Cart:Sources:main:Subscription:Secrets:0"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
        // Hours of the ward pass in a second; what comes together there comes within this.
        ["Cart:FirstSight:Quiet"] = "00:00:00.2",
        ["Cart:Targets:main:BaseUrl"] = ehrBase,
        ["Cart:Targets:main:Source"] = "main",
    };

    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
