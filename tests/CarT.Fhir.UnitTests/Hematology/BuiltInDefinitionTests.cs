using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.UnitTests.Documentation;
using CarT.Fhir.UnitTests.Repository;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>The built-in definitions are data: nothing but their files tells them apart.</summary>
public sealed partial class BuiltInDefinitionTests
{
    /// <summary>What the source of each states and what therefore needs no other ground.</summary>
    private static readonly Dictionary<string, string[]> Stated = new(StringComparer.Ordinal)
    {
        ["astct"] = ["low.ancPerUl", "low.plateletsPerUl", "support.plateletsDays", "resolution.values", "resolution.maxGapDays"],
        ["cibmtr"] = ["low.ancPerUl", "low.plateletsPerUl", "support.plateletsDays", "resolution.values"],
    };

    public static TheoryData<string> Ids => [.. ProtocolDefinition.BuiltInIds];

    [Fact]
    public void Three_definitions_are_built_in_and_one_of_them_is_the_default()
    {
        Assert.Equal(["astct", "beyar-katz-2022", "cibmtr"], ProtocolDefinition.BuiltInIds);
        Assert.Contains(ProtocolDefinition.DefaultId, ProtocolDefinition.BuiltInIds);
        Assert.All(ProtocolDefinition.BuiltInIds, id => Assert.Equal(id, ProtocolDefinition.BuiltIn(id).Id));
    }

    [Theory]
    [InlineData("astct", "low.ancPerUl.comparator = <", "low.plateletsPerUl.comparator = <", "resolution.maxGapDays = 1")]
    [InlineData("cibmtr", "low.ancPerUl.comparator = <", "low.plateletsPerUl.comparator = <")]
    public void A_definition_differs_from_the_default_in_what_its_source_says_and_in_nothing_else(string id, params string[] differences)
    {
        var common = DefinitionFile.Parameters(ProtocolDefinition.DefaultId);

        Assert.Equal(differences, DefinitionFile.Parameters(id).Except(common).Select(parameter => $"{parameter.Path} = {parameter.Value}"));
        Assert.Equal(common.Select(parameter => parameter.Path), DefinitionFile.Parameters(id).Select(parameter => parameter.Path));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_rule_and_parameter_marked_for_sign_off_exists_and_no_rule_twice(string id)
    {
        var signOff = ProtocolDefinition.BuiltIn(id).SignOff;
        var rules = new ProtocolDocument().Rules.Select(rule => rule.Id).ToList();

        Assert.Empty(signOff.Select(item => item.Rule).Except(rules));
        Assert.Equal(signOff.Select(item => item.Rule).OrderBy(rules.IndexOf), signOff.Select(item => item.Rule));
        Assert.Distinct(signOff.Select(item => item.Rule));
        foreach (var path in signOff.SelectMany(item => item.Parameters))
            Assert.NotNull(path.Split('.').Aggregate((JsonNode?)DefinitionFile.Json(id), (node, name) => node?[name]));
    }

    [Theory]
    [InlineData("astct")]
    [InlineData("cibmtr")]
    public void What_the_source_does_not_state_is_marked_for_sign_off(string id)
    {
        var grounds = ProtocolDefinition.BuiltIn(id).SignOff.SelectMany(item => item.Parameters).Concat(Stated[id]).ToList();

        Assert.All(DefinitionFile.Parameters(id), p => Assert.Contains(grounds, ground => (p.Path + ".").StartsWith(ground + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_code_asks_which_definition_is_in_force()
    {
        var breaches = RepositoryFiles.CSharp("services", "contracts").SelectMany(file => file.Lines.Select(line => (file.Path, Line: line)))
            .Where(row => NameOfADefinition().IsMatch(row.Line) || ComparedId().IsMatch(row.Line)).Select(row => $"{row.Path}: {row.Line.Trim()}");

        // The default is named where definitions are kept and where the configuration begins.
        Assert.Equal(
        [
            "services/lib/hematology/Definition/ProtocolDefinition.cs: public const string DefaultId = \"beyar-katz-2022\";",
            "services/lib/hosting/Options/CartOptions.cs: public string Protocol { get; set; } = \"beyar-katz-2022\";",
        ], breaches);
    }

    [Theory]
    [InlineData("beyar-katz-2022", LineageStatuses.Low)]
    [InlineData("astct", LineageStatuses.Adequate)]
    [InlineData("cibmtr", LineageStatuses.Adequate)]
    public void P5_1_Exactly_500_and_20000_are_low_where_recovery_lies_above_and_recovered_where_it_begins_there(string id, string status)
    {
        var lineages = Under(id).Anc((22, 500)).Platelets((22, 20_000)).Hemoglobin((22, 8.0m)).On(22).Lineages;

        Assert.Equal((status, status, LineageStatuses.Low), (lineages.Anc.Status, lineages.Platelets.Status, lineages.Hemoglobin.Status));
    }

    [Theory]
    [InlineData("beyar-katz-2022", 26)]
    [InlineData("astct", 29)]
    [InlineData("cibmtr", 26)]
    public void P7_1_Successive_days_are_asked_for_where_the_definition_says_so_and_else_consecutive_values(string id, int resolvedOn)
    {
        var course = Under(id).Anc((21, 300), (23, 400), (26, 600), (27, 700), (29, 800), (30, 900), (31, 900));

        Assert.Equal(Course.Date(resolvedOn), course.On(31).Lineages.Anc.ResolvedOn);
    }

    private static Course Under(string id) => new Course { Definition = ProtocolDefinition.BuiltIn(id) }.Infused();

    [GeneratedRegex("""\"(astct|cibmtr|beyar-katz-2022)\"|\b(astct|cibmtr)\b""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameOfADefinition();

    [GeneratedRegex(@"\b([Dd]efinition|[Pp]rotocol|[Ii]dentity)\.Id (==|!=|is )|switch \([^)]*[Dd]efinition\.Id\)|[Dd]efinition\.Id switch|[Dd]efinition\.Id\.(Equals|StartsWith|Contains)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ComparedId();
}
