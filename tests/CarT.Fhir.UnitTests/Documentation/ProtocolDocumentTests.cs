using System.Text.Json;
using System.Text.RegularExpressions;
using CarT.Fhir.Hematology;
using CarT.Fhir.UnitTests.Repository;
using Xunit;

namespace CarT.Fhir.UnitTests.Documentation;

/// <summary>
/// docs/protocol.md says what the product does: each rule has tests, each parameter the value of the built-in definition. With the environment
/// variable <c>CART_UPDATE_DOCS=1</c> the generated parts are written instead of compared.
/// </summary>
[Collection(DocumentSection.Collection)]
public sealed partial class ProtocolDocumentTests
{
    // Rules and cases of the document that are not built yet. One that has a test has to leave the list.
    private static readonly string[] NotBuiltYet = [];

    private readonly ProtocolDocument document = new();

    [Fact]
    public void Every_rule_stands_once_and_says_source_parameters_approval_and_tests()
    {
        var headings = File.ReadLines(ProtocolDocument.PathOf("protocol.md")).Select(line => Heading().Match(line)).Where(heading => heading.Success)
            .Select(heading => heading.Groups["id"].Value);

        Assert.Equal(headings, document.Rules.Select(rule => rule.Id));
        Assert.Equal(document.Ids.Distinct(), document.Ids);
    }

    [Fact]
    public void Every_rule_and_case_has_a_test_that_names_it() =>
        AssertNone(document.Ids.Where(id => TestSources.Of(id).Count == 0).Except(NotBuiltYet));

    [Fact]
    public void What_is_listed_as_not_built_is_in_the_document_and_has_no_test() =>
        AssertNone(NotBuiltYet.Where(id => !document.Ids.Contains(id) || TestSources.Of(id).Count > 0));

    [Fact]
    public void What_tests_and_code_cite_is_in_the_document()
    {
        var groups = document.Rules.Select(rule => rule.Id[..rule.Id.IndexOf('.', StringComparison.Ordinal)]);
        var byTests = TestSources.All.SelectMany(test => test.Rules.Select(rule => $"{rule} in {test.Class}.{test.Name}"));
        var byCode = RepositoryFiles.CSharp("services", "contracts")
            .SelectMany(file => file.Lines.SelectMany(line => Citation().Matches(line)).Select(cited => $"{cited.Value} in {file.Path}"));
        var known = document.Ids.Concat(groups).ToHashSet(StringComparer.Ordinal);

        AssertNone(byTests.Concat(byCode).Where(cited => !known.Contains(cited[..cited.IndexOf(' ', StringComparison.Ordinal)])));
    }

    [Fact]
    public void The_tests_that_the_document_names_are_the_tests_that_there_are()
    {
        foreach (var (file, text) in document.Generated())
        {
            var path = ProtocolDocument.PathOf(file);
            if (Environment.GetEnvironmentVariable("CART_UPDATE_DOCS") == "1") File.WriteAllText(path, text);
            else Assert.True(text == File.ReadAllText(path), $"docs/{file} is stale: run this test with CART_UPDATE_DOCS=1");
        }
    }

    [Fact]
    public void Every_parameter_of_the_document_has_the_value_of_the_definition()
    {
        var inForce = Definition();
        var wrong = document.Rules.SelectMany(rule => rule.Parameters.Select(parameter => (Rule: rule.Id, parameter.Name, parameter.Value)))
            .Where(told => inForce.GetValueOrDefault(told.Name) != told.Value)
            .Select(told => $"{told.Rule}: {told.Name} = {told.Value} in the document, {inForce.GetValueOrDefault(told.Name, "unknown")} in the definition");

        AssertNone(wrong);
    }

    [Fact]
    public void Every_parameter_of_the_definition_is_in_the_document() =>
        AssertNone(Definition().Keys.Except(document.Rules.SelectMany(rule => rule.Parameters).Select(parameter => parameter.Name)));

    [Fact]
    public void Approval_is_needed_where_the_definition_asks_for_it_and_the_rule_names_those_parameters()
    {
        var asked = ProtocolDefinition.BuiltIn("beyar-katz-2022").SignOff;
        var named = document.Rules.SelectMany(rule => rule.Parameters.Select(parameter => (rule.Id, parameter.Name)));

        Assert.Equal(asked.Select(item => item.Rule), document.Rules.Where(rule => rule.NeedsApproval).Select(rule => rule.Id));
        AssertNone(asked.SelectMany(item => item.Parameters.Select(parameter => (item.Rule, parameter)))
            .Where(item => !named.Any(told => IsPartOf(told, item))).Select(item => $"{item.Rule}: {item.parameter}"));
    }

    [Fact]
    public void A_test_checks_what_its_name_cites_else_what_its_summary_or_its_class_cites()
    {
        string[] source =
        [
            "/// <summary>P2.1-P2.3, and E5.</summary>", "public sealed class Some", "[Fact]", "public void P7_4_E3_200_platelets()",
            "/// <summary>P6.1.</summary>", "[Theory]", "public async Task By_summary()", "[Fact]", "public void By_class()", "public void Helper()",
        ];

        Assert.Equal(
            ["P7_4_E3_200_platelets: P7.4 E3", "By_summary: P6.1", "By_class: P2.1 P2.2 P2.3 E5"],
            TestSources.Read(source).Select(test => $"{test.Name}: {string.Join(' ', test.Rules)}"));
    }

    /// <summary>Fails with the whole list, where a comparison of collections would show its beginning.</summary>
    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = string.Join("; ", faults);
        Assert.True(all.Length == 0, all);
    }

    /// <summary>Whether a rule names a parameter, or one of the section that is asked for.</summary>
    private static bool IsPartOf((string Rule, string Name) told, (string Rule, string Parameter) asked) =>
        told.Rule == asked.Rule && (told.Name + ".").StartsWith(asked.Parameter + ".", StringComparison.Ordinal);

    /// <summary>Every parameter of the built-in definition by its path, as the document writes its value.</summary>
    private static Dictionary<string, string> Definition()
    {
        string[] notParameters = ["id", "version", "title", "source", "signOff"];
        using var stream = typeof(ProtocolDefinition).Assembly.GetManifestResourceStream("definitions/beyar-katz-2022.json")!;
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.EnumerateObject().Where(member => !notParameters.Contains(member.Name)).SelectMany(member => Leaves(member.Name, member.Value))
            .ToDictionary(leaf => leaf.Name, leaf => leaf.Value, StringComparer.Ordinal);
    }

    private static IEnumerable<(string Name, string Value)> Leaves(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Leaves(path + "." + member.Name, member.Value)),
        JsonValueKind.Array => [(path, string.Join(", ", value.EnumerateArray()))],
        JsonValueKind.String => [(path, value.GetString()!)],
        _ => [(path, value.GetRawText())],
    };

    [GeneratedRegex(@"^### (?<id>P\d+\.\d+)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\bP\d+\.\d+\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Citation();
}
