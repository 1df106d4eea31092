namespace CarT.Fhir.Simulator.Server;

/// <summary>How a <see cref="SimulatedEhr"/> behaves.</summary>
public sealed record SimulatedEhrOptions
{
    /// <summary>The topic that the server advertises by default: every change of a clinical resource.</summary>
    public const string ClinicalDataTopic = "urn:cart-fhir:simulator:topic:clinical-data";

    /// <summary>Entries on a page when the client does not say.</summary>
    public int DefaultCount { get; init; } = 100;

    public int MaxCount { get; init; } = 1000;

    /// <summary>
    /// The address under which clients reach the server, without a trailing slash. Null: the address of the latest request, which is what notifications
    /// then name too.
    /// </summary>
    public string? BaseUrl { get; init; }

    /// <summary>Topics named in the CapabilityStatement. Any other canonical is accepted too and means the same: every change of a resource.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [ClinicalDataTopic];

    /// <summary>
    /// Looks at each interaction first; an answer that it returns is the answer. Makes faults: an outage, a throttle, a rejected credential.
    /// Called also for each entry of a batch or transaction; must be thread-safe.
    /// </summary>
    public Func<FhirRequest, FhirAnswer?>? Intercept { get; init; }

    /// <summary>
    /// Stands around each request of a client: gets it and the server's own way of answering, and may call that way with another request, twice, or not
    /// at all. A transaction is one request. Must be thread-safe. See <see cref="Faults.RequestFaults.Answer"/>.
    /// </summary>
    public Func<FhirRequest, Func<FhirRequest, FhirAnswer>, FhirAnswer>? Around { get; init; }

    /// <summary>Carries the notifications; null: real HTTP. Not disposed by the server.</summary>
    public HttpMessageHandler? NotificationHandler { get; init; }

    /// <summary>
    /// No thread sends notifications, and no heartbeat beats: they wait until <see cref="SimulatedEhr.DeliverOneAsync"/> sends one after the other.
    /// For simulations whose every step is chosen.
    /// </summary>
    public bool DeliversByHand { get; init; }

    /// <summary>Notifications of one classic subscription that are under way at a time. Those about one resource always go in order.</summary>
    public int ConcurrentDeliveries { get; init; } = 8;

    /// <summary>Pauses before the second and later attempts of a notification; after the last it is dropped and counted as failed.</summary>
    public IReadOnlyList<TimeSpan> RetryAfter { get; init; } =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1)];

    /// <summary>Failed notifications in a row after which a subscription goes to <c>error</c>.</summary>
    public int FailuresUntilError { get; init; } = 5;

    /// <summary>Longest wait for the answer to a notification, unless the subscription carries its own (backport-timeout).</summary>
    public TimeSpan NotificationTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
