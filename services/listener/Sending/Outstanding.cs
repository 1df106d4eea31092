namespace CarT.Fhir.Listener.Sending;

/// <summary>
/// Deliveries that were sent by this process and have no receipt yet, and when each is due again: after 30 s, then twice as long each time, at most
/// 5 min. In memory and on the machine's clock: after a restart everything without receipt is sent at once. Thread-safe.
/// </summary>
internal sealed class Outstanding(TimeProvider time)
{
    // The bus in memory has no limit of its own, and what merely waits in a long queue would be sent again for nothing.
    private const int Window = 2_000;
    private const int OftenSends = 5;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly Dictionary<long, Entry> byId = [];
    private int underWay;

    /// <summary>How many more may be sent now. Those that stay without receipt however often they are sent take no room: they must not stop the others.</summary>
    public int Room
    {
        get
        {
            lock (gate) return Math.Max(0, Window - underWay);
        }
    }

    public void Sent(string source, IEnumerable<long> ids)
    {
        lock (gate)
        {
            foreach (var id in ids)
            {
                var entry = byId.TryGetValue(id, out var before)
                    ? before with { SentAt = time.GetTimestamp(), Wait = Longer(before.Wait), Sends = before.Sends + 1 }
                    : new Entry(source, time.GetTimestamp(), FirstWait, Sends: 1);
                byId[id] = entry;
                if (before is null) underWay++;
                else if (entry.IsStuck && !before.IsStuck) underWay--;
            }
        }
    }

    /// <summary>These need no more sending: receipted, or superseded. True when that made room where there was none.</summary>
    public bool Settled(IEnumerable<long> ids)
    {
        lock (gate)
        {
            var before = underWay;
            foreach (var id in ids)
            {
                if (byId.Remove(id, out var entry) && !entry.IsStuck) underWay--;
            }
            return before >= Window && underWay < Window;
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

    /// <summary>Deliveries by source that were sent more than five times and have no receipt: somebody should look.</summary>
    public IReadOnlyDictionary<string, int> Stuck()
    {
        lock (gate)
        {
            return byId.Values.Where(entry => entry.IsStuck).CountBy(entry => entry.Source).ToDictionary(StringComparer.Ordinal);
        }
    }

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < LongestWait ? wait * 2 : LongestWait;

    private sealed record Entry(string Source, long SentAt, TimeSpan Wait, int Sends)
    {
        public bool IsStuck => Sends > OftenSends;
    }
}
