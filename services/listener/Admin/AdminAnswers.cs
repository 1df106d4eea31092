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
    BackfillsView Backfills);

/// <summary>
/// The histories of patients at first sight: how many are waited for, since when, and why the last attempt of one failed; and how many ended with a gap.
/// </summary>
internal sealed record BackfillsView(long Waiting, DateTimeOffset? OldestRequestedAt, string? Fault, long Incomplete);

/// <summary>One Subscription of a source: kept by us (it has criteria) or only heard of.</summary>
internal sealed record SubscriptionView(
    string Reference,
    string? Criteria,
    string? Status,
    DateTimeOffset? HandshakeAt,
    DateTimeOffset? LastHeardAt,
    long? EventsSinceStart,
    long? HighestEvent);

/// <summary>A page of open refusals; <see cref="Next"/> is the value of <c>after</c> for the next page, null on the last.</summary>
internal sealed record RefusedPage(IReadOnlyList<RefusedView> Items, long? Next);

/// <summary>One open refusal. The body stays in the store: it holds data of a patient.</summary>
internal sealed record RefusedView(long Id, long Row, string Source, string Code, string? Resource, string Text, DateTimeOffset At);
