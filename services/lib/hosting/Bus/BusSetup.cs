using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Telemetry;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CarT.Fhir.Hosting.Bus;

/// <summary>
/// The message bus of a host. What a transport loses is sent again by its sender: no receipt, not done. The two transports differ in nothing that a
/// consumer sees.
/// </summary>
internal static class BusSetup
{
    // Two quick tries for a brief fault (a locked file, a restarting dependency); after that the message is in the error queue and its sender,
    // lacking the receipt, sends it again later.
    private static readonly TimeSpan[] QuickRetries = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)];

    public static void AddCartBus(this IServiceCollection services, BusOptions options, IReadOnlyList<IServiceModule> modules)
    {
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            // Shown, and no reason to take the service away from those who call it.
            if (!modules.All(module => module.NeedsBus)) bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            foreach (var module in modules) module.AddConsumers(bus);
            if (options.Kind == BusOptions.RabbitMq) bus.UseCartRabbitMq(options, Configure);
            else bus.UsingInMemory((context, transport) => Configure(context, transport));
        });
        services.Configure<MassTransitHostOptions>(host =>
        {
            // A broker that is away keeps nobody from taking what the EHR sends; what is published before a queue is there is sent again.
            host.WaitUntilStarted = options.Kind == BusOptions.Memory;
            host.StopTimeout = TimeSpan.FromSeconds(20);
        });
    }

    private static void Configure<TEndpoint>(IBusRegistrationContext context, IBusFactoryConfigurator<TEndpoint> transport)
        where TEndpoint : IReceiveEndpointConfigurator
    {
        PinNames(transport);
        transport.UseFaultsWithoutText();
        transport.UseMessageRetry(retry => retry.Intervals(QuickRetries));
        transport.ConfigureEndpoints(context);
    }

    private static void PinNames(IBusFactoryConfigurator transport)
    {
        transport.Message<FactsRecorded>(topology => topology.SetEntityName(WireNames.Message(typeof(FactsRecorded))));
        transport.Message<FactsApplied>(topology => topology.SetEntityName(WireNames.Message(typeof(FactsApplied))));
        transport.Message<AssessmentChanged>(topology => topology.SetEntityName(WireNames.Message(typeof(AssessmentChanged))));
        transport.Message<AssessmentApplied>(topology => topology.SetEntityName(WireNames.Message(typeof(AssessmentApplied))));
        transport.Message<WriteBackSettled>(topology => topology.SetEntityName(WireNames.Message(typeof(WriteBackSettled))));
        transport.Message<ReassessPatient>(topology => topology.SetEntityName(WireNames.Message(typeof(ReassessPatient))));
    }
}
