using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Listener.Normalising;
using CarT.Fhir.Listener.Notifications;

namespace CarT.Fhir.Listener.Storing;

/// <summary>Values of <c>notifications.status</c>.</summary>
internal static class RowStatus
{
    public const string Received = "received";
    public const string Sent = "sent";
    public const string Done = "done";
    public const string Refused = "refused";
    public const string Unsupported = "unsupported";
}

/// <summary>Values of <c>notifications.kind</c>: at the door by the shape of the body, after reading by its meaning.</summary>
internal static class NotificationKind
{
    public const string Ping = "ping";
    public const string Malformed = "malformed";
    public const string Resource = "resource";
    public const string Bundle = "bundle";
    public const string Handshake = "handshake";
    public const string Heartbeat = "heartbeat";
    public const string Event = "event-notification";

    /// <summary>Not sent but found at the source by a poll: somebody should have sent it.</summary>
    public const string Polled = "polled";

    /// <summary>Not sent but read at the source with all of its patient.</summary>
    public const string Fetched = "fetched";

    /// <summary>Missed events that the source gave when asked (<c>$events</c>).</summary>
    public const string QueryEvent = "query-event";
}

/// <summary>Values of <c>notifications.channel</c>: the envelopes of clouds' own event services; null for FHIR itself.</summary>
internal static class HookChannel
{
    public const string PubSub = "pubsub";
    public const string EventGrid = "eventgrid";
}

/// <summary>A notification as it arrived.</summary>
internal sealed record NewNotification
{
    public required string Source { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string Method { get; init; }

    /// <summary>One of <see cref="HookChannel"/>, or null.</summary>
    public string? Channel { get; init; }

    /// <summary>Type and id of the path (<c>PUT …/{type}/{id}</c>), null without.</summary>
    public string? ResourceType { get; init; }

    public string? ResourceId { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The few headers that say something about the body, as a JSON object. Never a credential.</summary>
    public required string Headers { get; init; }

    public string? TraceParent { get; init; }

    public required byte[] Body { get; init; }

    public required string Kind { get; init; }

    public string Status { get; init; } = RowStatus.Received;

    /// <summary>True when it is known to need an answer of its source.</summary>
    public bool Asks { get; init; }
}

/// <summary>A row to be worked.</summary>
internal sealed record NotificationRow
{
    public required long Id { get; init; }

    public required string Source { get; init; }

    public required long ReceivedTicks { get; init; }

    public required string Method { get; init; }

    public string? Channel { get; init; }

    public string? ResourceType { get; init; }

    public string? ResourceId { get; init; }

    public required string Headers { get; init; }

    public string? TraceParent { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>One of <see cref="NotificationKind"/>, as it was stored.</summary>
    public required string Kind { get; init; }

    public required long Attempts { get; init; }

    public DateTimeOffset ReceivedAt => new(ReceivedTicks, TimeSpan.Zero);

    /// <summary>What came over the wire.</summary>
    public HookRequest Request()
    {
        var headers = JsonSerializer.Deserialize<Dictionary<string, string>>(Headers) ?? [];
        return new HookRequest(Method, Body)
        {
            Channel = Channel,
            Path = ResourceType is not null && ResourceId is not null ? new SourceReference(ResourceType, ResourceId) : null,
            Interaction = headers.GetValueOrDefault(HookRequest.InteractionHeader),
            DeletedResource = headers.GetValueOrDefault(HookRequest.DeletedResourceHeader),
            DeletedVersion = headers.GetValueOrDefault(HookRequest.DeletedVersionHeader),
            DeletedAt = LenientJson.Instant(headers.GetValueOrDefault(HookRequest.DeletedAtHeader)),
        };
    }
}

/// <summary>What one notification says about one patient: the resource versions as JSON, not yet receipted.</summary>
internal sealed record DeliveryRow(long Id, string Source, string? PatientId, string Body, long ReceivedTicks, string? TraceParent);

/// <summary>A delivery to be stored; <see cref="Body"/> is the JSON of its resource versions.</summary>
internal sealed record NewDelivery(string? PatientId, string Body);

/// <summary>A refusal to be stored. <see cref="Resource"/> is <c>{type}/{id}</c> or null.</summary>
internal sealed record NewRefusal(string Code, string? Resource, string Text);

/// <summary>What a status Parameters said about its subscription.</summary>
internal sealed record SubscriptionHeard(string Reference, string? Status, bool Handshake, long? EventsSinceStart, IReadOnlyList<HeardEvent> Events)
{
    /// <summary>The highest event number, or null when the notification numbers no event.</summary>
    public long? HighestEvent => Events.Max(item => item.Number);
}

/// <summary>One event of a notification.</summary>
/// <param name="Number">Its number in the subscription, or null where the sender gives none.</param>
/// <param name="Id">The sender's own id of the event (R4B), or null.</param>
/// <param name="At">When it happened, by the sender; a day is its start.</param>
internal sealed record HeardEvent(long? Number, string? Id, DateTimeOffset? At);

/// <summary>What became of a row when it was worked.</summary>
internal sealed record WorkedRow(long Id, string Source, string Status)
{
    public string Kind { get; init; } = NotificationKind.Resource;

    /// <summary>Why nothing was sent: a reason of the contract or of the listener; null otherwise.</summary>
    public string? Note { get; init; }

    public IReadOnlyList<NewDelivery> Deliveries { get; init; } = [];

    public IReadOnlyList<NewRefusal> Refusals { get; init; } = [];

    /// <summary>Rows to be stored with it: what it could not say at once, one resource each.</summary>
    public IReadOnlyList<NewNotification> Apart { get; init; } = [];

    public SubscriptionHeard? Heard { get; init; }

    /// <summary>When the notification was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Something changed at the source and the notification does not say what: a poll must find it.</summary>
    public bool AsksCatchUp { get; init; }

    /// <summary>Every version that the notification gave, with where it was read.</summary>
    public IReadOnlyList<ReadVersion> Versions { get; init; } = [];

    /// <summary>Whether the source orders versions by their number; else by time (P3.2).</summary>
    public bool NumericVersions { get; init; }

    /// <summary>The versions that were taken from the notification, not read at the source.</summary>
    public IReadOnlyList<ResourceVersion> TakenAsSent { get; init; } = [];

    /// <summary>References that the source did not have, where no version says since when.</summary>
    public IReadOnlyList<string> GoneWithoutVersion { get; init; } = [];
}

/// <summary>Rows of one source in one status, for operators.</summary>
internal sealed record StatusCount
{
    public required string Source { get; init; }

    public required string Status { get; init; }

    public required long Rows { get; init; }

    public required long LastTicks { get; init; }
}

/// <summary>An open refusal, for operators.</summary>
internal sealed record RefusedRow(long Id, long NotificationId, string Source, string Code, string? Resource, string Text, long AtTicks);

/// <summary>A subscription at a source, for operators and for the keeper.</summary>
internal sealed record SubscriptionRow(
    string Source, string Reference, string? Criteria, string? Status, long? HandshakeTicks, long? HeardTicks, long? EventsSinceStart, long? HighestEvent);
