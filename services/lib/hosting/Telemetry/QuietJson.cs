using System.Net.Mime;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace CarT.Fhir.Hosting.Telemetry;

/// <summary>
/// The JSON of the bus, byte for byte as ever; only that a message which cannot be read fails without a text. The JSON reader quotes the number that is
/// none, and the key of the member where it stood, and a key of ours can be the reference of a result.
/// </summary>
internal sealed class QuietJson : ISerializerFactory, IMessageDeserializer
{
    private static readonly SystemTextJsonMessageSerializer Json = SystemTextJsonMessageSerializer.Instance;

    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public IMessageSerializer CreateSerializer() => Json;

    public IMessageDeserializer CreateDeserializer() => this;

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => Quietly(() =>
    {
        var envelope = JsonSerializer.Deserialize<MessageEnvelope>(body.GetBytes(), SystemTextJsonMessageSerializer.Options)
            ?? throw new JsonException("There is no envelope.");
        return new QuietContext(new EnvelopeMessageContext(envelope, Json), envelope);
    });

    public MessageBody GetMessageBody(string text) => Json.GetMessageBody(text);

    public void Probe(ProbeContext context) => Json.Probe(context);

    private static T Quietly<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        // Whatever the JSON reader or a converter throws.
        catch (Exception e)
        {
            throw new FaultWithoutText(e);
        }
    }

    private sealed class QuietContext(MessageContext context, MessageEnvelope envelope)
        : SystemTextJsonSerializerContext(
            Json, SystemTextJsonMessageSerializer.Options, SystemTextJsonMessageSerializer.JsonContentType, context, envelope.MessageType ?? [], envelope)
    {
        public override bool TryGetMessage<T>(out T? message)
            where T : class
        {
            (var found, message) = Quietly(() => (base.TryGetMessage<T>(out var read), read));
            return found;
        }

        public override bool TryGetMessage(Type messageType, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out object? message)
        {
            (var found, message) = Quietly(() => (base.TryGetMessage(messageType, out var read), read));
            return found;
        }
    }
}
