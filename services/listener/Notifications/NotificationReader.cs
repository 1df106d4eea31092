using System.Text.Json;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>Takes a stored notification apart, by its shape. Pure.</summary>
internal static class NotificationReader
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = FhirJsonScan.MaxDepth + 1 };

    /// <param name="request">As it was stored; a body has passed the check at the door.</param>
    /// <param name="baseUrl">Base of the source, with a trailing slash.</param>
    /// <param name="maxEntries">More entries or events than this are not read.</param>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static Notification Read(HookRequest request, Uri baseUrl, int maxEntries)
    {
        if (DeleteNotification.Read(request, baseUrl) is { } delete) return delete;
        if (request.Body.IsEmpty) return request.Path is { } path ? Notification.Of(NotificationKind.Resource, null, new NotificationItem.Named(path)) : Notification.Ping;
        try
        {
            using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(request.Body), Limits);
            return request.Channel switch
            {
                HookChannel.PubSub => PubSubPush.Read(document.RootElement, baseUrl),
                HookChannel.EventGrid => EventGridEvents.Read(document.RootElement, baseUrl, maxEntries),
                _ => Read(document.RootElement, request.Body, baseUrl, maxEntries),
            };
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair is found only when the text is read.
            throw new JsonException("A text that is none.", e);
        }
    }

    private static Notification Read(JsonElement root, ReadOnlyMemory<byte> body, Uri baseUrl, int maxEntries) =>
        root.Text("resourceType") == "Bundle" ? NotificationBundle.Read(root, baseUrl, maxEntries)
        : root.ValueKind == JsonValueKind.Object && root.GetPropertyCount() == 0 ? Notification.Ping
        : Notification.Of(NotificationKind.Resource, null, new NotificationItem.Content(body));
}
