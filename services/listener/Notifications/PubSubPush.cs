using System.Text;
using System.Text.Json;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>
/// A push of Google Pub/Sub from a Cloud Healthcare FHIR store: one message, whose base64 data is the name of a resource
/// (<c>projects/…/fhirStores/…/fhir/Observation/1</c>) or the resource itself.
/// </summary>
internal static class PubSubPush
{
    private const string NameStart = "projects/";

    public static Notification Read(JsonElement envelope, Uri baseUrl)
    {
        var message = envelope.Member("message");
        if (message.ValueKind != JsonValueKind.Object) return Unusable("The push has no message.");
        if (message.Text("data") is not { Length: > 0 } text) return Notification.Ping;
        var data = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, data, out var length)) return Unusable("The data of the message is not base64.");
        var attributes = message.Member("attributes");
        return ItemOf(data.AsMemory(0, length), attributes, baseUrl) is { } item
            ? Notification.Of(NotificationKind.Event, null, item)
            : Unusable("The message names no resource of this source.");
    }

    private static NotificationItem? ItemOf(ReadOnlyMemory<byte> data, JsonElement attributes, Uri baseUrl)
    {
        var isDelete = attributes.Text("action") == "DeleteResource";
        if (data.Span is not [(byte)'{', ..]) return NameOf(Encoding.UTF8.GetString(data.Span), baseUrl) is { } name ? new NotificationItem.Named(name) : null;
        if (!isDelete) return new NotificationItem.Content(data);
        // With a delete comes what was deleted. The version and the time in the attributes are not said to be those of the delete.
        var header = FhirJsonScan.Scan(data).Header;
        return SourceReference.Parse($"{header.Type}/{header.Id}", baseUrl) is { } deleted ? new NotificationItem.Named(deleted) : null;
    }

    /// <summary>The resource of a name that lies in the store of the source.</summary>
    private static SourceReference? NameOf(string name, Uri baseUrl)
    {
        var start = baseUrl.AbsolutePath.IndexOf(NameStart, StringComparison.Ordinal);
        if (!name.StartsWith(NameStart, StringComparison.Ordinal)) return SourceReference.Parse(name, baseUrl);
        if (start < 0) return null;
        var store = baseUrl.AbsolutePath[start..];
        return name.StartsWith(store, StringComparison.Ordinal) ? SourceReference.Parse(name[store.Length..], baseUrl) : null;
    }

    private static Notification Unusable(string why) => Notification.Unusable(NotificationKind.Event, null, why);
}
