using System.Net.Mime;
using System.Text.Json;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Hosting.Telemetry;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CarT.Fhir.Hosting.Health;

/// <summary>The three probes. live: the process answers; startup: it has started; ready: its database and bus work.</summary>
internal static class HealthRoutes
{
    public static void AddCartHealth(this IServiceCollection services, IReadOnlyList<IServiceModule> modules)
    {
        var checks = services.AddHealthChecks();
        checks.AddCheck<StartupHealthCheck>("startup", tags: ["startup", "ready"]);
        foreach (var module in modules)
        {
            checks.Add(new HealthCheckRegistration(
                "database-" + module.Name,
                provider => new DatabaseHealthCheck(provider.GetRequiredKeyedService<CartDatabase>(module.Name)),
                HealthStatus.Unhealthy,
                ["ready"],
                TimeSpan.FromSeconds(5)));
        }
    }

    public static void MapCartHealth(this IEndpointRouteBuilder routes)
    {
        Map("/health/live", _ => false);
        Map("/health/startup", check => check.Tags.Contains("startup"));
        Map("/health/ready", check => check.Tags.Contains("ready"));

        void Map(string path, Func<HealthCheckRegistration, bool> which) =>
            routes.MapHealthChecks(path, new HealthCheckOptions { Predicate = which, ResponseWriter = WriteAsync });
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

/// <summary>Unhealthy until the host has started: migrations applied, subscriptions of hosted services running.</summary>
internal sealed class StartupHealthCheck(Microsoft.Extensions.Hosting.IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy());
}

/// <summary>Healthy when the database answers a query on its own tables.</summary>
internal sealed class DatabaseHealthCheck(CartDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM schema_migrations"), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
