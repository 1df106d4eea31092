using CarT.Fhir.Gateway.Facade;
using CarT.Fhir.Gateway.ReadModel;
using CarT.Fhir.Gateway.Web;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Storage;
using MassTransit;

namespace CarT.Fhir.Gateway;

/// <summary>What stands for each patient, for engines that poll FHIR and for people with a browser. It reads only what the bus brings.</summary>
public sealed class GatewayModule : IServiceModule
{
    public string Name => "gateway";

    // It shows what it last heard.
    public bool NeedsBus => false;

    // The feed is in the order of commits.
    public StoreSharing Sharing => StoreSharing.InTurns;

    public void AddServices(IServiceCollection services, CartOptions options)
    {
        services.AddSingleton(provider => new GatewayStore(provider.GetRequiredKeyedService<CartDatabase>(Name)));
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton(provider => GatewayMetrics.ActiveFlags(provider.GetRequiredService<GatewayStore>()));
        services.AddSingleton<ReadModelWriter>();
    }

    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        // One at a time: the feed is in the order of commits.
        bus.AddConsumerOn<AssessmentChangedConsumer>(WireNames.GatewayAssessmentChanged, concurrency: 1);
        bus.AddConsumerOn<WriteBackSettledConsumer>(WireNames.GatewayWriteBackSettled, concurrency: 1);
    }

    public void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options)
    {
        routes.MapFhir(options);
        routes.MapOverview(options);
    }
}
