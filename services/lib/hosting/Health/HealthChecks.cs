using CarT.Fhir.Hosting.Storage;
using Dapper;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CarT.Fhir.Hosting.Health;

/// <summary>What the start of a host has done so far.</summary>
/// <param name="needsBus">Whether the host can do nothing without the bus.</param>
internal sealed class StartProgress(bool needsBus)
{
    /// <summary>Whether the host can do nothing without the bus.</summary>
    public bool NeedsBus => needsBus;

    /// <summary>Every service's database has the tables of this version.</summary>
    public bool IsMigrated { get; set; }

    /// <summary>The bus was connected with every queue at least once, or is not waited for.</summary>
    public bool BusHasStarted { get; private set; } = !needsBus;

    /// <summary>Looks at the bus, until it was there once.</summary>
    public void Look(IBusControl bus) => BusHasStarted = BusHasStarted || bus.CheckHealth().Status == BusHealthStatus.Healthy;
}

/// <summary>Healthy once migrations are applied, every hosted service has started and the bus, where it is needed, was there. What breaks later is the matter of ready.</summary>
internal sealed class StartupHealthCheck(StartProgress progress, IBusControl bus, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        progress.Look(bus);
        var isUp = progress is { IsMigrated: true, BusHasStarted: true } && lifetime.ApplicationStarted.IsCancellationRequested;
        return Task.FromResult(isUp && !lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
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

/// <summary>Unhealthy when a background worker has ended with a fault: what it did is done by nobody. The host then stops, and this is true meanwhile.</summary>
internal sealed class WorkersHealthCheck(IEnumerable<IHostedService> services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(services.OfType<BackgroundService>().Any(worker => worker.ExecuteTask is { IsFaulted: true } or { IsCanceled: true })
            ? HealthCheckResult.Unhealthy()
            : HealthCheckResult.Healthy());
}

/// <summary>Unhealthy when a worker is stuck in one turn (<see cref="Heartbeats"/>). A database or a broker that is away does not make it so.</summary>
internal sealed class StuckHealthCheck(Heartbeats heartbeats) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(heartbeats.Overdue().Count > 0 ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
}
