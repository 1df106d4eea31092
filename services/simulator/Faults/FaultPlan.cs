using System.Collections.Concurrent;

namespace CarT.Fhir.Simulator.Faults;

/// <summary>When a fault strikes: among the events that it is about, from the nth on, at most so often, with this probability.</summary>
public abstract record FaultRule
{
    /// <summary>Probability for each event that matches, from 0 to 1. By script it is 1.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>The first event that can be struck, counted from 1 among those that match.</summary>
    public int From { get; init; } = 1;

    /// <summary>Events that are struck at most.</summary>
    public int Times { get; init; } = int.MaxValue;

    /// <summary>Name under which the fault is counted.</summary>
    public abstract string Kind { get; }
}

/// <summary>
/// Decides by seeded chance and by script which fault strikes an event, and counts those that did. One seed and one order of events give one series of
/// faults. Thread-safe.
/// </summary>
internal sealed class FaultPlan<TRule>(int seed, IReadOnlyList<TRule> rules)
    where TRule : FaultRule
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly int[] seen = new int[rules.Count];
    private readonly int[] struck = new int[rules.Count];
    private readonly ConcurrentDictionary<string, int> injected = new(StringComparer.Ordinal);
    private volatile bool ended;

    public IReadOnlyDictionary<string, int> Injected => injected;

    /// <summary>From now on nothing strikes.</summary>
    public void End() => ended = true;

    /// <summary>The first rule that strikes an event, or null. Every rule that the event matches counts it.</summary>
    public TRule? Strike(Func<TRule, bool> matches)
    {
        if (ended) return null;
        lock (gate)
        {
            TRule? chosen = null;
            for (var i = 0; i < rules.Count; i++)
            {
                if (!matches(rules[i])) continue;
                var due = ++seen[i] >= rules[i].From && struck[i] < rules[i].Times;
                if (!due || chosen is not null || (rules[i].Rate < 1 && random.NextDouble() >= rules[i].Rate)) continue;
                chosen = rules[i];
                struck[i]++;
                injected.AddOrUpdate(chosen.Kind, 1, (_, count) => count + 1);
            }

            return chosen;
        }
    }

    /// <summary>A number from 0 up to, and not including, <paramref name="below"/>.</summary>
    public int Next(int below)
    {
        lock (gate) return random.Next(below);
    }

    public double NextFraction()
    {
        lock (gate) return random.NextDouble();
    }
}
