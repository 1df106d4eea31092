using System.Threading.Channels;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Subscriptions;

/// <summary>
/// One subscription that the server serves: its status, its events, and the queues of what is still to be sent. A classic subscription has several
/// queues, each of them sequential, and one resource always uses the same: notifications of a resource stay in order. A topic subscription has one,
/// so that event numbers arrive in order.
/// </summary>
internal sealed class ActiveSubscription : IAsyncDisposable
{
    private readonly SubscriptionHub hub;
    private readonly Channel<Notice>[] lanes;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly List<TopicEvent> events = [];
    private readonly Task finished;
    private int failuresInARow;
    private long lastSent = Environment.TickCount64;

    private enum NoticeKind
    {
        Event,
        Handshake,
        Heartbeat,
    }

    private sealed record Notice(NoticeKind Kind, StoredVersion? Focus, TopicEvent? Event);

    public ActiveSubscription(SubscriptionHub hub, SubscriptionDefinition definition, ActiveSubscription? predecessor)
    {
        this.hub = hub;
        Definition = definition;
        // Event numbers never start again while the subscription lives: a subscriber would take that for lost data.
        if (predecessor is not null) events.AddRange(predecessor.Events(0, long.MaxValue));
        var byHand = hub.Options.DeliversByHand;
        var count = definition.Topic is null && !byHand ? hub.Options.ConcurrentDeliveries : 1;
        lanes = [.. Enumerable.Range(0, count).Select(_ => Channel.CreateUnbounded<Notice>(new() { SingleReader = true }))];
        finished = byHand ? Task.CompletedTask : Task.WhenAll([.. lanes.Select(lane => Task.Run(() => Drain(lane.Reader))), Task.Run(Beat)]);
    }

    public SubscriptionDefinition Definition { get; }

    /// <summary><c>requested</c>, <c>active</c>, <c>error</c> or <c>off</c>; changed by the hub only.</summary>
    public string Status { get; set; } = "requested";

    public SubscriptionState State
    {
        get
        {
            lock (gate) return new SubscriptionState(Definition, Status, events.Count);
        }
    }

    public void Shake() => Enqueue(new Notice(NoticeKind.Handshake, null, null));

    /// <summary>Queues a notification of a write that matched. In status error a topic subscription goes on counting its events.</summary>
    public void Notify(StoredVersion version)
    {
        if (Status is not ("active" or "error")) return;
        var item = Definition.Topic is null ? null : Count(version);
        if (Status == "active") Enqueue(new Notice(NoticeKind.Event, version, item));
    }

    /// <summary>The events with these numbers, both inclusive.</summary>
    public List<TopicEvent> Events(long first, long last)
    {
        lock (gate) return events.FindAll(item => item.Number >= first && item.Number <= last);
    }

    public void Stop()
    {
        stopping.Cancel();
        foreach (var lane in lanes) lane.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await finished;
        stopping.Dispose();
    }

    private TopicEvent Count(StoredVersion version)
    {
        lock (gate)
        {
            var item = new TopicEvent(events.Count + 1, version);
            events.Add(item);
            return item;
        }
    }

    private void Enqueue(Notice notice)
    {
        var lane = notice.Focus is null ? 0 : (int)((uint)notice.Focus.Reference.GetHashCode(StringComparison.Ordinal) % (uint)lanes.Length);
        hub.Pending.Enter();
        if (!lanes[lane].Writer.TryWrite(notice)) hub.Pending.Leave(1, delivered: null);
        else if (hub.Options.DeliversByHand) hub.Waits(this);
    }

    private async Task Drain(ChannelReader<Notice> queue)
    {
        while (await queue.WaitToReadAsync()) await DeliverFrom(queue);
    }

    /// <summary>Sends what has waited longest, where nobody drains the queue; false when nothing waits any more.</summary>
    public Task<bool> DeliverOne() => DeliverFrom(lanes[0].Reader);

    private async Task<bool> DeliverFrom(ChannelReader<Notice> queue)
    {
        if (!queue.TryRead(out var first)) return false;
        List<Notice> notices = [first];
        while (first.Kind == NoticeKind.Event && Definition.Topic is not null && notices.Count < Definition.MaxCount
            && queue.TryPeek(out var next) && next.Kind == NoticeKind.Event && queue.TryRead(out next))
            notices.Add(next);
        var delivered = await Deliver(notices);
        hub.Pending.Leave(notices.Count, delivered);
        return true;
    }

    private async Task<bool?> Deliver(List<Notice> notices)
    {
        if (stopping.IsCancellationRequested) return null;
        // What was queued before the subscription went into error is lost, as on real servers: the client reads it again.
        if (Status == "error") return false;
        try
        {
            var delivered = await Send(notices);
            if (notices[0].Kind == NoticeKind.Handshake) hub.Shaken(this, delivered);
            else if (delivered) failuresInARow = 0;
            else if (Interlocked.Increment(ref failuresInARow) == hub.Options.FailuresUntilError) hub.Fail(this);
            return delivered;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private Task<bool> Send(List<Notice> notices)
    {
        Volatile.Write(ref lastSent, Environment.TickCount64);
        if (Definition.Topic is not null)
        {
            var bundle = Bundle(notices);
            return hub.Hook.Send(HttpMethod.Post, Definition.Endpoint, Json.Bytes(bundle), Definition, stopping.Token);
        }

        var focus = notices[0].Focus!;
        if (Definition.Payload is null) return hub.Hook.Send(HttpMethod.Post, Definition.Endpoint, default, Definition, stopping.Token);
        var address = new Uri(Definition.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + focus.Reference);
        return hub.Hook.Send(HttpMethod.Put, address, focus.Body, Definition, stopping.Token);
    }

    private System.Text.Json.Nodes.JsonObject Bundle(List<Notice> notices)
    {
        var state = State;
        var (kind, sent) = notices[0].Kind switch
        {
            NoticeKind.Handshake => ("handshake", state),
            NoticeKind.Heartbeat => ("heartbeat", state),
            _ => ("event-notification", state with { Events = notices[^1].Event!.Number }),
        };
        return NotificationBundle.Create(kind, sent, [.. notices.Select(notice => notice.Event).OfType<TopicEvent>()], hub.BaseUrl, hub.Now);
    }

    // In real time: a heartbeat tells that the connection lives, whatever the calendar of the data says.
    private async Task Beat()
    {
        if (Definition.Heartbeat is not { } period) return;
        try
        {
            while (true)
            {
                var quiet = TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref lastSent));
                await Task.Delay(quiet < period ? period - quiet : period, stopping.Token);
                quiet = TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref lastSent));
                if (quiet >= period && Status == "active") Enqueue(new Notice(NoticeKind.Heartbeat, null, null));
            }
        }
        catch (OperationCanceledException)
        {
            // The subscription ended.
        }
    }
}
