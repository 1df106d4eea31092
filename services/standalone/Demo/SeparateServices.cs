using System.Diagnostics;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>
/// The services as a hospital runs them: a listener, two of protocol, two of write-back and a gateway, each a process of its own, on the database and the
/// broker that the environment names (<c>CART__Store__…</c>, <c>CART__Bus__…</c>). What they say goes to a file each.
/// </summary>
internal sealed class SeparateServices : IDemoServices
{
    private static readonly (string Service, string Assembly, int Count)[] Wanted =
    [
        ("listener", "CarT.Fhir.Listener.dll", 1), ("protocol", "CarT.Fhir.Protocol.dll", 2), ("writeback", "CarT.Fhir.WriteBack.dll", 2),
        ("gateway", "CarT.Fhir.Gateway.dll", 1),
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly List<(string Name, string Url, Process Process)> processes = [];
    private readonly ServiceProvider stores;

    private SeparateServices(ServiceProvider stores) => this.stores = stores;

    public string PageUrl => UrlOf("gateway-1");

    public string HookUrl => UrlOf("listener-1");

    /// <param name="folder">Where the calendar and what the processes say are kept.</param>
    /// <param name="ehrBase">The simulated EHR.</param>
    /// <param name="calendar">The calendar, which is the file <c>calendar</c> of the folder.</param>
    /// <param name="zone">Zone of the facility.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="InvalidOperationException">A service did not become ready.</exception>
    public static async Task<IDemoServices> StartAsync(string folder, string ehrBase, TimeProvider calendar, TimeZoneInfo zone, CancellationToken cancel)
    {
        var hookUrl = DemoSetup.FreeUrl();
        var configuration = DemoSetup.Configuration(ehrBase, hookUrl, zone);
        var services = new SeparateServices(Watch(configuration, calendar));
        try
        {
            foreach (var (service, assembly, count) in Wanted)
            {
                for (var i = 1; i <= count; i++)
                    services.Start($"{service}-{i}", assembly, service == "listener" ? hookUrl : DemoSetup.FreeUrl(), folder, configuration);
            }
            foreach (var (name, url, process) in services.processes) await ReadyAsync(name, url, process, folder, cancel);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    public Task<long> BacklogAsync(CancellationToken cancel, params string[] services) =>
        processes.FirstOrDefault(process => process.Process.HasExited) is { Name: { } name }
            ? throw new InvalidOperationException($"{name} has ended")
            : Backlog.OfAllAsync(stores, cancel, services);

    public async ValueTask DisposeAsync()
    {
        // All are told before the first is waited for: SIGTERM, which drains and stops.
        foreach (var (_, _, process) in processes.Where(each => !each.Process.HasExited))
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync();
        }
        foreach (var (_, _, process) in processes)
        {
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await stores.DisposeAsync();
    }

    private string UrlOf(string name) => processes.Find(process => process.Name == name).Url;

    private void Start(string name, string assembly, string url, string folder, Dictionary<string, string?> configuration)
    {
        var output = Path.Combine(folder, name + ".log");
        // The shell only joins the output to the file, and becomes the process.
        var start = new ProcessStartInfo("sh", ["-c", "exec dotnet \"$0\" >\"$1\" 2>&1", Path.Combine(AppContext.BaseDirectory, assembly), output])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach (var (key, value) in configuration) start.Environment["CART__" + key["Cart:".Length..].Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["urls"] = url;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment[SharedCalendar.Variable] = CalendarOf(folder);
        processes.Add((name, url, Process.Start(start)!));
    }

    public static string CalendarOf(string folder) => Path.Combine(folder, "calendar");

    /// <summary>The stores of the services as they are, to read how much is left to do. Nothing is started.</summary>
    private static ServiceProvider Watch(Dictionary<string, string?> configuration, TimeProvider calendar)
    {
        var options = CartOptionsReader.Read(new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(configuration).Build());
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(new ClinicalClock(calendar)).AddSingleton(new Jitter(new Random(1)));
        foreach (var module in Services.All())
        {
            services.AddKeyedSingleton(module.Name, (_, _) => CartDatabase.Open(options.Store, module.Name, StoreSharing.Together));
            module.AddServices(services, options);
        }
        return services.BuildServiceProvider();
    }

    private static async Task ReadyAsync(string name, string url, Process process, string folder, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var started = TimeProvider.System.GetTimestamp();
        while (!process.HasExited && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            try
            {
                using var answer = await http.GetAsync(url + "/health/ready", cancel);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
        }
        var said = await File.ReadAllTextAsync(Path.Combine(folder, name + ".log"), cancel);
        throw new InvalidOperationException($"{name} is not ready{(process.HasExited ? $", it ended with exit code {process.ExitCode}" : "")}:{Environment.NewLine}{said}");
    }
}
