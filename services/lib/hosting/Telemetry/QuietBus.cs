using MassTransit;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>
/// Keeps the texts of exceptions out of what the bus says about a message that failed: its log lines, its spans and the headers of the moved message
/// (<c>MT-Fault-Message</c>, <c>MT-Fault-StackTrace</c>). They are replaced where they arise, so that no way around this is left.
/// </summary>
internal static class QuietBus
{
    public static void UseFaultsWithoutText(this IBusFactoryConfigurator bus)
    {
        bus.ClearSerialization();
        bus.AddSerializer(new QuietJson());
        bus.AddDeserializer(new QuietJson(), isDefault: true);
        bus.ConnectConsumerConfigurationObserver(new OnConsumers());
        bus.ConnectEndpointConfigurationObserver(new OnEndpoints());
    }

    private sealed class OnConsumers : IConsumerConfigurationObserver
    {
        public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
            where TConsumer : class => configurator.UseFilter(new QuietConsumer<TConsumer>());

        public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
            where TConsumer : class
            where TMessage : class
        {
            // The consumer as a whole is enough.
        }
    }

    private sealed class OnEndpoints : IEndpointConfigurationObserver
    {
        // A Fault message repeats the message; nobody of ours listens to one, and the moved message says all of it.
        public void EndpointConfigured<T>(T configurator)
            where T : IReceiveEndpointConfigurator => configurator.PublishFaults = false;
    }

    private sealed class QuietConsumer<TConsumer> : IFilter<ConsumerConsumeContext<TConsumer>>
        where TConsumer : class
    {
        public async Task Send(ConsumerConsumeContext<TConsumer> context, IPipe<ConsumerConsumeContext<TConsumer>> next)
        {
            try
            {
                await next.Send(context);
            }
            // Ours is without values by its own rule, and what fails keeps its type for those who look at the error queue.
            catch (Exception e) when (e is not (Bus.MessageContractException or OperationCanceledException))
            {
                throw new FaultWithoutText(e);
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("faultsWithoutText");
    }
}
