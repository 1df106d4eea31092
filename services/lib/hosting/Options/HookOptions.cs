namespace CarT.Fhir.Hosting.Options;

/// <summary>What our hook takes from this source, and how it answers what it cannot take.</summary>
public sealed class HookOptions
{
    /// <summary>
    /// Status of the answer to a body that is not well-formed JSON: <c>400</c> (default), or <c>200</c> for a sender that stops or repeats itself for ever
    /// after an error. The body is kept and shown to operators in both cases.
    /// </summary>
    public string RejectAs { get; set; } = "400";

    /// <summary>Notifications that are taken in a minute, and at once after a silence; more are answered 429.</summary>
    public int RequestsPerMinute { get; set; } = 60_000;

    /// <summary>Entries or events of one notification; one with more is refused as a whole.</summary>
    public int MaxEntries { get; set; } = 5_000;

    /// <summary>The longest that the body of one notification may take to arrive.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
