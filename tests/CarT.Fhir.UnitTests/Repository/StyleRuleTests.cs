using System.Text.RegularExpressions;
using Xunit;

namespace CarT.Fhir.UnitTests.Repository;

/// <summary>The style rules that a machine can check (CONTRIBUTING.md).</summary>
public sealed partial class StyleRuleTests
{
    private const int MaxLines = 250;

    // Path, and why it is one thing all the same.
    private static readonly Dictionary<string, string> LongFiles = new(StringComparer.Ordinal)
    {
    };

    [Fact]
    public void No_file_of_the_product_is_longer_than_250_lines_without_a_stated_reason()
    {
        var tooLong = RepositoryFiles.CSharp("contracts", "services").Where(file => file.Lines.Length > MaxLines && !LongFiles.ContainsKey(file.Path))
            .Select(file => $"{file.Path}: {file.Lines.Length} lines");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Every_justified_exception_still_exists_and_still_needs_its_exception()
    {
        var stale = LongFiles.Keys.Where(path => !File.Exists(Path.Combine(RepositoryFiles.Root, path)) || File.ReadAllLines(Path.Combine(RepositoryFiles.Root, path)).Length <= MaxLines);

        Assert.Empty(stale);
    }

    [Fact]
    public void The_medicine_reads_no_clock_does_no_io_and_uses_no_double()
    {
        var breaches = Matches(WallClockOrIo(), "services/lib/hematology", "contracts");

        Assert.Empty(breaches);
    }

    [Fact]
    public void No_log_template_names_a_payload_a_person_or_a_value()
    {
        var templates = RepositoryFiles.CSharp("services").SelectMany(file => LoggerMessage().Matches(string.Join('\n', file.Lines)).Select(match => (file.Path, Template: match.Value)));

        Assert.Empty(templates.Where(found => PayloadPlaceholder().IsMatch(found.Template)).Select(found => $"{found.Path}: {found.Template}"));
    }

    [Fact]
    public void Logs_are_written_by_source_generated_messages_only()
    {
        var breaches = Matches(FreeLog(), "services");

        Assert.Empty(breaches);
    }

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        // Spelt in two parts, so that this file does not accuse itself.
        var marks = new Regex(@"\b(TO" + @"DO|FIX" + @"ME|NotImplemented" + @"Exception)\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Assert.Empty(Matches(marks, "contracts", "services", "tests"));
    }

    [Fact]
    public void No_committed_file_names_a_package_feed()
    {
        var lockFiles = new[] { "contracts", "services", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, folder), "packages.lock.json", SearchOption.AllDirectories));

        Assert.DoesNotContain(lockFiles, file => File.ReadAllText(file).Contains("http", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(RepositoryFiles.Root, "NuGet.config")));
    }

    private static IEnumerable<string> Matches(Regex pattern, params string[] folders) =>
        RepositoryFiles.CSharp(folders).SelectMany(file => file.Lines.Select((line, i) => (file.Path, Number: i + 1, Line: line)))
            .Where(row => pattern.IsMatch(row.Line)).Select(row => $"{row.Path}:{row.Number}: {row.Line.Trim()}");

    [GeneratedRegex(@"\b(DateTime(Offset)?\.(UtcNow|Now|Today)|TimeProvider|Stopwatch|Environment\.Tick|File\.|Directory\.|HttpClient|Console\.|double\b|float\b)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WallClockOrIo();

    [GeneratedRegex(@"\[LoggerMessage\((?:[^\]""]|""(?:[^""\\]|\\.)*"")*\)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"\{@|\{(Body|Payload|Json|Content|Message|Value|Name|Birth\w*|Patient\w*|Family|Given|Mrn|Identifier|Narrative|Text)\}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PayloadPlaceholder();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FreeLog();
}
