using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class ProtocolDefinitionTests
{
    [Fact]
    public void The_built_in_definition_is_there_and_carries_the_values_of_the_protocol()
    {
        Assert.Contains("beyar-katz-2022", ProtocolDefinition.BuiltInIds);
        var definition = ProtocolDefinition.BuiltIn("beyar-katz-2022");
        Assert.Equal((500m, 20_000m, 8.0m), (definition.Low.AncPerUl.Value, definition.Low.PlateletsPerUl.Value, definition.Low.HemoglobinGPerDl.Value));
        Assert.Equal((4, 21), (definition.Episode.SplitDoseFromDay, definition.Episode.SplitDoseToDay));
        Assert.Throws<ArgumentException>(() => ProtocolDefinition.BuiltIn("another"));
    }

    [Fact]
    public void What_contradicts_is_said_beside_what_is_wrong_by_itself_and_not_where_it_follows_from_it()
    {
        var json = Json();
        json["grades"]!["lateToDay"] = 20;
        json["detection"]!["screeningToDay"] = "late";
        json["escalation"]!.AsObject().Remove("capMgPerDay");
        json.Remove("thrombocytosis");
        Assert.Equal(
            ["thrombocytosis: is missing", "detection.screeningToDay: must be a whole number", "escalation.capMgPerDay: is missing", "grades.lateToDay: must not lie before lateFromDay"],
            Parse(json).Faults.OrderBy(fault => fault.Contains("lie", StringComparison.Ordinal)).ThenBy(fault => !fault.StartsWith("thr", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_whole_number_may_be_written_with_a_point_and_a_file_may_begin_with_a_byte_order_mark()
    {
        var text = Json().ToJsonString().Replace("\"lowValues\":2,", "\"lowValues\":2.0,", StringComparison.Ordinal);
        var result = ProtocolDefinition.Parse(Encoding.UTF8.GetBytes("\uFEFF" + text));
        Assert.Empty(result.Faults);
        Assert.Equal(2, result.Definition!.Detection.LowValues);
        Assert.NotEqual(ProtocolDefinition.BuiltIn("beyar-katz-2022").Hash, result.Definition.Hash);
    }

    [Fact]
    public void The_hash_is_of_the_canonical_form_so_layout_and_order_change_nothing_and_a_value_does()
    {
        var hash = Parse(Json()).Definition!.Hash;
        Assert.Matches("^sha256:[0-9a-f]{64}$", hash);
        Assert.Equal(ProtocolDefinition.BuiltIn("beyar-katz-2022").Hash, hash);
        var reversed = new JsonObject(Json().Reverse().Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        Assert.Equal(hash, Parse(reversed).Definition!.Hash);
        var changed = Json();
        changed["low"]!["ancPerUl"]!["value"] = 501;
        Assert.NotEqual(hash, Parse(changed).Definition!.Hash);
    }

    [Fact]
    public void All_faults_are_said_at_once()
    {
        var json = Json();
        json["support"]!.AsObject().Remove("plateletsDays");
        json["low"]!["ancPerUl"]!["comparator"] = ">";
        json["detection"]!["lowValues"] = "two";
        json["taper"]!["stepMg"] = -50;
        json["resolution"]!["transfusionRestarts"] = 1;
        json["unknown"] = 1;
        json.Remove("silence");
        var result = Parse(json);
        Assert.Null(result.Definition);
        string[] paths = ["support.plateletsDays", "low.ancPerUl.comparator", "detection.lowValues", "taper.stepMg", "resolution.transfusionRestarts", "unknown", "silence"];
        Assert.Equal(paths.Order(StringComparer.Ordinal), result.Faults.Select(f => f[..f.IndexOf(':', StringComparison.Ordinal)])
            .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"id\":1,\"id\":2}")]
    [InlineData("{\"id\":\"\\ud83d\"}")]
    [InlineData("{\"\\udc00\":1}")]
    public void What_is_no_definition_at_all_is_a_fault_and_no_exception(string json) =>
        Assert.NotEmpty(ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(json)).Faults);

    [Fact]
    public void Parameters_that_contradict_each_other_are_faults()
    {
        var json = Json();
        json["detection"]!["concludeFromDay"] = 40;
        json["thrombocytosis"]!["romiplostim"]!["holdAbovePerUl"] = 100_000;
        Assert.Equal(2, Parse(json).Faults.Count);
    }

    [Fact]
    public void Thresholds_come_from_the_definition()
    {
        var definition = Course.BeyarKatz with { Low = Course.BeyarKatz.Low with { AncPerUl = new LowThreshold("<", 1000) } };
        Assert.Equal(LineageStatuses.Low, new Course { Definition = definition }.Infused().Anc((22, 999)).On(22).Lineages.Anc.Status);
        Assert.Equal(LineageStatuses.Adequate, new Course { Definition = definition }.Infused().Anc((22, 1000)).On(22).Lineages.Anc.Status);
    }

    [Fact]
    public void P4_3_A_definition_may_keep_ANC_under_GCSF_from_building_a_run()
    {
        var definition = Course.BeyarKatz with { Support = Course.BeyarKatz.Support with { ExcludeGcsfDays = 2 } };
        var course = new Course { Definition = definition }.Infused().Drug(Agents.Gcsf, 22, null).Anc((23, 900));
        Assert.Equal(LineageStatuses.Supported, course.On(23).Lineages.Anc.Status);
    }

    [Fact]
    public void P1_7_What_a_source_provides_is_parsed_from_its_words()
    {
        Assert.Equal(SourceProvides.All, SourceProvides.Parse(["labs", "doses", "transfusions"]));
        Assert.Equal(new SourceProvides(true, false, false), SourceProvides.Parse(["labs"]));
        Assert.Throws<ArgumentException>(() => SourceProvides.Parse(["lab"]));
    }

    private static DefinitionResult Parse(JsonObject json) => ProtocolDefinition.Parse(Encoding.UTF8.GetBytes(json.ToJsonString(new() { WriteIndented = true })));

    private static JsonObject Json()
    {
        using var stream = typeof(ProtocolDefinition).Assembly.GetManifestResourceStream("definitions/beyar-katz-2022.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
