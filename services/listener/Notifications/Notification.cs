using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Notifications;

/// <summary>A notification taken apart: what it is, what it said about its subscription, and the resources that it is about.</summary>
/// <param name="Kind">One of <see cref="NotificationKind"/>.</param>
/// <param name="Heard">Null when it names no subscription.</param>
/// <param name="Items">In the order of the entries.</param>
/// <param name="FullUrls">Absolute <c>fullUrl</c> of each entry and the relative reference it stands for; references between entries use them.</param>
internal sealed record Notification(
    string Kind, SubscriptionHeard? Heard, IReadOnlyList<NotificationItem> Items, IReadOnlyDictionary<string, string> FullUrls)
{
    private static readonly Dictionary<string, string> NoFullUrls = [];

    /// <summary>Something changed, and nobody says what or in which subscription.</summary>
    public static Notification Ping { get; } = new(NotificationKind.Ping, null, [], NoFullUrls) { AsksCatchUp = true };

    /// <summary>False for forms that cannot be worked: the row is kept, counted and visible.</summary>
    public bool Supported { get; init; } = true;

    /// <summary>True when it says that something changed and not what (a ping, an event without focus): only a poll can tell.</summary>
    public bool AsksCatchUp { get; init; }

    /// <summary>A notification about resources that do not refer to each other.</summary>
    public static Notification Of(string kind, SubscriptionHeard? heard, params IReadOnlyList<NotificationItem> items) => new(kind, heard, items, NoFullUrls);

    /// <summary>One that cannot be read, of which only a poll can tell what it was about.</summary>
    /// <param name="kind">One of <see cref="NotificationKind"/>.</param>
    /// <param name="heard">What it said about its subscription.</param>
    /// <param name="why">Shown to operators; holds nothing of what was sent.</param>
    public static Notification Unusable(string kind, SubscriptionHeard? heard, string why) =>
        Of(kind, heard, new NotificationItem.Unusable(why)) with { AsksCatchUp = true };
}

/// <summary>One resource that a notification is about.</summary>
internal abstract record NotificationItem
{
    private NotificationItem()
    {
    }

    /// <summary>The resource itself came along.</summary>
    public sealed record Content(ReadOnlyMemory<byte> Json) : NotificationItem;

    /// <summary>Only its name came (id-only payload, a delete, a version that cannot be ordered): the current resource is read at the source.</summary>
    /// <param name="Type">Resource type.</param>
    /// <param name="Id">Logical id at the source.</param>
    /// <param name="DeletedVersion">Version of the delete, where the sender gave one.</param>
    /// <param name="DeletedAt">
    /// Time of the delete by the server's own stamp. The time of a notification event is none: some senders give the day only, and a delete that
    /// seems older than what it deleted would be lost.
    /// </param>
    public sealed record Named(string Type, string Id, string? DeletedVersion, DateTimeOffset? DeletedAt) : NotificationItem
    {
        public Named(SourceReference reference)
            : this(reference.Type, reference.Id, null, null)
        {
        }
    }

    /// <summary>An entry that names nothing that may be read here.</summary>
    public sealed record Unusable(string Text) : NotificationItem;
}
