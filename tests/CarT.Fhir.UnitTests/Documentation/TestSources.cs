using System.Text.RegularExpressions;
using CarT.Fhir.UnitTests.Repository;

namespace CarT.Fhir.UnitTests.Documentation;

/// <summary>One test of the sources: its class, its name, and the rules (<c>P7.4</c>) and cases (<c>E3</c>) that it checks.</summary>
internal sealed record SourceTest(string Class, string Name, IReadOnlyList<string> Rules);

/// <summary>
/// The tests as their sources tell them. A test checks what its name begins with (<c>P7_4_E3_A_…</c>). One whose name cites nothing checks what
/// its own summary cites, else what the summary of its class cites (<c>P7.1-P7.5</c> is a range).
/// </summary>
internal static partial class TestSources
{
    public static IReadOnlyList<SourceTest> All { get; } = [.. RepositoryFiles.CSharp("tests").SelectMany(static file => Read(file.Lines))];

    /// <summary>The tests that check a rule or case, in the order of their classes and names.</summary>
    public static IReadOnlyList<SourceTest> Of(string rule) =>
        [.. All.Where(test => test.Rules.Contains(rule)).OrderBy(static t => t.Class, StringComparer.Ordinal).ThenBy(static t => t.Name, StringComparer.Ordinal)];

    internal static IEnumerable<SourceTest> Read(IEnumerable<string> lines)
    {
        var (className, ofClass, summary, isTest) = ("", new List<string>(), new List<string>(), false);
        foreach (var line in lines.Select(static line => line.Trim()))
        {
            if (line.StartsWith("///", StringComparison.Ordinal)) summary.AddRange(Cited(line));
            else if (TestAttribute().IsMatch(line)) isTest = true;
            else if (ClassName().Match(line) is { Success: true } declared) (className, ofClass, summary) = (declared.Groups["name"].Value, summary, []);
            else if (line.StartsWith("public ", StringComparison.Ordinal))
            {
                if (isTest && MethodName().Match(line) is { Success: true } method) yield return Test(className, method.Groups["name"].Value, summary, ofClass);
                (summary, isTest) = ([], false);
            }
        }
    }

    private static SourceTest Test(string className, string name, List<string> summary, List<string> ofClass)
    {
        var named = NamePrefix().Match(name).Groups["rule"].Captures.Select(static rule => rule.Value.Replace('_', '.')).ToList();
        var rules = named.Count > 0 ? named : summary.Count > 0 ? summary : ofClass;
        return new SourceTest(className, name, [.. rules.Distinct(StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> Cited(string line)
    {
        foreach (Match cited in Citation().Matches(line))
        {
            if (!cited.Groups["last"].Success) yield return cited.Groups["rule"].Value;
            else for (var i = Number(cited, "first"); i <= Number(cited, "last"); i++) yield return cited.Groups["group"].Value + "." + i;
        }
    }

    private static int Number(Match cited, string group) => int.Parse(cited.Groups[group].Value);

    [GeneratedRegex(@"^\[(Fact|Theory)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestAttribute();

    [GeneratedRegex(@"^(public |internal )?(sealed |static |abstract |partial )*class (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^public (async )?(void|Task|ValueTask) (?<name>\w+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MethodName();

    [GeneratedRegex(@"^((?<rule>P\d+(_\d+)?|E\d+)_)*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePrefix();

    [GeneratedRegex(@"\b(?<rule>(?<group>P\d+)\.(?<first>\d+)|E\d+)\b(-\k<group>\.(?<last>\d+)\b)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Citation();
}
