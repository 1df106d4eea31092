using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary>
/// <c>cart-fhir evaluate</c> over whole packages of published resources, 190 MB of them: it ends in its time and memory, says what it refused
/// and has an exit code as docs/interfaces.md tells.
/// </summary>
public sealed class PublishedExampleTests
{
    private const int SomeRefused = 1;

    // Several times what was measured (6 s and 470 MB for the larger one), so that only a real change of size is found.
    private const int Seconds = 90;
    private const int HeapLimitMb = 1200;

    [Theory]
    [InlineData("hl7.fhir.r4.examples", 53)]
    [InlineData("hl7.fhir.us.mcode", 7)]
    public async Task A_whole_package_is_evaluated_and_what_cannot_be_used_is_refused_by_its_code(string package, int patients)
    {
        var run = await Cli.RunAsync(["evaluate", Existing(package)], seconds: Seconds, heapLimitMb: HeapLimitMb);

        Report(package, run);
        Assert.Equal(SomeRefused, run.ExitCode);
        Assert.DoesNotContain("xception", run.Errors, StringComparison.Ordinal);
        Assert.Equal(patients, run.Lines.Count(line => line["patient"] is not null));
        Assert.NotEmpty(Findings(run));
        Assert.All(Findings(run), finding => Assert.Contains(finding.Code, Refusals));
    }

    /// <summary>The codes of docs/interfaces.md, refusals and remarks.</summary>
    private static readonly string[] Refusals =
    [
        "unit-unknown", "unit-missing", "value-missing", "value-implausible", "code-ambiguous", "time-missing", "time-imprecise", "patient-missing", "status-not-usable",
        "resource-invalid", "modifier-extension", "comparator-indecisive", "specimen-unsuitable", "transfusion-unclassified", "infusion-conflict", "dose-missing",
        "reference-range-missing", "version-ambiguous",
    ];

    private static IEnumerable<(string Code, string Type)> Findings(Cli run) => run.Lines
        .SelectMany(line => line["dataQuality"]!.AsArray())
        .Select(finding => (finding!["code"]!.GetValue<string>(), TypeOf(finding["resource"])));

    private static string TypeOf(JsonNode? resource) => resource?.GetValue<string>() is { } name && name.Contains('/', StringComparison.Ordinal) ? name.Split('/')[0] : "(a file)";

    /// <summary>For people; <c>./check</c> prints it.</summary>
    private static void Report(string package, Cli run)
    {
        var found = Findings(run).GroupBy(finding => finding).OrderBy(finding => finding.Key.Code, StringComparer.Ordinal).ThenBy(finding => finding.Key.Type, StringComparer.Ordinal)
            .Select(finding => string.Create(CultureInfo.InvariantCulture, $"  {finding.Count(),4} {finding.Key.Code} {finding.Key.Type}"));
        var folder = Directory.CreateDirectory(Path.Combine(FindRoot(), "artifacts", "examples")).FullName;
        File.WriteAllLines(Path.Combine(folder, $"3-evaluate-{package}.txt"),
            [$"cart-fhir evaluate {package}: exit code {run.ExitCode}", "  " + run.Errors.Trim(), "  dataQuality of the result, by code and resource type:", .. found]);
    }

    /// <summary>A build server without the examples has failed; a desk without a network skips.</summary>
    private static string Existing(string package)
    {
        var fixtures = Environment.GetEnvironmentVariable("CART_FIXTURES") is { Length: > 0 } folder ? folder : Path.Combine(FindRoot(), "artifacts", "fixtures");
        var path = Path.Combine(fixtures, package, "package");
        var isMissing = !Directory.Exists(path);
        if (isMissing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip("tests/fixtures/fetch has not been run");
        Assert.False(isMissing, "tests/fixtures/fetch has not been run");
        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "CarT.Fhir.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
