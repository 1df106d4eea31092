using System.Net.Security;
using System.Security.Authentication;
using CarT.Fhir.Hosting.Options;
using MassTransit;

namespace CarT.Fhir.Hosting.Bus;

/// <summary>
/// RabbitMQ as an operator expects it: durable quorum queues by the names of <see cref="WireNames"/>, publisher confirms, bounded prefetch. A message
/// that cannot be worked goes to <c>{queue}_error</c> with the reason in its headers; one that is delivered again and again, because the process dies
/// of it, to <see cref="WireNames.DeadLetter"/>. No broker plugin is used.
/// </summary>
internal static class RabbitMqSetup
{
    private const ushort PlainPort = 5672;
    private const ushort TlsPort = 5671;

    // A rolling restart returns what was in work two or three times; a message that kills its reader comes back with every start.
    private const int DeliveryLimit = 10;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public static void UseCartRabbitMq(
        this IBusRegistrationConfigurator bus, BusOptions options, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure)
    {
        bus.AddConfigureEndpointsCallback((_, endpoint) =>
        {
            if (endpoint is IRabbitMqReceiveEndpointConfigurator queue) SetQueue(queue);
        });
        bus.UsingRabbitMq((context, transport) =>
        {
            transport.Host(options.Host!, options.Port ?? (options.Tls ? TlsPort : PlainPort), options.VirtualHost, "cart-fhir", host => SetHost(host, options));
            transport.SetQuorumQueue();
            configure(context, transport);
        });
    }

    private static void SetQueue(IRabbitMqReceiveEndpointConfigurator queue)
    {
        // Nobody listens to the library's announcements of faults: they would carry the message once more, and need the right to make exchanges that are not ours.
        queue.PublishFaults = false;
        queue.SetQuorumQueue();
        queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        queue.BindDeadLetterQueue(WireNames.DeadLetter, WireNames.DeadLetter, dead => dead.SetQuorumQueue());
    }

    private static void SetHost(IRabbitMqHostConfigurator host, BusOptions options)
    {
        host.Username(options.User!);
        host.Password(options.Password!);
        host.Heartbeat(Heartbeat);
        host.PublisherConfirmation = true;
        if (!options.Tls) return;
        host.UseSsl(tls =>
        {
            tls.ServerName = options.Host;
            tls.Protocol = SslProtocols.Tls12 | SslProtocols.Tls13;
            // The library by itself takes a certificate of any authority.
            tls.EnforcePolicyErrors(
                SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable);
        });
    }
}
