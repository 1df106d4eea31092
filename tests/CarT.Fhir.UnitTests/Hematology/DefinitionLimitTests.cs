using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>How far the parameters of a definition may go, each limit on both sides. A fault begins with the path of its parameter.</summary>
public class DefinitionLimitTests
{
    [Theory]
    [InlineData("episode.splitDoseFromDay", "4", null)]
    [InlineData("episode.splitDoseFromDay", "3", "episode.splitDoseFromDay")]
    [InlineData("episode.splitDoseToDay", "4", null)]
    [InlineData("episode.splitDoseToDay", "3", "episode.splitDoseToDay")]
    [InlineData("escalation.doseDaysMinPercent", "100", null)]
    [InlineData("escalation.doseDaysMinPercent", "101", "escalation.doseDaysMinPercent")]
    [InlineData("escalation.lowStartCapMgPerDay", "150", null)]
    [InlineData("escalation.lowStartCapMgPerDay", "150.5", "escalation.lowStartCapMgPerDay")]
    [InlineData("grades.earlyFromDay", "30", null)]
    [InlineData("grades.earlyFromDay", "31", "grades.earlyToDay")]
    [InlineData("grades.earlyToDay", "31", "grades.lateFromDay")]
    [InlineData("grades.lateToDay", "31", null)]
    [InlineData("grades.lateToDay", "30", "grades.lateToDay")]
    [InlineData("grades.carHematotoxToDay", "-14", null)]
    [InlineData("grades.carHematotoxToDay", "-15", "grades.carHematotoxToDay")]
    [InlineData("thrombocytosis.romiplostim.reduceAbovePerUl", "150000", null)]
    [InlineData("thrombocytosis.romiplostim.reduceAbovePerUl", "149999", "thrombocytosis.romiplostim")]
    [InlineData("thrombocytosis.romiplostim.reduceAbovePerUl", "400000", null)]
    [InlineData("thrombocytosis.romiplostim.reduceAbovePerUl", "400001", "thrombocytosis.romiplostim")]
    public void Two_parameters_that_contradict_each_other_are_a_fault(string path, string value, string? faulty) => AssertFault(faulty, With(path, value));

    [Theory]
    [InlineData(21, 22, null)]
    [InlineData(20, 21, "detection.screeningToDay")]
    [InlineData(28, 30, "detection.concludeFromDay")]
    [InlineData(28, 28, "detection.concludeFromDay")]
    public void P6_4_Screening_ends_after_it_began_and_the_conclusion_follows_on_the_next_day(int screeningToDay, int concludeFromDay, string? faulty)
    {
        var json = With("detection.screeningToDay", $"{screeningToDay}");
        json["detection"]!["concludeFromDay"] = concludeFromDay;
        AssertFault(faulty, json);
    }

    [Theory]
    [InlineData("resolution.values", "1", true)]
    [InlineData("resolution.values", "0", false)]
    [InlineData("resolution.values", "1.5", false)]
    [InlineData("support.excludeGcsfDays", "0", true)]
    [InlineData("support.excludeGcsfDays", "-1", false)]
    [InlineData("closing.afterDay", "100000", true)]
    [InlineData("closing.afterDay", "100001", false)]
    [InlineData("grades.carHematotoxFromDay", "-365", true)]
    [InlineData("grades.carHematotoxFromDay", "-366", false)]
    [InlineData("taper.stepMg", "0.5", true)]
    [InlineData("taper.stepMg", "0", false)]
    [InlineData("taper.stepMg", "\"50\"", false)]
    [InlineData("low.ancPerUl.comparator", "\"<\"", true)]
    [InlineData("low.ancPerUl.comparator", "5", false)]
    [InlineData("resolution.transfusionRestarts", "false", true)]
    [InlineData("resolution.transfusionRestarts", "null", false)]
    [InlineData("title", "\" \"", false)]
    [InlineData("title", "5", false)]
    [InlineData("episode.doseEvidence", "[]", true)]
    [InlineData("episode.doseEvidence", "\"MedicationAdministration\"", false)]
    [InlineData("episode.doseEvidence", "[5]", false)]
    [InlineData("signOff", "{}", false)]
    public void A_parameter_of_the_wrong_kind_or_out_of_its_range_is_a_fault(string path, string value, bool isSound) =>
        AssertFault(isSound ? null : path, With(path, value));

    [Fact]
    public void A_fault_in_a_list_names_the_place_in_it()
    {
        AssertFault("signOff[1].rule", With("signOff", """[{"rule": "P1", "parameters": [], "text": "a"}, {"rule": "", "parameters": [], "text": "b"}]"""));
        AssertFault("signOff[1]", With("signOff", """[{"rule": "P1", "parameters": [], "text": "a"}, "P2"]"""));
        AssertFault("signOff[0].reason", With("signOff", """[{"rule": "P1", "parameters": [], "text": "a", "reason": "b"}]"""));
    }

    [Fact]
    public void A_section_that_is_no_object_is_one_fault_and_not_one_for_each_of_its_parameters() => AssertFault("taper", With("taper", "5"));

    [Fact]
    public void A_document_that_is_no_JSON_is_a_fault_with_its_line() =>
        Assert.Contains("line 2", Assert.Single(ProtocolDefinition.Parse("{\n  id\n}"u8.ToArray()).Faults), StringComparison.Ordinal);

    [Fact]
    public void A_key_that_comes_twice_is_a_fault_because_readers_differ_on_which_counts()
    {
        var twice = With("taper.stepMg", "50").ToJsonString().Insert(1, "\"id\": \"other\", ");
        Assert.Null(ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(twice)).Definition);
    }

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        var json = With("episode.doseEvidence", """["MedicationDispense", "MedicationStatement"]""");
        json["resolution"]!["transfusionRestarts"] = false;
        var definition = ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())).Definition!;
        Assert.Equal(["MedicationDispense", "MedicationStatement"], definition.Episode.DoseEvidence);
        Assert.False(definition.Resolution.TransfusionRestarts);
        Assert.Contains("episode.splitDoseToDay", definition.SignOff[0].Parameters);
        json["resolution"]!["transfusionRestarts"] = true;
        Assert.True(ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())).Definition!.Resolution.TransfusionRestarts);
    }

    private static void AssertFault(string? path, JsonObject json)
    {
        var result = ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        if (path is null) Assert.Empty(result.Faults);
        else Assert.StartsWith(path, Assert.Single(result.Faults), StringComparison.Ordinal);
        Assert.Equal(path is null, result.Definition is not null);
    }

    private static JsonObject With(string path, string value)
    {
        using var stream = typeof(ProtocolDefinition).Assembly.GetManifestResourceStream("definitions/beyar-katz-2022.json")!;
        var json = JsonNode.Parse(stream)!.AsObject();
        var names = path.Split('.');
        names[..^1].Aggregate((JsonNode)json, (node, name) => node[name]!)[names[^1]] = JsonNode.Parse(value);
        return json;
    }
}
