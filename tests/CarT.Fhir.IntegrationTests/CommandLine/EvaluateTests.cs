using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary><c>cart-fhir evaluate</c>: the worked example, exit codes, and input that people really have.</summary>
public sealed class EvaluateTests
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "samples");
    private static readonly string[] TreatedZone = ["--timezone", "Europe/Madrid"];


    [Fact]
    public async Task The_treated_patient_is_assessed_as_the_worked_example_says()
    {
        var run = await Cli.RunAsync(["evaluate", Treated("bundle.json"), "--as-of", "2026-03-28T12:00:00Z", .. TreatedZone]);

        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Treated("expected.json"), TestContext.Current.CancellationToken))!.AsObject();
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(JsonSubset.Differences(expected, Assert.Single(run.Lines)));
    }

    [Fact]
    public async Task The_treated_patient_on_day_29_is_severe_with_eltrombopag_50_mg_to_consider()
    {
        var run = await Cli.RunAsync(["evaluate", Treated("bundle.json"), "--as-of", "2026-02-10T12:00:00Z", .. TreatedZone]);

        var assessment = Assert.Single(run.Lines);
        Assert.Equal("severe-persistent-cytopenia", assessment["state"]!.GetValue<string>());
        var proposal = assessment["carePlan"]!["activities"]!.AsArray().Single(activity => activity!["code"]!.GetValue<string>() == "consider-eltrombopag")!;
        Assert.Empty(JsonSubset.Differences(JsonNode.Parse("""{"value":50,"unit":"mg"}"""), proposal["dose"]));
    }

    [Fact]
    public async Task P11_1_The_same_facts_in_another_order_twice_and_gzipped_give_the_same_bytes()
    {
        string[] options = ["--as-of", "2026-03-28T12:00:00Z", .. TreatedZone];
        var bundle = JsonNode.Parse(await File.ReadAllTextAsync(Treated("bundle.json"), TestContext.Current.CancellationToken))!;
        var reversed = string.Join('\n', bundle["entry"]!.AsArray().Reverse().Select(entry => entry!["resource"]!.ToJsonString()));
        var folder = Directory.CreateTempSubdirectory("cart-evaluate-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "reversed.ndjson"), reversed, TestContext.Current.CancellationToken);
        await using (var zipped = new System.IO.Compression.GZipStream(File.Create(Path.Combine(folder.FullName, "again.json.gz")), System.IO.Compression.CompressionLevel.Fastest))
        {
            await zipped.WriteAsync(await File.ReadAllBytesAsync(Treated("bundle.json"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        }

        var once = await Cli.RunAsync(["evaluate", Treated("bundle.json"), .. options]);
        var twice = await Cli.RunAsync(["evaluate", folder.FullName, .. options]);
        var piped = await Cli.RunAsync(["evaluate", "-", .. options], reversed);
        folder.Delete(recursive: true);

        Assert.NotEmpty(once.Output);
        Assert.Equal(once.Output, twice.Output);
        Assert.Equal(once.Output, piped.Output);
    }

    [Theory]
    [InlineData("--timezone", "Middle/Earth")]
    [InlineData("--as-of", "yesterday")]
    [InlineData("--protocol", "no-such-definition")]
    [InlineData("--provides", "labs,horoscopes")]
    [InlineData("--format", "xml")]
    [InlineData("--colour", "red")]
    public async Task Unusable_arguments_end_with_2_and_a_sentence(string option, string value)
    {
        var run = await Cli.RunAsync(["evaluate", Treated("bundle.json"), option, value]);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.NotEmpty(run.Errors);
    }

    [Fact]
    public async Task A_path_that_does_not_exist_is_an_unusable_argument()
    {
        var run = await Cli.RunAsync(["evaluate", "/no/such/folder"]);

        Assert.Equal(2, run.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json at all")]
    public async Task Input_without_a_patient_ends_with_3(string input)
    {
        var run = await Cli.RunAsync(["evaluate", "-"], input);

        Assert.Equal(3, run.ExitCode);
    }

    [Fact]
    public async Task A_broken_line_is_refused_and_the_rest_is_evaluated()
    {
        var run = await Cli.RunAsync(["evaluate", "-"], """
            {"resourceType":"Patient","id":"a"}
            {"resourceType":"Observation","id":"broken",
            {"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"effectiveDateTime":"2026-01-01T08:00:00Z","valueQuantity":{"value":20,"code":"10*9/L"}}
            """);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("Patient/a", run.Lines[0]["patient"]!.GetValue<string>());
        Assert.Null(run.Lines[^1]["patient"]);
        Assert.Contains(run.Lines[^1]["dataQuality"]!.AsArray(), finding => finding!["code"]!.GetValue<string>() == "patient-missing");
        Assert.Contains(run.Lines[^1]["dataQuality"]!.AsArray(), finding => finding!["code"]!.GetValue<string>() == "resource-invalid");
    }

    [Fact]
    public async Task P11_6_The_facts_of_a_merged_patient_are_the_survivors()
    {
        var run = await Cli.RunAsync(["evaluate", "-"], """
            {"resourceType":"Patient","id":"old","link":[{"other":{"reference":"Patient/new"},"type":"replaced-by"}]}
            {"resourceType":"Patient","id":"new"}
            {"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/old"},"code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"effectiveDateTime":"2026-01-05T08:00:00Z","valueQuantity":{"value":20,"code":"10*9/L"}}
            {"resourceType":"Procedure","id":"p1","status":"completed","subject":{"reference":"Patient/new"},"code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033J7"}]},"performedDateTime":"2026-01-01T08:00:00Z"}
            """);

        Assert.Equal(["Patient/new", "Patient/old"], run.Lines.Select(line => line["patient"]!.GetValue<string>()));
        Assert.Equal(20_000, run.Lines[0]["lineages"]!["platelets"]!["latest"]!["value"]!.GetValue<decimal>());
        Assert.Equal("no-infusion", run.Lines[1]["state"]!.GetValue<string>());
    }

    private static string Treated(string file) => Path.Combine(Samples, "treated-patient", file);
}
