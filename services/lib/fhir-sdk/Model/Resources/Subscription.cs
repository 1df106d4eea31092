using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>A request of being notified of changes.</summary>
public class Subscription : DomainResource
{
    public override string TypeName => "Subscription";

    [FhirElement("status")] public Code<SubscriptionStatus>? StatusElement { get; set; }
    public SubscriptionStatus? Status { get => StatusElement?.Value; set => StatusElement = value is null ? null : new(value); }
    [FhirElement("contact")] public List<ContactPoint> Contact { get => field ??= []; set; }
    [FhirElement("end")] public Instant? EndElement { get; set; }
    public DateTimeOffset? End { get => EndElement?.Value; set => EndElement = value is null ? null : new(value); }
    [FhirElement("reason")] public FhirString? ReasonElement { get; set; }
    public string? Reason { get => ReasonElement?.Value; set => ReasonElement = value is null ? null : new(value); }
    [FhirElement("criteria")] public FhirString? CriteriaElement { get; set; }
    public string? Criteria { get => CriteriaElement?.Value; set => CriteriaElement = value is null ? null : new(value); }
    [FhirElement("error")] public FhirString? ErrorElement { get; set; }
    public string? Error { get => ErrorElement?.Value; set => ErrorElement = value is null ? null : new(value); }
    [FhirElement("channel")] public ChannelComponent? Channel { get; set; }

    /// <summary>How notifications are sent.</summary>
    public class ChannelComponent : BackboneElement
    {
        public override string TypeName => "Subscription#Channel";

        [FhirElement("type")] public Code<SubscriptionChannelType>? TypeElement { get; set; }
        public SubscriptionChannelType? Type { get => TypeElement?.Value; set => TypeElement = value is null ? null : new(value); }
        [FhirElement("endpoint")] public FhirUrl? EndpointElement { get; set; }
        public string? Endpoint { get => EndpointElement?.Value; set => EndpointElement = value is null ? null : new(value); }
        [FhirElement("payload")] public Code? PayloadElement { get; set; }
        public string? Payload { get => PayloadElement?.Value; set => PayloadElement = value is null ? null : new(value); }
        [FhirElement("header")] public List<FhirString> HeaderElement { get => field ??= []; set; }
        public IEnumerable<string?> Header
        {
            get => HeaderElement.Select(e => e?.Value);
            set => HeaderElement = [.. value.Select(v => new FhirString(v))];
        }
    }

    public enum SubscriptionStatus
    {
        [EnumLiteral("requested")] Requested,
        [EnumLiteral("active")] Active,
        [EnumLiteral("error")] Error,
        [EnumLiteral("off")] Off,
    }

    public enum SubscriptionChannelType
    {
        [EnumLiteral("rest-hook")] RestHook,
        [EnumLiteral("websocket")] Websocket,
        [EnumLiteral("email")] Email,
        [EnumLiteral("sms")] Sms,
        [EnumLiteral("message")] Message,
    }
}
