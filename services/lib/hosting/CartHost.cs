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
    /// <summary>Runs a deployable service until it is stopped. Exit code 2 when the configuration cannot be used.</summary>
    public static async Task<int> RunAsync(string[] args, params IServiceModule[] modules)
    {
        try
        {
            var app = await BuildAsync(WebApplication.CreateBuilder(args), modules, CancellationToken.None);
            await app.RunAsync();
            return 0;
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
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(30);
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        AddServices(builder.Services, options, modules);
        var app = builder.Build();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CartHost).FullName!);
        if (options.Api.Authentication == "none") Log.AuthenticationOff(log);
        foreach (var module in modules)
        {
            await Migrations.ApplyAsync(
                app.Services.GetRequiredKeyedService<CartDatabase>(module.Name), module.Assembly, app.Services.GetRequiredService<TimeProvider>(), cancel);
        }
        app.MapCartHealth();
        foreach (var module in modules) module.MapEndpoints(app, options);
        return app;
    }

    private static void AddServices(IServiceCollection services, CartOptions options, IReadOnlyList<IServiceModule> modules)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new ClinicalClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(modules);
        services.AddHostedService<TelemetryExport>();
        services.AddHttpClient();
        foreach (var module in modules)
        {
            services.AddKeyedSingleton(module.Name, (_, _) => new CartDatabase(options.Store, module.Name, module.FullSync));
            module.AddServices(services, options);
        }
        services.AddCartBus(modules);
        services.AddCartHealth(modules);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "AUTHENTICATION IS OFF: every route of this process is open to anybody on this machine. Never run a hospital like this.")]
        public static partial void AuthenticationOff(ILogger logger);
    }
}
