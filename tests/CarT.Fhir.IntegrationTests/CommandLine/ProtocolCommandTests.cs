using System.Text.Json.Nodes;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary><c>cart-fhir protocol</c>: what is built in, what is in force, what is wrong with a file, what differs.</summary>
public sealed class ProtocolCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cart-protocol-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task List_names_the_built_in_definitions_with_version_title_and_hash_and_marks_the_default()
    {
        var table = await Cli.RunAsync(["protocol", "list"]);
        var json = await Cli.RunAsync(["protocol", "list", "--format", "json"]);

        Assert.Equal((0, 0), (table.ExitCode, json.ExitCode));
        Assert.Equal(["astct False", "beyar-katz-2022 True", "cibmtr False"], json.Lines.Select(line => $"{line["id"]} {line["default"]!.GetValue<bool>()}"));
        foreach (var line in json.Lines)
        {
            var definition = ProtocolDefinition.BuiltIn(line["id"]!.GetValue<string>());
            Assert.Equal((definition.Version, definition.Title, definition.Hash), (line["version"]!.GetValue<string>(), line["title"]!.GetValue<string>(), line["hash"]!.GetValue<string>()));
            Assert.Contains($"{definition.Version}   │ {(definition.Id == ProtocolDefinition.DefaultId ? "yes" : "   ")}", table.Output.Split('\n').Single(row => row.Contains(definition.Hash, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("astct")]
    [InlineData("cibmtr")]
    public async Task Show_prints_the_definition_as_it_is_stored_and_says_what_it_is_on_standard_error(string id)
    {
        var run = await Cli.RunAsync(["protocol", "show", id]);
        var again = await Cli.RunAsync(["protocol", "show", Written("copy.json", run.Output)]);

        Assert.Equal((0, System.Text.Encoding.UTF8.GetString(ProtocolDefinition.JsonOf(id).Span)), (run.ExitCode, run.Output));
        Assert.Equal($"{id} 1.0.0 {ProtocolDefinition.BuiltIn(id).Hash}\n", run.Errors);
        Assert.Equal((run.Output, run.Errors), (again.Output, again.Errors));
    }

    [Fact]
    public async Task Show_as_a_table_has_every_parameter_its_value_and_what_needs_approval()
    {
        var run = await Cli.RunAsync(["protocol", "show", "cibmtr", "--format", "table"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("│ hash +│ " + ProtocolDefinition.BuiltIn("cibmtr").Hash, run.Output);
        Assert.Matches("│ low.plateletsPerUl.comparator +│ < +│ P5.1: The manual gives the borders of recovery", run.Output);
        Assert.Matches("│ episode.doseEvidence +│ MedicationAdministration, MedicationStatement +│ P1.6: ", run.Output);
        Assert.Matches("│ support.plateletsDays +│ 7 +│ +│", run.Output);
        Assert.Matches("│ +│ +│ P3.1: ", run.Output);
    }

    [Fact]
    public async Task Show_without_a_name_is_what_the_services_would_use_the_environment_before_the_file_before_the_default()
    {
        var empty = await Cli.RunAsync(["protocol", "show"], workingDirectory: folder);
        Written("appsettings.json", """{ "Cart": { "Protocol": "cibmtr", "Sources": { "main": { "BaseUrl": "unfinished" } } } }""");
        var configured = await Cli.RunAsync(["protocol", "show"], workingDirectory: folder);
        Written("site.json", System.Text.Encoding.UTF8.GetString(ProtocolDefinition.JsonOf("astct").Span).Replace("\"astct\"", "\"site\"", StringComparison.Ordinal));
        var overridden = await Cli.RunAsync(["protocol", "show"], workingDirectory: folder, environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["CART__Protocol"] = "site.json" });

        Assert.Equal((0, 0, 0), (empty.ExitCode, configured.ExitCode, overridden.ExitCode));
        Assert.StartsWith("beyar-katz-2022 1.0.0 sha256:", empty.Errors);
        Assert.StartsWith("cibmtr 1.0.0 sha256:", configured.Errors);
        Assert.StartsWith("site 1.0.0 sha256:", overridden.Errors);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_or_names_nothing_is_told()
    {
        Written("appsettings.json", "{ \"Cart\": ");
        var broken = await Cli.RunAsync(["protocol", "show"], workingDirectory: folder);
        Written("appsettings.json", """{ "Cart": { "Protocol": "beyar-katz-2020" } }""");
        var unknown = await Cli.RunAsync(["protocol", "show"], workingDirectory: folder);

        Assert.Equal((2, "", 2, ""), (broken.ExitCode, broken.Output, unknown.ExitCode, unknown.Output));
        Assert.StartsWith("appsettings.json: ", broken.Errors);
        Assert.Equal("'beyar-katz-2020' is neither a readable file nor one of: astct, beyar-katz-2022, cibmtr\n", unknown.Errors);
    }

    [Fact]
    public async Task Validate_tells_every_fault_of_every_file_with_its_path()
    {
        var (first, second) = (Damaged("first.json", "low.ancPerUl.value", "0"), Damaged("second.json", "detection.screeningToDay", "5"));
        var sound = Written("sound.json", System.Text.Encoding.UTF8.GetString(ProtocolDefinition.JsonOf("astct").Span));

        var run = await Cli.RunAsync(["protocol", "validate", first, sound, second, first]);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
        [
            $"{first}: low.ancPerUl.value: must be a number from 0.001 to 1000000000",
            $"{first}: stranger: is not a parameter of this protocol",
            $"{sound}: valid (astct 1.0.0 {ProtocolDefinition.BuiltIn("astct").Hash})",
            $"{second}: stranger: is not a parameter of this protocol",
            $"{second}: detection.screeningToDay: must not lie before fromDay",
            $"{second}: detection.concludeFromDay: must be the day after screeningToDay",
        ], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_unusable_argument_and_the_others_are_checked_all_the_same()
    {
        var run = await Cli.RunAsync(["protocol", "validate", Path.Combine(folder, "none.json"), Damaged("first.json", "taper.stepMg", "\"50\""), "astct"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("taper.stepMg: must be a number", run.Output);
        Assert.Equal([$"{Path.Combine(folder, "none.json")}: there is no such file, or it cannot be read", "astct: there is no such file, or it cannot be read"], run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Diff_shows_the_parameters_that_differ_with_both_values()
    {
        var table = await Cli.RunAsync(["protocol", "diff", "beyar-katz-2022", "astct"]);
        var json = await Cli.RunAsync(["protocol", "diff", "beyar-katz-2022", "astct", "--format", "json"]);

        Assert.Equal((0, "3 parameters differ\n"), (table.ExitCode, table.Errors));
        Assert.Matches(@"│ parameter +│ beyar-katz-2022 1\.0\.0 │ astct 1\.0\.0 │", table.Output);
        Assert.Matches(@"│ resolution\.maxGapDays +│ 14 +│ 1 +│", table.Output);
        var line = Assert.Single(json.Lines);
        Assert.Equal((ProtocolDefinition.BuiltIn("beyar-katz-2022").Hash, ProtocolDefinition.BuiltIn("astct").Hash), (line["a"]!["hash"]!.GetValue<string>(), line["b"]!["hash"]!.GetValue<string>()));
        Assert.Equal(
            """[{"parameter":"low.ancPerUl.comparator","a":"<=","b":"<"},{"parameter":"low.plateletsPerUl.comparator","a":"<=","b":"<"},{"parameter":"resolution.maxGapDays","a":14,"b":1}]""",
            line["parameters"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Theory]
    [InlineData("\"value\": 8.0 ", "\"value\": 8 ", "no parameter differs; the texts do")]
    [InlineData("\"value\": 8.0 ", "\"value\": 8.5 ", "1 parameter differs")]
    [InlineData("\"value\": 8.0 ", "\"value\":   8.0 ", "the same definition")]
    public async Task Diff_compares_values_and_not_how_they_are_written(string written, string instead, string summary)
    {
        var site = Written("site.json", System.Text.Encoding.UTF8.GetString(ProtocolDefinition.JsonOf("astct").Span).Replace(written, instead, StringComparison.Ordinal));

        Assert.Equal(summary + "\n", (await Cli.RunAsync(["protocol", "diff", "astct", site])).Errors);
    }

    [Fact]
    public async Task A_bad_definition_is_refused_with_every_fault_wherever_it_is_named()
    {
        var bad = Damaged("bad.json", "low.ancPerUl.value", "0");
        string[][] commands = [["protocol", "show", bad], ["protocol", "diff", "astct", bad], ["evaluate", "-", "--protocol", bad], ["run", $"Cart:Protocol={bad}", "Cart:Api:Authentication=none", $"Cart:Store:Path={folder}", "urls=http://127.0.0.1:0"]];

        foreach (var command in commands)
        {
            var run = await Cli.RunAsync(command, "{}", workingDirectory: folder);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains($"{bad}: low.ancPerUl.value: must be a number from 0.001 to 1000000000", run.Errors);
            Assert.Contains($"{bad}: stranger: is not a parameter of this protocol", run.Errors);
        }
    }

    [Theory]
    [InlineData("protocol")]
    [InlineData("protocol", "show", "no-such")]
    [InlineData("protocol", "show", "")]
    [InlineData("protocol", "show", "astct", "--format", "xml")]
    [InlineData("protocol", "validate")]
    [InlineData("protocol", "diff", "astct")]
    [InlineData("protocol", "diff", "astct", "no-such")]
    public async Task Unusable_arguments_end_with_2(params string[] arguments)
    {
        var run = await Cli.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Errors);
    }

    [Fact]
    public async Task The_schema_is_printed_as_it_travels_with_the_product()
    {
        var run = await Cli.RunAsync(["protocol", "schema"]);

        Assert.Equal((0, System.Text.Encoding.UTF8.GetString(ProtocolDefinition.Schema().Span)), (run.ExitCode, run.Output));
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", JsonNode.Parse(run.Output)!["$schema"]!.GetValue<string>());
    }

    /// <summary>The worked example of CIBMTR as FHIR R4 JSON; its day 0 is day 30 after the infusion.</summary>
    [Theory]
    [InlineData("cibmtr", 20_000, 7)]
    [InlineData("cibmtr", 50_000, 9)]
    [InlineData("astct", 20_000, 7)]
    public async Task E4_The_worked_example_as_a_hospital_would_send_it(string id, int plateletsPerUl, int resolvedOn)
    {
        var site = Written("site.json", System.Text.Encoding.UTF8.GetString(ProtocolDefinition.JsonOf(id).Span).Replace("\"value\": 20000 ", $"\"value\": {plateletsPerUl} ", StringComparison.Ordinal));
        var day0 = new DateOnly(2026, 3, 31);
        decimal[] counts = [10, 30, 25, 10, 15, 19, 23, 25, 40, 50, 56, 65, 72];
        string[] resources =
        [
            """{"resourceType":"Patient","id":"p"}""",
            """{"resourceType":"Procedure","id":"i","status":"completed","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033J7"}]},"performedDateTime":"2026-03-01T10:00:00Z"}""",
            """{"resourceType":"Procedure","id":"t","status":"completed","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"12719002"}]},"performedDateTime":"2026-03-31T02:00:00Z"}""",
            .. counts.Select((count, day) => $$$"""{"resourceType":"Observation","id":"o{{{day}}}","status":"final","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"effectiveDateTime":"{{{day0.AddDays(day):yyyy-MM-dd}}}T06:30:00Z","valueQuantity":{"value":{{{count}}},"system":"http://unitsofmeasure.org","code":"10*9/L"}}"""),
        ];

        var run = await Cli.RunAsync(["evaluate", "-", "--protocol", site], string.Join('\n', resources));

        var assessment = Assert.Single(run.Lines);
        Assert.Equal((0, id), (run.ExitCode, assessment["protocol"]!["id"]!.GetValue<string>()));
        Assert.Equal(day0.AddDays(resolvedOn).ToString("yyyy-MM-dd"), assessment["lineages"]!["platelets"]!["resolvedOn"]!.GetValue<string>());
    }

    private string Written(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The default definition with one parameter replaced and a member that nobody knows.</summary>
    private string Damaged(string name, string path, string value)
    {
        var json = JsonNode.Parse(ProtocolDefinition.JsonOf(ProtocolDefinition.DefaultId).Span)!.AsObject();
        var names = path.Split('.');
        names[..^1].Aggregate((JsonNode)json, (node, member) => node[member]!)[names[^1]] = JsonNode.Parse(value);
        json["stranger"] = 1;
        return Written(name, json.ToJsonString());
    }
}
