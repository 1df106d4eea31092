using System.Reflection;
using System.Text.Json;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Gateway.ReadModel;
using CarT.Fhir.Hosting.Bus;
using CarT.Fhir.Listener.Sending;
using CarT.Fhir.Protocol.Facts;
using CarT.Fhir.Protocol.Outbox;
using CarT.Fhir.Protocol.Reviews;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;
using GatewayConsumer = CarT.Fhir.Gateway.ReadModel.AssessmentChangedConsumer;
using WriteBackConsumer = CarT.Fhir.WriteBack.AssessmentChangedConsumer;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>A message on its way to one queue, as bytes.</summary>
internal sealed record Letter(long Number, Queue Queue, byte[] Json);

/// <summary>A queue of the product, the service that reads it, and how a letter is consumed there.</summary>
internal sealed record Queue(string Name, string Service, Type Message, Func<Incarnation, Letter, Task> ConsumeAsync);

/// <summary>The bus between the services: what is published lies here until the scheduler delivers it, once, twice or never.</summary>
internal sealed class SimulatedBus
{
    private static readonly Queue[] Queues =
    [
        Of<FactsApplied, FactsAppliedConsumer>(WireNames.ListenerFactsApplied, "listener"),
        Of<FactsRecorded, FactsRecordedConsumer>(WireNames.ProtocolFactsRecorded, "protocol"),
        Of<AssessmentApplied, AssessmentAppliedConsumer>(WireNames.ProtocolAssessmentApplied, "protocol"),
        Of<ReassessPatient, ReassessPatientConsumer>(WireNames.ProtocolReassessPatient, "protocol"),
        Of<AssessmentChanged, WriteBackConsumer>(WireNames.WriteBackAssessmentChanged, "writeback"),
        Of<AssessmentChanged, GatewayConsumer>(WireNames.GatewayAssessmentChanged, "gateway"),
        Of<WriteBackSettled, WriteBackSettledConsumer>(WireNames.GatewayWriteBackSettled, "gateway"),
    ];

    private long last;

    public List<Letter> InFlight { get; } = [];

    public void Publish(object message)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), SystemTextJsonMessageSerializer.Options);
        foreach (var queue in Queues.Where(queue => queue.Message == message.GetType())) InFlight.Add(new Letter(++last, queue, json));
    }

    /// <summary>The bus as the services know it; everything that they do not use throws.</summary>
    public IBus AsBus()
    {
        var proxy = DispatchProxy.Create<IBus, Endpoint>();
        ((Endpoint)(object)proxy).Bus = this;
        return proxy;
    }

    private static Queue Of<TMessage, TConsumer>(string name, string service)
        where TMessage : class
        where TConsumer : class, IConsumer<TMessage> =>
        new(name, service, typeof(TMessage), async (process, letter) =>
        {
            var consumer = ActivatorUtilities.CreateInstance<TConsumer>(process.Services);
            var context = DispatchProxy.Create<ConsumeContext<TMessage>, Endpoint>();
            var endpoint = (Endpoint)(object)context;
            endpoint.Bus = process.Services.GetRequiredService<SimulatedBus>();
            endpoint.Message = JsonSerializer.Deserialize<TMessage>(letter.Json, SystemTextJsonMessageSerializer.Options);
            await consumer.Consume(context);
        });

    /// <summary>What the product uses of <see cref="IBus"/> and <see cref="ConsumeContext{T}"/>.</summary>
    internal class Endpoint : DispatchProxy
    {
        public SimulatedBus? Bus { get; set; }

        public object? Message { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (targetMethod!.Name, args) switch
        {
            ("get_Message", _) => Message,
            ("get_CancellationToken", _) => CancellationToken.None,
            ("Publish", [{ } message, CancellationToken]) => PublishAsync(message),
            _ => throw new NotSupportedException(targetMethod.Name),
        };

        private Task PublishAsync(object message)
        {
            Bus!.Publish(message);
            return Task.CompletedTask;
        }
    }
}
