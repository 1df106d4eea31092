using System.Collections.Concurrent;

namespace CarT.Fhir.Hosting.Health;

/// <summary>
/// The turns of the workers that never wait for a hospital's server: each says when it begins something and when it rests. One that has been at the same
/// turn for longer than any can last is stuck, and only a restart helps. Thread-safe.
/// </summary>
public sealed class Heartbeats(TimeProvider time)
{
    /// <summary>How long one turn may last. A query of the database ends after half a minute, with or without an answer; nothing else is waited for in a turn.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Turn, long> turns = new();

    /// <summary>A worker begins a turn. Disposed, it rests.</summary>
    /// <param name="worker">Name of the worker, for operators.</param>
    public Turn Begin(string worker)
    {
        var turn = new Turn(this, worker);
        turn.Beat();
        return turn;
    }

    /// <summary>Names of the workers that are at something, one for each turn.</summary>
    public IReadOnlyList<string> Running => [.. turns.Keys.Select(turn => turn.Worker)];

    /// <summary>Names of the workers that are stuck.</summary>
    public IReadOnlyList<string> Overdue() =>
        [.. turns.Where(turn => time.GetElapsedTime(turn.Value) > LongestTurn).Select(turn => turn.Key.Worker).Distinct().Order(StringComparer.Ordinal)];

    private void Note(Turn turn) => turns[turn] = time.GetTimestamp();

    /// <summary>One turn of a worker.</summary>
    public sealed class Turn(Heartbeats heartbeats, string worker) : IDisposable
    {
        public string Worker => worker;

        /// <summary>The worker has come to the next of the many things of its turn.</summary>
        public void Beat() => heartbeats.Note(this);

        /// <summary>Waits for another service or a broker that may be away for long: meanwhile the worker rests.</summary>
        public async Task OutsideAsync(Task wait)
        {
            Dispose();
            await wait;
            Beat();
        }

        public void Dispose() => heartbeats.turns.TryRemove(this, out _);
    }
}
