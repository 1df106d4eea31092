using System.Text.Json;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>The status that opens a notification Bundle, whatever resource it came as.</summary>
/// <param name="Type">Type of the notification, in lower case.</param>
/// <param name="Heard">Null when it names no subscription.</param>
/// <param name="Events">The events, in the order sent.</param>
internal sealed record SubscriptionStatus(string? Type, SubscriptionHeard? Heard, IReadOnlyList<SubscriptionStatus.Event> Events)
{
    private const int LongestText = 256;

    /// <summary>One notification-event; the focus as sent.</summary>
    internal sealed record Event(long? Number, string? Id, DateTimeOffset? At, string? Focus);

    /// <summary>The status in a resource; null when the resource is none.</summary>
    public static SubscriptionStatus? Read(JsonElement resource, Uri baseUrl) =>
        SubscriptionStatusParameters.Read(resource, baseUrl) ?? SubscriptionStatusResource.Read(resource, baseUrl);

    /// <summary>
    /// Puts together what both forms say; codes are taken in any case. What is kept and shown must be of the form of what it claims to be: a reference that
    /// is none names no subscription.
    /// </summary>
    public static SubscriptionStatus Of(string type, string? subscription, string? status, long? eventsSinceStart, IReadOnlyList<Event> events, Uri baseUrl)
    {
        var reference = SourceReference.Parse(subscription, baseUrl)?.ToString() ?? Plain(subscription);
        var heard = reference is null ? null : new SubscriptionHeard(
            reference,
            Plain(status)?.ToLowerInvariant(),
            type.Equals(NotificationKind.Handshake, StringComparison.OrdinalIgnoreCase),
            eventsSinceStart,
            [.. events.Select(item => new HeardEvent(item.Number, Plain(item.Id), item.At))]);
        return new SubscriptionStatus(type.ToLowerInvariant(), heard, events);
    }

    private static string? Plain(string? text) => text is { Length: > 0 and <= LongestText } && text.All(c => c is > ' ' and < '\x7f') ? text : null;
}
