using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// A delete that is no Bundle entry: <c>DELETE …/{type}/{id}</c> (HAPI with its send-delete option), and the headers of Medplum. Whether it still stands
/// is decided by the source, where the resource is read: a delete may come late.
/// </summary>
internal static class DeleteNotification
{
    /// <summary>The delete, or null when the request is none.</summary>
    public static Notification? Read(HookRequest request, Uri baseUrl)
    {
        if (request.Method == HttpMethods.Delete && request.Path is { } path)
            return Notification.Of(NotificationKind.Resource, null, new NotificationItem.Named(path.Type, path.Id, request.DeletedVersion, request.DeletedAt));
        if (request.DeletedResource is { } named)
        {
            return SourceReference.Parse(named, baseUrl) is { } deleted
                ? Of(deleted)
                : Notification.Unusable(NotificationKind.Resource, null, "The deleted resource is none of this source.");
        }
        return string.Equals(request.Interaction, "delete", StringComparison.OrdinalIgnoreCase) && Subject(request, baseUrl) is { } subject ? Of(subject) : null;
    }

    // Some versions send what was deleted along.
    private static SourceReference? Subject(HookRequest request, Uri baseUrl)
    {
        var header = FhirJsonScan.Scan(request.Body).Header;
        return SourceReference.Parse($"{header.Type}/{header.Id}", baseUrl);
    }

    private static Notification Of(SourceReference deleted) => Notification.Of(NotificationKind.Resource, null, new NotificationItem.Named(deleted));
}
