using System.Text.RegularExpressions;
using CarT.Fhir.UnitTests.Repository;

namespace CarT.Fhir.UnitTests.Documentation;

/// <summary>A rule of docs/protocol.md with what its last line says; <see cref="Tests"/> is the generated part of that line.</summary>
internal sealed record DocumentedRule(string Id, string Source, IReadOnlyList<(string Name, string Value)> Parameters, bool NeedsApproval, string Tests);

/// <summary>
/// docs/protocol.md and docs/protocol-tests.md. In the first only what follows <c>· Tests:</c> and the last column of the table of cases is
/// generated from the test sources; the second is generated as a whole.
/// </summary>
internal sealed partial class ProtocolDocument
{
    private const string None = "none: not in this version";
    private readonly string[] lines;

    public ProtocolDocument()
    {
        lines = File.ReadAllLines(PathOf("protocol.md"));
        Rules = [.. ReadRules()];
        Cases = [.. lines.Select(static line => CaseRow().Match(line)).Where(static row => row.Success).Select(static row => row.Groups["id"].Value)];
    }

    public IReadOnlyList<DocumentedRule> Rules { get; }

    /// <summary>The ids of the table of cases.</summary>
    public IReadOnlyList<string> Cases { get; }

    /// <summary>Rules and cases in the order of the document.</summary>
    public IEnumerable<string> Ids => Rules.Select(static rule => rule.Id).Concat(Cases);

    /// <summary>File name and text, as they should be.</summary>
    public IEnumerable<(string File, string Text)> Generated()
    {
        yield return ("protocol.md", string.Join('\n', Refreshed()) + "\n");
        yield return ("protocol-tests.md", string.Join('\n', TestPage()) + "\n");
    }

    public static string PathOf(string file) => Path.Combine(RepositoryFiles.Root, "docs", file);

    private IEnumerable<DocumentedRule> ReadRules()
    {
        var id = "";
        foreach (var line in lines)
        {
            if (RuleHeading().Match(line) is { Success: true } heading) id = heading.Groups["id"].Value;
            if (RuleFacts().Match(line) is not { Success: true } facts) continue;
            var parameters = Parameter().Matches(facts.Groups["parameters"].Value).Select(static p => (p.Groups["name"].Value, p.Groups["value"].Value));
            yield return new DocumentedRule(id, facts.Groups["source"].Value, [.. parameters], facts.Groups["approval"].Value != "no", facts.Groups["tests"].Value);
        }
    }

    private IEnumerable<string> Refreshed()
    {
        var id = "";
        foreach (var line in lines)
        {
            if (RuleHeading().Match(line) is { Success: true } heading) id = heading.Groups["id"].Value;
            if (RuleFacts().Match(line) is { Success: true } facts) yield return line[..facts.Groups["tests"].Index] + Summary(id);
            else if (CaseRow().Match(line) is { Success: true } row) yield return line[..row.Groups["tests"].Index] + Summary(row.Groups["id"].Value) + " |";
            else yield return line;
        }
    }

    private IEnumerable<string> TestPage()
    {
        yield return "# Which test checks which rule";
        yield return "";
        yield return "Written by `ProtocolDocumentTests` from the sources of the tests, never by hand: set `CART_UPDATE_DOCS=1` and run it. The rules and";
        yield return "cases are told in [protocol.md](protocol.md); the names of the tests say what of each is checked.";
        foreach (var id in Ids)
        {
            yield return "";
            yield return "## " + id;
            yield return "";
            var tests = TestSources.Of(id);
            if (tests.Count == 0) yield return None;
            foreach (var test in tests) yield return $"- `{test.Class}.{test.Name}`";
        }
    }

    /// <summary>How many tests each class has for a rule, with a link to their names.</summary>
    private static string Summary(string id)
    {
        var classes = TestSources.Of(id).GroupBy(static test => test.Class).Select(static tests => $"{tests.Key} {tests.Count()}").ToList();
        return classes.Count == 0 ? None : $"[{string.Join(", ", classes)}](protocol-tests.md#{id.Replace(".", "", StringComparison.Ordinal).ToLowerInvariant()})";
    }

    [GeneratedRegex(@"^### (?<id>P\d+\.\d+) \S", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RuleHeading();

    [GeneratedRegex(@"^Source: (?<source>.+) · Parameters: (?<parameters>.+) · Approval: (?<approval>no|needed\b[^·]*[^· ]) · Tests: ?(?<tests>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RuleFacts();

    [GeneratedRegex(@"`(?<name>[A-Za-z]+(\.[A-Za-z]+)+) = (?<value>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\| (?<id>E\d+) \| .+ \| (?<tests>[^|]*) ?\|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CaseRow();
}
