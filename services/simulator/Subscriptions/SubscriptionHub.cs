using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Subscriptions;

/// <summary>
/// Follows every write: starts, restarts and stops subscriptions, and tells each of them about the resources that match. A classic subscription is
/// active at once; a topic-based one when its endpoint has answered the handshake with 2xx.
/// </summary>
internal sealed class SubscriptionHub : IAsyncDisposable
{
    private readonly ResourceStore store;
    private readonly TimeProvider calendar;
    private readonly Dictionary<string, ActiveSubscription> subscriptions = new(StringComparer.Ordinal);
    private readonly List<ActiveSubscription> ended = [];
    private readonly HashSet<(string Id, int Version)> ownWrites = [];
    private readonly ConcurrentQueue<ActiveSubscription> waiting = new();
    private volatile string? learnedBase;

    public SubscriptionHub(ResourceStore store, TimeProvider calendar, SimulatedEhrOptions options)
    {
        this.store = store;
        this.calendar = calendar;
        Options = options;
        Hook = new RestHook(options);
    }

    public SimulatedEhrOptions Options { get; }

    public PendingDeliveries Pending { get; } = new();

    public RestHook Hook { get; }

    public DateTimeOffset Now => calendar.GetUtcNow();

    public string BaseUrl => Options.BaseUrl ?? learnedBase ?? "http://localhost/fhir";

    public void LearnBase(string baseUrl) => learnedBase = baseUrl;

    /// <summary>The subscription as it is served; null when it is off, deleted or unusable.</summary>
    public ActiveSubscription? Find(string id)
    {
        lock (subscriptions) return subscriptions.GetValueOrDefault(id);
    }

    /// <summary>Called by the store for each committed version, in order, under the store's lock.</summary>
    public void Observe(StoredVersion version)
    {
        if (version.Type == "Subscription")
        {
            if (!ownWrites.Remove((version.Id, version.Version))) Serve(version);
            return;
        }

        ActiveSubscription[] all;
        lock (subscriptions) all = [.. subscriptions.Values];
        foreach (var subscription in all)
        {
            if (!subscription.Definition.Matches(version)) continue;
            if (subscription.Definition.End <= Now) End(subscription);
            else subscription.Notify(version);
        }
    }

    /// <summary>A notification of this subscription waits to be sent by hand.</summary>
    public void Waits(ActiveSubscription subscription) => waiting.Enqueue(subscription);

    /// <summary>Sends the notification that has waited longest; false when none waits.</summary>
    public async Task<bool> DeliverOne(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        // One notification may have carried several events away.
        while (waiting.TryDequeue(out var subscription))
            if (await subscription.DeliverOne())
                return true;
        return false;
    }

    /// <summary>The endpoint answered the handshake, or did not.</summary>
    public void Shaken(ActiveSubscription subscription, bool accepted) =>
        SetStatus(subscription, accepted ? "active" : "error", accepted ? null : "The endpoint did not accept the handshake");

    /// <summary>Too many notifications in a row were not accepted.</summary>
    public void Fail(ActiveSubscription subscription) => SetStatus(subscription, "error", "The endpoint did not accept notifications");

    public async ValueTask DisposeAsync()
    {
        ActiveSubscription[] all;
        lock (subscriptions)
        {
            all = [.. subscriptions.Values, .. ended];
            subscriptions.Clear();
        }

        foreach (var subscription in all) await subscription.DisposeAsync();
        Hook.Dispose();
    }

    private void Serve(StoredVersion version)
    {
        var predecessor = Remove(version.Id);
        var resource = version.IsDeleted ? null : version.ToJson();
        if (resource is null || Json.Text(resource["status"]) is not ("requested" or "active")) return;
        try
        {
            var subscription = new ActiveSubscription(this, SubscriptionDefinition.Parse(resource), predecessor);
            lock (subscriptions) subscriptions[version.Id] = subscription;
            if (subscription.Definition.Topic is null) SetStatus(subscription, "active", error: null);
            else subscription.Shake();
        }
        catch (FhirProblemException problem)
        {
            Write(resource, version, "error", problem.Message);
        }
    }

    private void End(ActiveSubscription subscription)
    {
        SetStatus(subscription, "off", "The end of the subscription has come");
        Remove(subscription.Definition.Id);
    }

    private ActiveSubscription? Remove(string id)
    {
        ActiveSubscription? removed;
        lock (subscriptions)
        {
            if (!subscriptions.Remove(id, out removed)) return null;
            ended.Add(removed);
        }

        removed.Stop();
        return removed;
    }

    private void SetStatus(ActiveSubscription subscription, string status, string? error) => store.Atomically(() =>
    {
        // Updated or deleted meanwhile: the answer of its former endpoint says nothing about what is there now.
        var id = subscription.Definition.Id;
        if (!ReferenceEquals(Find(id), subscription) || store.Head("Subscription", id) is not { IsDeleted: false } head) return false;
        subscription.Status = status;
        Write(head.ToJson(), head, status, error);
        return true;
    });

    private void Write(JsonObject resource, StoredVersion head, string status, string? error) => store.Atomically(() =>
    {
        if (Json.Text(resource["status"]) == status && error is null) return false;
        resource["status"] = status;
        resource.Remove("error");
        if (error is not null) resource["error"] = error;
        ownWrites.Add((head.Id, head.Version + 1));
        store.Write(resource, head.Type, head.Id);
        return true;
    });
}
