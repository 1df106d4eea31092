namespace CarT.Fhir.Hosting.Options;

/// <summary>Reconciliation by polling: what push lost is found by asking. Every source is polled, also one that pushes.</summary>
public sealed class PollOptions
{
    /// <summary>From one poll to the next, on the machine's clock; lengthened by up to a quarter.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far each window reaches back behind what was seen: a server stamps a resource before it shows it.</summary>
    public TimeSpan Overlap { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What is younger than this is searched for but does not move the watermark.</summary>
    public TimeSpan SafetyLag { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the first window begins; null: one overlap before the first start, or before the last notification when that is older.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary><c>lastUpdated</c>, or <c>patient</c> for servers that cannot search by it: each patient with an infusion is searched, and content compared.</summary>
    public string Mode { get; set; } = "lastUpdated";

    /// <summary>
    /// How deletes are found: <c>history</c> (of the types), <c>reread</c> (with the deep re-read), <c>auto</c> (history where the server declares it) or <c>off</c>.
    /// </summary>
    public string Deletes { get; set; } = "auto";

    /// <summary>How often each patient with an infusion is read as a whole, for corrections and deletes older than any window; zero: never.</summary>
    public TimeSpan DeepEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Shortest time from one poll to another that a notification asked for.</summary>
    public TimeSpan CatchUpDistance { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Results asked for on a page.</summary>
    public int PageSize { get; set; } = 200;

    /// <summary>Bound of polls, back-fills and repairs together; zero: none.</summary>
    public int MaxRequestsPerMinute { get; set; } = 600;
}
