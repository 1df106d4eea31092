namespace CarT.Fhir.Simulator.Courses;

/// <summary>Seeded chance, in the terms in which a course is told.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public bool Chance(double probability) => random.NextDouble() < probability;

    /// <summary>A whole number from first to last, both included.</summary>
    public int Between(int first, int last) => random.Next(first, last + 1);

    public double Between(double low, double high) => low + (random.NextDouble() * (high - low));

    /// <summary>A factor around 1 whose logarithm is normal with this standard deviation.</summary>
    public double Wobble(double deviation)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Exp(deviation * normal);
    }

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public void Shuffle<T>(T[] items) => random.Shuffle(items);
}
