using System.Text.Json;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// The status as R4B has it, a <c>SubscriptionStatus</c> (athenahealth sends it from an R4 API). There the numbers may start anew in every Bundle; the id
/// of an event is what makes it one.
/// </summary>
internal static class SubscriptionStatusResource
{
    /// <summary>The status, or null when the resource is no SubscriptionStatus with a type.</summary>
    public static SubscriptionStatus? Read(JsonElement resource, Uri baseUrl)
    {
        if (resource.Text("resourceType") != "SubscriptionStatus" || resource.Text("type") is not { } type) return null;
        return SubscriptionStatus.Of(
            type,
            resource.Member("subscription").Text("reference"),
            resource.Text("status"),
            LenientJson.Whole(resource.Text("eventsSinceSubscriptionStart")),
            [.. resource.Member("notificationEvent").Items().Select(ReadEvent)],
            baseUrl);
    }

    private static SubscriptionStatus.Event ReadEvent(JsonElement item) => new(
        LenientJson.Whole(item.Text("eventNumber")),
        item.Text("id"),
        LenientJson.Instant(item.Text("timestamp")),
        item.Member("focus").Text("reference"));
}
