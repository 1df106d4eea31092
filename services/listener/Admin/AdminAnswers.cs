namespace CarT.Fhir.Listener.Admin;

/// <summary>
/// One source as operators see it. Rows are counted by status; those retrying are among the received. Stuck deliveries were sent more than five times
/// since the start of the process without a receipt.
/// </summary>
internal sealed record SourceView(
    string Name,
    string Namespace,
    DateTimeOffset? LastHeardAt,
    IReadOnlyDictionary<string, long> Rows,
    long Retrying,
    long StuckDeliveries,
    long OpenRefusals,
    bool HandshakeSeen,
    IReadOnlyList<SubscriptionView> Subscriptions,
    PollView Poll,
    BackfillsView Backfills);

/// <summary>The polls of a source.</summary>
/// <param name="LastPollAt">Start of the last poll; null before the first.</param>
/// <param name="LastPollOutcome">One of <c>PollOutcome</c>.</param>
/// <param name="LastCompleteAt">Start of the last one that was answered to its end.</param>
/// <param name="Failures">Polls in a row without a usable answer.</param>
/// <param name="FoundByPoll">What polls found and no notification had brought.</param>
/// <param name="CatchUpWaiting">Whether a poll is wanted before its time.</param>
/// <param name="Watermarks">How far each question has been answered.</param>
internal sealed record PollView(
    DateTimeOffset? LastPollAt,
    string? LastPollOutcome,
    DateTimeOffset? LastCompleteAt,
    long Failures,
    long FoundByPoll,
    bool CatchUpWaiting,
    IReadOnlyList<WatermarkView> Watermarks);

/// <summary>A question that is polled, and up to which stamp of the source it has been answered.</summary>
internal sealed record WatermarkView(string Query, DateTimeOffset Watermark, string? LastOutcome);

/// <summary>
/// The histories of patients at first sight: how many are not here, how many of those the first revision no longer waits for, since when, and why the last
/// attempt of one failed; how many ended with a gap, and what is missing of those.
/// </summary>
internal sealed record BackfillsView(
    long Waiting, long Overdue, DateTimeOffset? OldestRequestedAt, string? Fault, long Incomplete, IReadOnlyList<string> Missing);

/// <summary>One Subscription of a source: wanted by us (it has criteria and a state) or only heard of.</summary>
/// <param name="Reference">Null while it was never there.</param>
/// <param name="Criteria">What it is for; null: not ours.</param>
/// <param name="Status">The status that the source last said.</param>
/// <param name="State">How it stands by our judgement, one of <c>SubscriptionState</c>; null: not ours.</param>
/// <param name="Since">Since when it is in that state.</param>
/// <param name="HandshakeAt">The last handshake.</param>
/// <param name="LastHeardAt">The last notification that named it, a heartbeat included.</param>
/// <param name="EventsSinceStart">The counter of the source.</param>
/// <param name="HighestEvent">The highest event number.</param>
/// <param name="Epoch">Runs of that counter, from 1; null where numbers are not followed.</param>
/// <param name="Repeats">Events that came more than once.</param>
/// <param name="OpenGaps">Events that were missed and not yet found.</param>
/// <param name="Repairs">How often it was asked for anew or made again.</param>
internal sealed record SubscriptionView(
    string? Reference,
    string? Criteria,
    string? Status,
    string? State,
    DateTimeOffset? Since,
    DateTimeOffset? HandshakeAt,
    DateTimeOffset? LastHeardAt,
    long? EventsSinceStart,
    long? HighestEvent,
    long? Epoch,
    long? Repeats,
    IReadOnlyList<GapView> OpenGaps,
    long? Repairs);

/// <summary>Missed events, both ends inclusive. <see cref="PollWantedAt"/>: the source did not give them, and a poll was asked for.</summary>
internal sealed record GapView(long First, long Last, DateTimeOffset OpenedAt, long Attempts, DateTimeOffset? PollWantedAt);

/// <summary>A page of open refusals; <see cref="Next"/> is the value of <c>after</c> for the next page, null on the last.</summary>
internal sealed record RefusedPage(IReadOnlyList<RefusedView> Items, long? Next);

/// <summary>One open refusal. The body stays in the store: it holds data of a patient.</summary>
internal sealed record RefusedView(long Id, long Row, string Source, string Code, string? Resource, string Text, DateTimeOffset At);
