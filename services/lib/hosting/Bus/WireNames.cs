namespace CarT.Fhir.Hosting.Bus;

/// <summary>Every queue of the product, in one table. A name is prefixed with the service that owns it, so that no two services share a queue.</summary>
public static class WireNames
{
    public const string ListenerFactsApplied = "cart-listener-facts-applied";
    public const string ProtocolFactsRecorded = "cart-protocol-facts-recorded";
    public const string ProtocolAssessmentApplied = "cart-protocol-assessment-applied";
    public const string ProtocolReassessPatient = "cart-protocol-reassess-patient";
    public const string WriteBackAssessmentChanged = "cart-writeback-assessment-changed";
    public const string GatewayAssessmentChanged = "cart-gateway-assessment-changed";
    public const string GatewayWriteBackSettled = "cart-gateway-writeback-settled";

    /// <summary>Exchange and queue of the messages that were delivered too often (RabbitMQ).</summary>
    public const string DeadLetter = "cart-dead-letter";

    /// <summary>Name of a message type on the wire (exchange name on a broker).</summary>
    public static string Message(Type message) => "cart." + message.Name switch
    {
        nameof(Contracts.Messages.FactsRecorded) => "facts-recorded.v1",
        nameof(Contracts.Messages.FactsApplied) => "facts-applied.v1",
        nameof(Contracts.Messages.AssessmentChanged) => "assessment-changed.v1",
        nameof(Contracts.Messages.AssessmentApplied) => "assessment-applied.v1",
        nameof(Contracts.Messages.WriteBackSettled) => "writeback-settled.v1",
        nameof(Contracts.Messages.ReassessPatient) => "reassess-patient.v1",
        _ => throw new ArgumentOutOfRangeException(nameof(message), message.Name, "is not a message of the product"),
    };
}
