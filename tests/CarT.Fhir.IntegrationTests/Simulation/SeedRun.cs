using System.Security.Cryptography;
using System.Text;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>What came of one seed.</summary>
/// <param name="Failure">What did not hold, with the way to replay it; null when all held.</param>
/// <param name="Counts">How often each kind of thing happened.</param>
/// <param name="Lines">How many steps and faults there were.</param>
/// <param name="TraceHash">Hash of every step and fault in order.</param>
/// <param name="EndState">Hash of all that stands in the EHR in the end.</param>
internal sealed record SeedRun(string? Failure, IReadOnlyDictionary<string, int> Counts, int Lines, string TraceHash, string EndState)
{
    /// <summary>Runs one seed on the calling thread.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="faults">What goes wrong; null: what the seed draws.</param>
    /// <param name="listener">Told every step.</param>
    public static SeedRun Of(int seed, FaultPlan? faults = null, Action<string>? listener = null) => Pump.Run(() => OfAsync(seed, faults, listener));

    private static async Task<SeedRun> OfAsync(int seed, FaultPlan? faults, Action<string>? listener)
    {
        await using var world = new World(seed, faults, listener);
        string? failure = null;
        try
        {
            await world.RunAsync();
            if (await Checker.FaultsOfAsync(world) is { Count: > 0 } broken)
                throw new SimulationFailedException(seed, string.Join("; ", broken));
        }
        catch (SimulationFailedException e)
        {
            failure = e.InnerException is { } inner ? $"{e.Message}\n{inner}" : e.Message;
        }
        return new SeedRun(failure, world.Trace.Counts, world.Trace.Lines, world.Trace.Hash, EndOf(world.Ehr));
    }

    private static string EndOf(SimulatedEhr ehr)
    {
        var versions = new[] { "Flag", "CarePlan", "Provenance" }.Concat(Checker.ReadTypes).SelectMany(type => ehr.History(type));
        var lines = versions.Select(version => $"{version.Reference} {version.Version} {Encoding.UTF8.GetString(version.Body.Span)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }
}
