using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>Event numbers that were not heard, both ends inclusive.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
/// <param name="OpenedAt">When they were missed, on our clock.</param>
/// <param name="GoodAt">Time of the last event before them: a poll from here on finds what they said.</param>
internal sealed record EventGap(long First, long Last, DateTimeOffset OpenedAt, DateTimeOffset GoodAt)
{
    /// <summary>How often the source was asked for them.</summary>
    public long Attempts { get; init; }

    /// <summary>Not asked for again before this.</summary>
    public DateTimeOffset NextAttemptAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>When a poll was asked for because the source does not give them; null: not yet. It closes with the first poll that starts later.</summary>
    public DateTimeOffset? PollWantedAt { get; init; }
}

/// <summary>What was heard of the event numbers of one subscription.</summary>
internal sealed record EventState
{
    /// <summary>Runs of the sender's counter, from 1.</summary>
    public required long Epoch { get; init; }

    /// <summary>The highest number that we know to exist, heard or not.</summary>
    public required long Highest { get; init; }

    /// <summary>When the notification was received that made <see cref="Highest"/> known.</summary>
    public required DateTimeOffset HighestAt { get; init; }

    /// <summary>Time of the newest event heard, never later than it was received; null before the first.</summary>
    public DateTimeOffset? LatestEventAt { get; init; }

    /// <summary>In ascending order; none touches another.</summary>
    public IReadOnlyList<EventGap> Gaps { get; init; } = [];

    /// <summary>The last number up to which nothing is missing.</summary>
    public long LastContiguous => Gaps.Count > 0 ? Gaps[0].First - 1 : Highest;

    /// <summary>From here on a poll finds whatever was not heard.</summary>
    public DateTimeOffset GoodAt => Gaps.Count > 0 ? Gaps.Min(gap => gap.GoodAt) : LatestEventAt ?? HighestAt;
}

/// <summary>What one notification says about numbers.</summary>
/// <param name="Kind">One of <see cref="NotificationKind"/>, or <see cref="QueryStatus"/>.</param>
/// <param name="EventsSinceStart">The counter of the subscription, inclusive of this notification; null where the sender gives none.</param>
/// <param name="Events">The events of the notification, in its order.</param>
/// <param name="ReceivedAt">When it was received, on our clock; for an answer, when it was asked for.</param>
/// <param name="NotedAt">Now, on our clock.</param>
internal sealed record HeardNumbers(
    string Kind, long? EventsSinceStart, IReadOnlyList<HeardEvent> Events, DateTimeOffset ReceivedAt, DateTimeOffset NotedAt)
{
    /// <summary>The kind of an answer to <c>$status</c>.</summary>
    public const string QueryStatus = "query-status";

    /// <summary>
    /// The numbers of the events with their times, ascending. The sender's own numbers win; where it gives none, k events of a counter at N are
    /// N-k+1 to N.
    /// </summary>
    public IReadOnlyList<(long Number, DateTimeOffset At)> Numbers =>
    [
        .. Events.Select((item, i) => (Number: item.Number ?? (EventsSinceStart - Events.Count + 1 + i), At: Earlier(item.At, ReceivedAt)))
            .Where(item => item.Number > 0).Select(item => (item.Number!.Value, item.At)).OrderBy(item => item.Value),
    ];

    // A clock that runs ahead must not make a later poll start after what it is to find.
    private static DateTimeOffset Earlier(DateTimeOffset? at, DateTimeOffset receivedAt) => at < receivedAt ? at.Value : receivedAt;
}

/// <summary>What came of a notification.</summary>
/// <param name="State">The state after it; null when nothing is known yet.</param>
/// <param name="Repeats">How many of its numbers had been heard before.</param>
/// <param name="Opened">Gaps that it made known.</param>
/// <param name="ResetSince">Not null: the sender's counter began anew, and a poll from this time must find what fell in between.</param>
internal sealed record EventsTracked(EventState? State, int Repeats, IReadOnlyList<EventGap> Opened, DateTimeOffset? ResetSince);
