using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Health;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CarT.Fhir.Hosting;

/// <summary>Builds a host of one or several services: configuration checked, databases migrated, bus, telemetry, health.</summary>
public static partial class CartHost
{
    private const int ServicesOfTheProduct = 4;

    /// <summary>
    /// Runs services until they are stopped. Exit code 2 when the configuration cannot be used, 1 when a worker failed for good. With the arguments
    /// <c>health [URL]</c> it asks a running one how it is instead (<see cref="HealthProbe"/>).
    /// </summary>
    public static async Task<int> RunAsync(string[] args, params IServiceModule[] modules)
    {
        if (args is [HealthProbe.Command, ..]) return await HealthProbe.RunAsync(args.ElementAtOrDefault(1) ?? HealthProbe.DefaultUrl);
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            CheckTogether(CartOptionsReader.Read(builder.Configuration), modules);
            var app = await BuildAsync(builder, modules, CancellationToken.None);
            var workers = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
            await app.RunAsync();
            return workers.Exists(worker => worker.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
        }
        catch (CartOptionsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    /// <summary>Everything up to, and not including, starting.</summary>
    /// <exception cref="CartOptionsException">The configuration cannot be used; all faults are in it.</exception>
    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder, IReadOnlyList<IServiceModule> modules, CancellationToken cancel)
    {
        var options = CartOptionsReader.Read(builder.Configuration);
        builder.Services.Configure<KestrelServerOptions>(SetLimits);
        // In code, since a file may be missing or another: request logs of the framework hold paths and queries, and those hold patient ids.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("MassTransit", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(30);
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        var otlp = new OtlpTarget(options.Telemetry, modules);
        builder.Services.AddSingleton(otlp);
        otlp.AddLogs(builder.Logging);
        QuietLogs.Add(builder.Services);
        AddServices(builder.Services, options, modules);
        var app = builder.Build();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CartHost).FullName!);
        if (options.Api.Authentication == "none") Log.AuthenticationOff(log);
        if (Environment.GetEnvironmentVariable(SharedCalendar.Variable) is { Length: > 0 }) Log.DemoCalendar(log);
        foreach (var module in modules)
        {
            await Migrations.ApplyAsync(
                app.Services.GetRequiredKeyedService<CartDatabase>(module.Name), module.Assembly, app.Services.GetRequiredService<TimeProvider>(), cancel);
        }
        app.Services.GetRequiredService<StartProgress>().IsMigrated = true;
        app.UseServerSpans();
        app.UseCartErrors(log);
        app.MapCartHealth();
        foreach (var module in modules) module.MapEndpoints(app, options);
        return app;
    }

    /// <summary>What one connection may cost us before anybody has said who it is. More headers than this are answered 431, slower ones 408.</summary>
    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }

    /// <summary>What only shows when the options meet the services of a process.</summary>
    private static void CheckTogether(CartOptions options, IServiceModule[] modules)
    {
        var faults = new List<string>();
        if (options.Bus.Kind == BusOptions.Memory && modules.Length < ServicesOfTheProduct)
            faults.Add("Cart:Bus:Kind: 'memory' joins the services of one process only, and this process has not all of them: what it accepted would go nowhere");
        if (options.Api.Authentication != "none" && string.IsNullOrEmpty(options.Api.BaseUrl) && modules.Any(module => module.Name == "gateway"))
            faults.Add("Cart:Api:BaseUrl: is needed: the address under which engines reach us, for the links of search results");
        if (faults.Count > 0) throw new CartOptionsException(faults);
    }

    private static void AddServices(IServiceCollection services, CartOptions options, IReadOnlyList<IServiceModule> modules)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        if (SharedCalendar.OfEnvironment() is { } calendar) services.TryAddSingleton(new ClinicalClock(calendar));
        services.TryAddSingleton(provider => new ClinicalClock(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new Jitter(new Random(unchecked((int)provider.GetRequiredService<TimeProvider>().GetTimestamp()))));
        services.TryAddSingleton(Failpoints.Parse(Environment.GetEnvironmentVariable("CART_FAILPOINT")));
        services.AddSingleton(modules);
        // They stop in the opposite order: what is sent at the end is measured before.
        services.AddHostedService<StoreGauges>();
        services.AddHostedService<TelemetryExport>();
        foreach (var module in modules)
        {
            services.AddKeyedSingleton(module.Name, (_, _) => CartDatabase.Open(options.Store, module.Name, module.Sharing));
            module.AddServices(services, options);
        }
        services.AddCartBus(options.Bus, modules);
        services.AddCartHealth(modules);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "AUTHENTICATION IS OFF: every route of this process is open to anybody on this machine. Never run a hospital like this.")]
        public static partial void AuthenticationOff(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "THIS IS A DEMONSTRATION: the calendar is not the machine's but the one of the variable CART_DEMO_CALENDAR. Never run a hospital like this.")]
        public static partial void DemoCalendar(ILogger logger);
    }
}
