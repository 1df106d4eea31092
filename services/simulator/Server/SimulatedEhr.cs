using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server.Search;
using CarT.Fhir.Simulator.Server.Store;
using CarT.Fhir.Simulator.Subscriptions;

namespace CarT.Fhir.Simulator.Server;

/// <summary>
/// A charting system to play with: a FHIR R4 server in memory that keeps every version, answers searches, runs transactions and pushes classic and
/// topic-based (Subscriptions R5 Backport 1.1.0) rest-hook notifications. Thread-safe; holds some 100,000 resources. Never for real patients.
/// </summary>
public sealed class SimulatedEhr : IAsyncDisposable
{
    private readonly ResourceStore store;
    private readonly SubscriptionHub hub;
    private readonly Interactions interactions;

    /// <param name="calendar">The server's clock: stamps <c>meta.lastUpdated</c> and ends subscriptions. Heartbeats and retries run in real time.</param>
    /// <param name="options">Null: the defaults.</param>
    public SimulatedEhr(TimeProvider calendar, SimulatedEhrOptions? options = null)
    {
        Options = options ?? new SimulatedEhrOptions();
        store = new ResourceStore(calendar);
        hub = new SubscriptionHub(store, calendar, Options);
        interactions = new Interactions(store, hub, Options);
        store.Committed = hub.Observe;
    }

    public SimulatedEhrOptions Options { get; }

    /// <summary>Resources of all types that exist now.</summary>
    public int Total => store.CountAll();

    /// <summary>Notifications that are waiting or under way.</summary>
    public int PendingDeliveries => hub.Pending.Count;

    /// <summary>Notifications that the receiver acknowledged, and those given up, since the start.</summary>
    public (long Delivered, long Failed) Deliveries => (hub.Pending.Delivered, hub.Pending.Failed);

    /// <summary>Serves the RESTful API below a prefix of any ASP.NET Core application.</summary>
    public IEndpointConventionBuilder MapEndpoints(IEndpointRouteBuilder routes, string prefix = "/fhir") => HttpEndpoints.Map(routes, prefix, this);

    /// <summary>Answers one interaction in process, exactly as over HTTP.</summary>
    public FhirAnswer Answer(FhirRequest request)
    {
        hub.LearnBase(request.BaseUrl);
        return Options.Around is { } around ? around(request, interactions.Answer) : interactions.Answer(request);
    }

    /// <summary>Creates or updates a resource as the charting system itself would; without an id it gets one. The argument is not changed.</summary>
    /// <exception cref="ArgumentException">The object has no resourceType of this server.</exception>
    public StoredVersion Put(JsonObject resource)
    {
        var type = Json.Text(resource["resourceType"]) ?? "";
        if (!SearchParameters.IsKnown(type)) throw new ArgumentException("The object is not a resource of a type that the server keeps", nameof(resource));
        var copy = resource.DeepClone().AsObject();
        return store.Atomically(() => store.Write(copy, type, Json.Text(copy["id"]) ?? store.NewId(type)));
    }

    /// <summary>Deletes a resource; false when there is none.</summary>
    public bool Delete(string type, string id) => store.Delete(type, id) is not null;

    /// <summary>A copy of the newest version; null when it does not exist or was deleted.</summary>
    public JsonObject? Read(string type, string id) => store.Head(type, id) is { IsDeleted: false } version ? version.ToJson() : null;

    /// <summary>Resources of a type that exist now.</summary>
    public int Count(string type) => store.Count(type);

    /// <summary>Copies of all resources of a type, oldest write first.</summary>
    public IEnumerable<JsonObject> All(string type) => Find(type, "").Select(version => version.ToJson());

    /// <summary>The resources that match a FHIR search such as <c>patient=p1&amp;status=active</c>, as over HTTP but on one page.</summary>
    public IReadOnlyList<StoredVersion> Find(string type, string query) => SearchParameters.IsKnown(type) ? SearchQuery.Parse(type, query).Run(store) : [];

    /// <summary>Every version of a type since a time, newest first, deletions included.</summary>
    public IReadOnlyList<StoredVersion> History(string type, DateTimeOffset since = default) => store.History(type, since);

    /// <summary>Sends the notification that has waited longest, where <see cref="SimulatedEhrOptions.DeliversByHand"/> is set; false when none waits.</summary>
    public Task<bool> DeliverOneAsync(CancellationToken cancellationToken) => hub.DeliverOne(cancellationToken);

    /// <summary>Completes when no notification is waiting or under way.</summary>
    public Task WhenDelivered(CancellationToken cancellationToken) => hub.Pending.WhenNone(cancellationToken);

    public ValueTask DisposeAsync() => hub.DisposeAsync();
}
