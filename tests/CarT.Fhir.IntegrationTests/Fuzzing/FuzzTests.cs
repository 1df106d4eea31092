using System.Globalization;
using System.Text;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>
/// Changed documents through every reader: 20,000 seeds, a million at night (<c>./check --nightly</c>). A seed that fails is printed, and
/// <c>CART_FUZZ_SEED=n</c> sends its document alone, <c>CART_FUZZ_SEED=n-m</c> those from n to before m.
/// </summary>
public sealed class FuzzTests
{
    private const int Seeds = 20_000;
    private const int SeedsAtNight = 1_000_000;
    private const int MostFailuresShown = 20;

    [Fact]
    public void Whatever_is_sent_nothing_throws_and_nothing_is_read_that_the_bytes_do_not_say()
    {
        var corpus = Corpus.Read(Fixtures());
        var (from, until) = Range();
        var failed = new List<string>();
        var withFacts = 0;
        for (var seed = from; seed < until && failed.Count < MostFailuresShown; seed++)
        {
            var bytes = FuzzDocument.Of(seed, corpus);
            var problems = FuzzOracles.Problems(bytes);
            if (problems.Count > 0) failed.Add(string.Create(CultureInfo.InvariantCulture, $"CART_FUZZ_SEED={seed}: {problems[0]}{Content(bytes)}"));
            if (FuzzOracles.Facts(bytes) > 0) withFacts++;
        }

        Assert.True(failed.Count == 0, string.Join('\n', failed));
        // A fuzzer whose documents are all refused proves nothing.
        Assert.True(until - from < Seeds || withFacts > (until - from) / 20, $"{withFacts} documents of {until - from} gave facts");
    }

    /// <summary>The whole document, when one alone was asked for.</summary>
    private static string Content(byte[] bytes) => Seed is null || Seed.Contains('-', StringComparison.Ordinal) ? "" : "\n" + Encoding.UTF8.GetString(bytes);

    private static string? Seed => Environment.GetEnvironmentVariable("CART_FUZZ_SEED");

    private static (int From, int Until) Range()
    {
        if (Seed?.Split('-').Select(seed => int.Parse(seed, CultureInfo.InvariantCulture)).ToList() is { } seeds) return (seeds[0], seeds.Count > 1 ? seeds[1] : seeds[0] + 1);
        return (0, Environment.GetEnvironmentVariable("CART_NIGHTLY") == "1" ? SeedsAtNight : Seeds);
    }

    /// <summary>A build server without the examples has failed; a desk without a network skips.</summary>
    private static string Fixtures()
    {
        var folder = Environment.GetEnvironmentVariable("CART_FIXTURES") is { Length: > 0 } named ? named : Path.Combine(FindRoot(), "artifacts", "fixtures");
        var isMissing = !Directory.Exists(Path.Combine(folder, "hl7.fhir.r4.examples"));
        if (isMissing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip("tests/fixtures/fetch has not been run");
        Assert.False(isMissing, "tests/fixtures/fetch has not been run");
        return folder;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "CarT.Fhir.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
