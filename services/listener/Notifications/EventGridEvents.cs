using System.Text.Json;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// Events of Azure Health Data Services through Event Grid: CloudEvents 1.0 or the Event Grid schema, one event or an array. They name resources and never
/// carry them.
/// </summary>
internal static class EventGridEvents
{
    private static readonly string[] ResourceEvents =
    [
        "Microsoft.HealthcareApis.FhirResourceCreated", "Microsoft.HealthcareApis.FhirResourceUpdated", "Microsoft.HealthcareApis.FhirResourceDeleted",
    ];

    public static Notification Read(JsonElement root, Uri baseUrl, int maxEvents)
    {
        var events = root.ValueKind == JsonValueKind.Array ? root.Items().ToList() : [root];
        if (events.Count > maxEvents) return Notification.Unusable(NotificationKind.Event, null, $"More than {maxEvents} events.");
        List<NotificationItem> items = [.. events.Where(IsOfResource).Select(item => ItemOf(item, baseUrl)).Distinct()];
        // Whatever else the topic carries (imaging, the life of the service) is none of ours.
        return Notification.Of(NotificationKind.Event, null, items) with { Supported = items.Count > 0 };
    }

    private static bool IsOfResource(JsonElement item) =>
        (item.Text("type") ?? item.Text("eventType")) is { } type && ResourceEvents.Contains(type, StringComparer.Ordinal);

    // The current resource is read, not the version of the event: events come out of order, and a delete has no version to read.
    private static NotificationItem ItemOf(JsonElement item, Uri baseUrl)
    {
        var data = item.Member("data");
        var account = data.Text("resourceFhirAccount") ?? item.Text("subject")?.Split('/')[0];
        var name = SourceReference.Parse($"{data.Text("resourceType")}/{data.Text("resourceFhirId")}", baseUrl);
        return name is { } named && IsOf(baseUrl, account)
            ? new NotificationItem.Named(named)
            : new NotificationItem.Unusable("An event names no resource of this source.");
    }

    private static bool IsOf(Uri baseUrl, string? account) =>
        account is not null
        && new[] { baseUrl.Host, baseUrl.Authority, (baseUrl.Authority + baseUrl.AbsolutePath).TrimEnd('/') }.Contains(account, StringComparer.OrdinalIgnoreCase);
}
