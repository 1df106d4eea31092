using MassTransit;

namespace CarT.Fhir.Hosting.Bus;

/// <summary>Puts a consumer on its queue of <see cref="WireNames"/>.</summary>
public static class ConsumerEndpoints
{
    /// <param name="bus">The bus being configured.</param>
    /// <param name="queue">A name of <see cref="WireNames"/>.</param>
    /// <param name="concurrency">How many messages of the queue this process works on at once.</param>
    public static void AddConsumerOn<TConsumer>(this IBusRegistrationConfigurator bus, string queue, int concurrency)
        where TConsumer : class, IConsumer =>
        bus.AddConsumer<TConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = queue;
            endpoint.ConcurrentMessageLimit = concurrency;
            endpoint.PrefetchCount = concurrency * 2;
        });
}
