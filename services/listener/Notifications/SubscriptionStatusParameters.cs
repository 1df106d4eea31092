using System.Text.Json;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// The status that opens a notification Bundle in R4 (Subscriptions R5 Backport IG 1.1.0, backport-subscription-status-r4). Any <c>value[x]</c> is taken
/// for a known name, and codes in any case: real senders differ.
/// </summary>
internal sealed record SubscriptionStatusParameters(string? Type, SubscriptionHeard? Heard, IReadOnlyList<SubscriptionStatusParameters.Event> Events)
{
    /// <summary>One notification-event; the focus as sent.</summary>
    internal sealed record Event(long? Number, string? Id, DateTimeOffset? At, string? Focus);

    /// <summary>The status, or null when the resource is no Parameters with a notification type.</summary>
    public static SubscriptionStatusParameters? Read(JsonElement resource, Uri baseUrl)
    {
        if (resource.Text("resourceType") != "Parameters") return null;
        var parameters = resource.Member("parameter").Items().ToList();
        if (Value(parameters, "type") is not { } type) return null;
        var events = parameters.Where(parameter => parameter.Text("name") == "notification-event").Select(ReadEvent).ToList();
        return new SubscriptionStatusParameters(type.ToLowerInvariant(), ReadHeard(parameters, type, events, baseUrl), events);
    }

    private static SubscriptionHeard? ReadHeard(List<JsonElement> parameters, string type, IReadOnlyList<Event> events, Uri baseUrl)
    {
        if (Value(parameters, "subscription") is not { } reference) return null;
        return new SubscriptionHeard(
            SourceReference.Parse(reference, baseUrl)?.ToString() ?? reference,
            Value(parameters, "status")?.ToLowerInvariant(),
            type.Equals(NotificationKind.Handshake, StringComparison.OrdinalIgnoreCase),
            LenientJson.Whole(Value(parameters, "events-since-subscription-start")),
            [.. events.Select(item => new HeardEvent(item.Number, item.Id, item.At))]);
    }

    private static Event ReadEvent(JsonElement parameter)
    {
        var parts = parameter.Member("part").Items().ToList();
        return new Event(
            LenientJson.Whole(Value(parts, "event-number")), null, LenientJson.Instant(Value(parts, "timestamp")), Value(parts, "focus"));
    }

    /// <summary>The value of a named parameter whatever its type: text, number, or the reference of a Reference.</summary>
    private static string? Value(List<JsonElement> parameters, string name)
    {
        foreach (var parameter in parameters.Where(parameter => parameter.Text("name") == name))
        {
            foreach (var member in parameter.EnumerateObject().Where(member => member.Name.StartsWith("value", StringComparison.Ordinal)))
            {
                if ((member.Value.Text() ?? member.Value.Text("reference")) is { } text) return text;
            }
        }
        return null;
    }
}
