using System.Globalization;
using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Normalising;

/// <summary>
/// Makes rows of the resources of a notification that could not be read with the others, one each: a source that does not give one of them delays that
/// one. Pure.
/// </summary>
internal static class Apart
{
    private const string LocalUrl = "urn:";

    /// <param name="row">The row that they are from.</param>
    /// <param name="items">Not the unusable ones.</param>
    /// <param name="fullUrls">Of the notification.</param>
    public static List<NewNotification> Of(NotificationRow row, IReadOnlyList<NotificationItem> items, IReadOnlyDictionary<string, string> fullUrls)
    {
        var refersWithin = fullUrls.Keys.Any(url => url.StartsWith(LocalUrl, StringComparison.Ordinal));
        return [.. items.Select(item => refersWithin ? NameOf(item) : item).Distinct().Select(item => RowOf(row, item))];
    }

    // Alone, a resource cannot be read when it points to its neighbours; at the source it points to what they are there.
    private static NotificationItem NameOf(NotificationItem item) =>
        item is NotificationItem.Content content && FhirJsonScan.Scan(content.Json).Header is { Type: { } type, Id: { } id } && SourceReference.IsType(type)
            && SourceReference.IsId(id)
            ? new NotificationItem.Named(type, id, null, null)
            : item;

    private static NewNotification RowOf(NotificationRow row, NotificationItem item) => item switch
    {
        NotificationItem.Named named => Empty(row, named is { DeletedVersion: null, DeletedAt: null } ? HttpMethods.Get : HttpMethods.Delete) with
        {
            ResourceType = named.Type,
            ResourceId = named.Id,
            Headers = HeadersOf(named),
        },
        NotificationItem.Content content => Empty(row, HttpMethods.Post) with { Body = content.Json.ToArray() },
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    };

    private static NewNotification Empty(NotificationRow row, string method) => new()
    {
        Source = row.Source,
        ReceivedAt = row.ReceivedAt,
        Method = method,
        Headers = "{}",
        TraceParent = row.TraceParent,
        Body = [],
        Kind = NotificationKind.Resource,
        Asks = true,
    };

    private static string HeadersOf(NotificationItem.Named named)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (named.DeletedVersion is { } version) headers[HookRequest.DeletedVersionHeader] = version;
        if (named.DeletedAt is { } at) headers[HookRequest.DeletedAtHeader] = at.ToString("O", CultureInfo.InvariantCulture);
        return JsonSerializer.Serialize(headers);
    }
}
