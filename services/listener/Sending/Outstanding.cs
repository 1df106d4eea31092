namespace CarT.Fhir.Listener.Sending;

/// <summary>
/// Deliveries that were sent by this process and have no receipt yet, and when each is due again: after 30 s, then twice as long each time, at most
/// 5 min. In memory and on the machine's clock: after a restart everything without receipt is sent at once. Thread-safe.
/// </summary>
internal sealed class Outstanding(TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly Dictionary<long, (long SentAt, TimeSpan Wait)> byId = [];

    public void Sent(IEnumerable<long> ids)
    {
        lock (gate)
        {
            foreach (var id in ids)
            {
                var wait = byId.TryGetValue(id, out var before) ? before.Wait * 2 : FirstWait;
                byId[id] = (time.GetTimestamp(), wait < LongestWait ? wait : LongestWait);
            }
        }
    }

    /// <summary>These need no more sending: receipted, or superseded.</summary>
    public void Settled(IEnumerable<long> ids)
    {
        lock (gate)
        {
            foreach (var id in ids) byId.Remove(id);
        }
    }

    /// <summary>Up to this many deliveries whose receipt is overdue, oldest id first.</summary>
    public IReadOnlyList<long> Due(int limit)
    {
        lock (gate)
        {
            return [.. byId.Where(entry => time.GetElapsedTime(entry.Value.SentAt) >= entry.Value.Wait).Select(entry => entry.Key).Order().Take(limit)];
        }
    }
}
