using CarT.Fhir.Hosting;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>The four services in this process, as <c>cart-fhir run</c> has them.</summary>
internal sealed class ServicesInProcess : IDemoServices
{
    private readonly WebApplication app;

    private ServicesInProcess(WebApplication app, string url)
    {
        this.app = app;
        PageUrl = url;
    }

    public string PageUrl { get; }

    public string HookUrl => PageUrl;

    /// <param name="store">Folder of the store.</param>
    /// <param name="ehrBase">The simulated EHR.</param>
    /// <param name="calendar">The calendar of the ward.</param>
    /// <param name="zone">Zone of the facility.</param>
    /// <param name="durable">Commits wait for the disk, as in a hospital.</param>
    /// <param name="cancel">Ends the start.</param>
    public static async Task<IDemoServices> StartAsync(string store, string ehrBase, TimeProvider calendar, TimeZoneInfo zone, bool durable, CancellationToken cancel)
    {
        var url = DemoSetup.FreeUrl();
        var builder = DemoSetup.Quiet(url);
        foreach (var (key, value) in DemoSetup.Configuration(ehrBase, url, zone)) builder.Configuration[key] = value;
        builder.Configuration["Cart:Store:Path"] = store;
        // Months in a minute, made-up patients, and the folder is deleted at the end: no commit has to survive a power cut.
        builder.Configuration["Cart:Store:Sync"] = durable ? "full" : "normal";
        builder.Services.AddSingleton(new ClinicalClock(calendar));
        var host = await CartHost.BuildAsync(builder, Services.All(), cancel);
        await host.StartAsync(cancel);
        return new ServicesInProcess(host, url);
    }

    public Task<long> BacklogAsync(CancellationToken cancel, params string[] services) => Backlog.OfAllAsync(app.Services, cancel, services);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
