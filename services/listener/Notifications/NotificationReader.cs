using System.Text.Json;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>Takes a stored body apart, by its shape. Pure.</summary>
internal static class NotificationReader
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = FhirJsonScan.MaxDepth + 1 };

    /// <param name="body">Bytes that have passed the scan at the door.</param>
    /// <param name="baseUrl">Base of the source, with a trailing slash.</param>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static Notification Read(ReadOnlyMemory<byte> body, Uri baseUrl)
    {
        using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(body), Limits);
        return document.RootElement.Text("resourceType") == "Bundle"
            ? NotificationBundle.Read(document.RootElement, baseUrl)
            : new Notification(NotificationKind.Resource, null, [new NotificationItem.Content(body)], new Dictionary<string, string>());
    }
}
