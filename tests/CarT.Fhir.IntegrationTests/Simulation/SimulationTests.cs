using System.Diagnostics;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int SeedsOfACheck = 200;
    private const int Workers = 2;

    /// <summary>
    /// <c>./check --seeds N</c> takes that many; <c>./check --seed S</c> replays one and writes down every step (<c>CART_TRACE</c> names the file).
    /// </summary>
    [Fact]
    public void Whatever_is_lost_doubled_late_or_dead_the_chart_says_in_the_end_what_the_ehr_holds()
    {
        var started = Stopwatch.GetTimestamp();
        var seeds = Seeds();
        using var file = seeds.Count == 1 && Environment.GetEnvironmentVariable("CART_TRACE") is { Length: > 0 } path ? new StreamWriter(path) : null;
        var runs = new SeedRun[seeds.Count];
        Parallel.For(0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = Workers }, i => runs[i] = SeedRun.Of(seeds[i], listener: file is null ? null : file.WriteLine));
        foreach (var kind in runs.SelectMany(run => run.Counts).GroupBy(count => count.Key).OrderBy(kind => kind.Key, StringComparer.Ordinal))
            output.WriteLine($"{kind.Sum(count => count.Value),10}  {kind.Key}");
        output.WriteLine($"{seeds.Count} schedules of {runs.Sum(run => run.Lines)} steps in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        var failures = runs.Select(run => run.Failure).OfType<string>().ToList();
        Assert.True(failures.Count == 0, $"{failures.Count} of {seeds.Count} seeds failed\n" + string.Join("\n", failures));
    }

    [Fact]
    public void One_seed_gives_one_history()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var (first, second) = (SeedRun.Of(seed), SeedRun.Of(seed));
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
