using System.Reflection;
using CarT.Fhir.Hosting.Options;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CarT.Fhir.Hosting;

/// <summary>One deployable service: what it adds to a host. The standalone composes several in one process.</summary>
public interface IServiceModule
{
    /// <summary>Short lower-case name: database, queue prefix, health.</summary>
    string Name { get; }

    /// <summary>Holds the migrations of this service.</summary>
    Assembly Assembly => GetType().Assembly;

    /// <summary>How many processes of this service there may be, where the kind of the store allows for several.</summary>
    Storage.StoreSharing Sharing => Storage.StoreSharing.Together;

    /// <summary>False when it can answer those who ask it, or store what they bring, also while the bus is away.</summary>
    bool NeedsBus => true;

    /// <summary>Services; the database is there as a keyed singleton <see cref="Storage.CartDatabase"/> under <see cref="Name"/>.</summary>
    void AddServices(IServiceCollection services, CartOptions options);

    /// <summary>Consumers, each on a queue of <see cref="Bus.WireNames"/>.</summary>
    void AddConsumers(IBusRegistrationConfigurator bus);

    void MapEndpoints(IEndpointRouteBuilder routes, CartOptions options);
}
