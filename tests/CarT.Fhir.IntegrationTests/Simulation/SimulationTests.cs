using System.Diagnostics;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int SeedsOfACheck = 200;

    /// <summary><c>./check --seeds N</c> takes that many; <c>./check --seed S</c> replays one, with its trace.</summary>
    [Fact]
    public async Task Whatever_is_lost_doubled_late_or_dead_the_chart_says_in_the_end_what_the_ehr_holds()
    {
        var started = Stopwatch.GetTimestamp();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var failures = new List<string>();
        var seeds = Seeds();
        foreach (var seed in seeds)
        {
            var run = await SeedRun.OfAsync(seed, listener: seeds.Count == 1 ? output.WriteLine : null);
            foreach (var (kind, count) in run.Counts) counts[kind] = counts.GetValueOrDefault(kind) + count;
            if (run.Failure is { } failure) failures.Add(failure);
        }
        foreach (var (kind, count) in counts) output.WriteLine($"{count,10}  {kind}");
        output.WriteLine($"{seeds.Count} schedules in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.True(failures.Count == 0, $"{failures.Count} of {seeds.Count} seeds failed\n" + string.Join("\n", failures));
    }

    [Fact]
    public async Task One_seed_gives_one_history()
    {
        foreach (var seed in new[] { 1, 2, 3, 4, 5 })
        {
            var (first, second) = (await SeedRun.OfAsync(seed), await SeedRun.OfAsync(seed));
            Assert.Equal(first.TraceHash, second.TraceHash);
            Assert.Equal(first.EndState, second.EndState);
        }
    }

    private static List<int> Seeds()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("CART_SEED"), out var seed)) return [seed];
        var count = int.TryParse(Environment.GetEnvironmentVariable("CART_SEEDS"), out var wish) ? wish : SeedsOfACheck;
        return [.. Enumerable.Range(1, count)];
    }
}
