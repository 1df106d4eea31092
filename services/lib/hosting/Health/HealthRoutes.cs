using System.Net.Mime;
using System.Text.Json;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Hosting.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CarT.Fhir.Hosting.Health;

/// <summary>
/// The three probes. live: the process answers and no worker is stuck, whatever it depends on does; startup: it has started; ready: it can do its work,
/// with database, workers and, where nothing can be done without it, bus.
/// </summary>
internal static class HealthRoutes
{
    private const string Live = "live";
    private const string Startup = "startup";

    // The library of the bus gives its own check this tag.
    private const string Ready = "ready";

    public static void AddCartHealth(this IServiceCollection services, IReadOnlyList<IServiceModule> modules)
    {
        services.AddSingleton(new StartProgress(modules.All(module => module.NeedsBus)));
        services.TryAddSingleton<Heartbeats>();
        var checks = services.AddHealthChecks();
        checks.AddCheck<StuckHealthCheck>("turns", tags: [Live]);
        checks.AddCheck<StartupHealthCheck>(Startup, tags: [Startup, Ready]);
        checks.AddCheck<WorkersHealthCheck>("workers", tags: [Ready]);
        foreach (var module in modules)
        {
            checks.Add(new HealthCheckRegistration(
                "database-" + module.Name,
                provider => new DatabaseHealthCheck(provider.GetRequiredKeyedService<CartDatabase>(module.Name)),
                HealthStatus.Unhealthy,
                [Ready],
                TimeSpan.FromSeconds(5)));
        }
    }

    public static void MapCartHealth(this IEndpointRouteBuilder routes)
    {
        // Also when nobody asks before the broker is gone for the first time.
        var progress = routes.ServiceProvider.GetRequiredService<StartProgress>();
        var bus = routes.ServiceProvider.GetRequiredService<IBusControl>();
        routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => progress.Look(bus));
        foreach (var probe in new[] { Live, Startup, Ready })
        {
            routes.MapHealthChecks("/health/" + probe, new HealthCheckOptions
            {
                Predicate = check => check.Tags.Contains(probe),
                ResponseWriter = WriteAsync,
                // The bus is degraded while one of its queues is not connected: then what arrives there is not worked.
                ResultStatusCodes = { [HealthStatus.Degraded] = progress.NeedsBus ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK },
            });
        }
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = MediaTypeNames.Application.Json;
        return JsonSerializer.SerializeAsync(context.Response.Body, new
        {
            status = report.Status.ToString(),
            version = CartTelemetry.Version,
            checks = report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString()),
        });
    }
}
