namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>The one source of chance of a simulation. Whatever it decides follows from the seed and from what was asked before.</summary>
internal sealed class Chance(int seed, Trace trace)
{
    private readonly Random random = new(seed);

    public Trace Trace => trace;

    /// <summary>False once the world is at peace: no fault strikes any more.</summary>
    public bool IsAtWar { get; set; } = true;

    /// <summary>How often a step rests where it could.</summary>
    public double Rests { get; set; }

    /// <summary>A whole number from <paramref name="low"/> up to, and not with, <paramref name="high"/>.</summary>
    public int Next(int low, int high) => random.Next(low, high);

    public T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;

    /// <summary>Whether a fault strikes now; noted and counted when it does.</summary>
    public bool Strikes(double probability, string fault)
    {
        if (!IsAtWar || !Happens(probability)) return false;
        trace.Count("fault: " + fault);
        return true;
    }

    /// <summary>A place where the running step may rest, so that others run in between.</summary>
    public async ValueTask RestAsync(string where)
    {
        if (!IsAtWar || Stage.Current is not { } step || !Happens(Rests)) return;
        trace.Count("rest", $"{step.Name} {where}");
        await step.RestAsync(where);
    }
}
