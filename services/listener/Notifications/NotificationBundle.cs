using System.Runtime.InteropServices;
using System.Text.Json;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// A Bundle as notification: history with a status first (Backport IG), or without one (a transaction of PUT entries from some servers). Missing
/// <c>request</c> and <c>response</c> are no obstacle.
/// </summary>
internal static class NotificationBundle
{
    public static Notification Read(JsonElement bundle, Uri baseUrl, int maxEntries)
    {
        var entries = bundle.Member("entry").Items().ToList();
        var first = entries.Count > 0 ? entries[0].Member("resource") : default;
        var status = SubscriptionStatus.Read(first, baseUrl);
        // The status of R5 for servers that know neither form: there is no agreement how it is written.
        if (first.Text("resourceType") is "Basic" or "SubscriptionStatus" && status is null) return Unsupported(null);
        if (entries.Count > maxEntries || status?.Events.Count > maxEntries)
            return Notification.Unusable(NotificationKind.Bundle, status?.Heard, $"More than {maxEntries} entries or events.");
        return status?.Type switch
        {
            null => Items(NotificationKind.Bundle, null, entries, [], baseUrl),
            NotificationKind.Handshake or NotificationKind.Heartbeat => Notification.Of(status.Type, status.Heard),
            NotificationKind.Event or NotificationKind.QueryEvent => Items(status.Type, status.Heard, entries[1..], status.Events, baseUrl),
            _ => Unsupported(status.Heard),
        };
    }

    private static Notification Unsupported(SubscriptionHeard? heard) =>
        Notification.Of(NotificationKind.Bundle, heard) with { Supported = false, AsksCatchUp = true };

    private static Notification Items(
        string kind, SubscriptionHeard? heard, List<JsonElement> entries, IReadOnlyList<SubscriptionStatus.Event> events, Uri baseUrl)
    {
        var items = new List<NotificationItem>();
        var covered = new HashSet<string>(StringComparer.Ordinal);
        var fullUrls = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var name = NameOf(entry, baseUrl);
            if (name is { } known && covered.Add(known.ToString()) && entry.Text("fullUrl") is { } fullUrl) fullUrls[fullUrl] = known.ToString();
            items.Add(ItemOf(entry, name));
        }
        foreach (var item in events.Where(item => item.Focus is not null))
        {
            var focus = SourceReference.Parse(item.Focus, baseUrl);
            if (focus is not { } named) items.Add(new NotificationItem.Unusable("The focus of an event is no resource of this source."));
            else if (covered.Add(named.ToString())) items.Add(new NotificationItem.Named(named));
        }
        return new Notification(kind, heard, items, fullUrls) { AsksCatchUp = SaysNotWhat(kind, items, events) };
    }

    /// <summary>An event without focus whose entry did not come either (payload <c>empty</c>) says only that something changed.</summary>
    private static bool SaysNotWhat(string kind, List<NotificationItem> items, IReadOnlyList<SubscriptionStatus.Event> events) =>
        items.Count == 0 ? kind != NotificationKind.QueryEvent || events.Count > 0
        : items.Count < events.Count && events.Any(item => item.Focus is null);

    private static NotificationItem ItemOf(JsonElement entry, SourceReference? name)
    {
        var deleted = string.Equals(entry.Member("request").Text("method"), "DELETE", StringComparison.OrdinalIgnoreCase);
        var resource = entry.Member("resource");
        if (resource.ValueKind == JsonValueKind.Object && !deleted) return new NotificationItem.Content(JsonMarshal.GetRawUtf8Value(resource).ToArray());
        if (name is not { } named) return new NotificationItem.Unusable("An entry without resource names no resource of this source.");
        var response = entry.Member("response");
        return deleted
            ? new NotificationItem.Named(named.Type, named.Id, VersionOf(response.Text("etag")), LenientJson.Instant(response.Text("lastModified")))
            : new NotificationItem.Named(named);
    }

    private static SourceReference? NameOf(JsonElement entry, Uri baseUrl)
    {
        var resource = entry.Member("resource");
        return SourceReference.Parse(entry.Text("fullUrl"), baseUrl)
            ?? SourceReference.Parse(entry.Member("request").Text("url"), baseUrl)
            ?? SourceReference.Parse($"{resource.Text("resourceType")}/{resource.Text("id")}", baseUrl);
    }

    private static string? VersionOf(string? etag)
    {
        var version = etag?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        return string.IsNullOrEmpty(version) ? null : version;
    }
}
