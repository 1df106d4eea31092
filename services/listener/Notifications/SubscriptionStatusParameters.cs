using System.Text.Json;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// The status as R4 has it, a <c>Parameters</c> (Subscriptions R5 Backport IG 1.1.0, backport-subscription-status-r4). Any <c>value[x]</c> is taken for a
/// known name: real senders differ.
/// </summary>
internal static class SubscriptionStatusParameters
{
    /// <summary>The status, or null when the resource is no Parameters with a notification type.</summary>
    public static SubscriptionStatus? Read(JsonElement resource, Uri baseUrl)
    {
        if (resource.Text("resourceType") != "Parameters") return null;
        var parameters = resource.Member("parameter").Items().ToList();
        if (Value(parameters, "type") is not { } type) return null;
        return SubscriptionStatus.Of(
            type,
            Value(parameters, "subscription"),
            Value(parameters, "status"),
            LenientJson.Whole(Value(parameters, "events-since-subscription-start")),
            [.. parameters.Where(parameter => parameter.Text("name") == "notification-event").Select(ReadEvent)],
            baseUrl);
    }

    private static SubscriptionStatus.Event ReadEvent(JsonElement parameter)
    {
        var parts = parameter.Member("part").Items().ToList();
        return new SubscriptionStatus.Event(
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
