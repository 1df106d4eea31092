using System.Security.Cryptography;
using System.Text;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>What a simulation did, line by line, as a hash; and how often each kind of thing happened.</summary>
internal sealed class Trace(Action<string>? listener = null) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public int Lines { get; private set; }

    public string Hash => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Note(string line)
    {
        Lines++;
        hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        listener?.Invoke(line);
    }

    /// <summary>Notes something that is counted by its kind, such as <c>fault: http 500</c>.</summary>
    public void Count(string kind, string? detail = null)
    {
        Counts[kind] = Counts.GetValueOrDefault(kind) + 1;
        Note(detail is null ? kind : $"{kind} {detail}");
    }

    public void Dispose() => hash.Dispose();
}

/// <summary>A seed under which something that must hold did not.</summary>
internal sealed class SimulationFailedException(int seed, string what, Exception? inner = null)
    : Exception($"seed {seed} failed: {what}; replay with ./check --seed {seed}", inner)
{
    public int Seed => seed;
}
