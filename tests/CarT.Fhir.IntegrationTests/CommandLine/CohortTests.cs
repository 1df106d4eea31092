using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CarT.Fhir.Simulator.Courses;
using Xunit;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary><c>cart-fhir cohort</c> and <c>synthetic</c>: the published numbers come out of FHIR files.</summary>
public sealed partial class CohortTests
{
    private static readonly string[] Zone = ["--timezone", "Europe/Madrid"];

    [Theory]
    [InlineData(CohortVariant.A, 5, 6, 6)]
    [InlineData(CohortVariant.B, 6, 5, 6)]
    [InlineData(CohortVariant.C, 6, 6, 5)]
    public async Task Each_of_the_three_made_up_cohorts_gives_every_published_median_range_and_count(CohortVariant variant, int hemoglobin, int platelets, int anc)
    {
        var run = await Cli.RunAsync(["cohort", "-", .. Zone], await BundlesAsync(variant));

        var expected = $$$"""
            {"patients":93,"withInfusion":93,"products":{"tisagenlecleucel":69,"axicabtagene-ciloleucel":24},"screened":93,"severePersistentCytopenia":6,"treated":6,
             "agents":{"eltrombopag":4,"romiplostim":1,"both":1},"responders":6,"completeResponders":5,"startDay":{"n":6,"median":43,"min":21,"max":55},
             "daysToHemoglobin":{"n":{{{hemoglobin}}},"median":22,"min":8,"max":124},"daysToPlatelets":{"n":{{{platelets}}},"median":27,"min":6,"max":38},
             "daysToAnc":{"n":{{{anc}}},"median":29,"min":7,"max":61}}
            """;
        var report = Assert.Single(run.Lines);
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(JsonSubset.Differences(JsonNode.Parse(expected), report));
        Assert.Equal(
            SyntheticCohort.Treated(variant).Select(row => (row.PatientId, (int?)row.StartDay, row.DaysToHemoglobin, row.DaysToPlatelets, row.DaysToAnc)),
            report["perPatient"]!.AsArray().Where(patient => patient!["agents"]!.AsArray().Count > 0).Select(Row));
        Assert.All(report["refused"]!.AsArray(), refusal => Assert.Equal("unit-missing", refusal!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_members_stand_in_the_order_of_the_interface_and_the_same_input_gives_the_same_bytes()
    {
        var bundles = await BundlesAsync(CohortVariant.A, patients: 8);

        var once = await Cli.RunAsync(["cohort", "-", .. Zone], bundles);
        var again = await Cli.RunAsync(["cohort", "-", .. Zone], string.Join('\n', bundles.Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse()));

        Assert.Equal(
            "patients withInfusion products screened severePersistentCytopenia treated agents responders completeResponders startDay daysToHemoglobin daysToPlatelets daysToAnc perPatient refused",
            string.Join(' ', once.Lines[0].Select(member => member.Key)));
        Assert.Equal("patient product agents startDay daysToHemoglobin daysToPlatelets daysToAnc response complete", string.Join(' ', once.Lines[0]["perPatient"]![7]!.AsObject().Select(member => member.Key)));
        Assert.Equal(once.Output, again.Output);
    }

    [Fact]
    public async Task The_table_tells_the_same()
    {
        var run = await Cli.RunAsync(["cohort", "-", "--format", "table", .. Zone], await BundlesAsync(CohortVariant.A, patients: 8));

        Assert.Contains("start to hemoglobin resolved", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"start to platelets resolved\s+│ 6\s+│ 27\s+│ 6-38", run.Output);
        Assert.Contains("Patient/synthetic-005", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_needs_nothing_else_draws_every_treated_patient_and_has_a_table_behind_each_picture()
    {
        var run = await Cli.RunAsync(["cohort", "-", "--format", "html", .. Zone], await BundlesAsync(CohortVariant.A, patients: 12));

        Assert.StartsWith("<!doctype html>", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", run.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch(Loaded(), run.Output);
        var figures = run.Output.Split("<figure>")[1..];
        Assert.Equal(7, figures.Length);
        Assert.All(figures, figure => Assert.Matches("</figure>\\s*<details><summary>Data behind this picture", figure));
        foreach (var course in SyntheticCohort.ExpectedTreated)
        {
            Assert.Contains($"Counts of Patient/{course.PatientId} by day", run.Output, StringComparison.Ordinal);
            Assert.Contains($"platelets resolved on day {course.StartDay + course.DaysToPlatelets}, {course.DaysToPlatelets} days from the start of the TPO-RA", run.Output, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("Counts of Patient/synthetic-007", run.Output, StringComparison.Ordinal);
        Assert.Contains("Patient/synthetic-007", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_names_a_refused_file_as_it_is_called_also_where_the_name_begins_with_a_point()
    {
        var name = $".cart-{Guid.NewGuid():N}.json";
        var path = Path.Combine(Path.GetTempPath(), name);
        await File.WriteAllTextAsync(path, """{"resourceType":"Observation","status":"final"}""", TestContext.Current.CancellationToken);

        var run = await Cli.RunAsync(["cohort", name, "--format", "html"]);
        File.Delete(path);

        Assert.Contains($"<td>{name}", run.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// The worked example of the CIBMTR manual, with the first tablet on the day of the last platelet transfusion, so that the days from the start are those of
    /// the example; once as it stands, and once with 50,000 in a file of the site.
    /// </summary>
    [Theory]
    [InlineData(20_000, 7)]
    [InlineData(50_000, 9)]
    public async Task E4_P7_5_The_worked_example_of_the_CIBMTR_gives_its_days_in_the_cohort(int thresholdPerUl, int days)
    {
        var definition = JsonNode.Parse((await Cli.RunAsync(["protocol", "show", "cibmtr"])).Output)!;
        definition["low"]!["plateletsPerUl"]!["value"] = thresholdPerUl;
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, definition.ToJsonString(), TestContext.Current.CancellationToken);
        int[] counts = [10, 30, 25, 10, 15, 19, 23, 25, 40, 50, 56, 65, 72];
        string[] resources =
        [
            """{"resourceType":"Procedure","id":"car-t","status":"completed","code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033J7"}]},"subject":{"reference":"Patient/p1"},"performedDateTime":"2026-02-01"}""",
            """{"resourceType":"Procedure","id":"bag","status":"completed","code":{"coding":[{"system":"http://snomed.info/sct","code":"12719002"}]},"subject":{"reference":"Patient/p1"},"performedDateTime":"2026-03-01T14:00:00Z"}""",
            """{"resourceType":"MedicationAdministration","id":"tablet","status":"completed","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"711942"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-03-01T08:00:00Z","dosage":{"dose":{"value":50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}}""",
            .. counts.Select((count, day) => $$$"""{"resourceType":"Observation","id":"plt-{{{day}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"777-3"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-03-{{{1 + day:00}}}T06:30:00Z","valueQuantity":{"value":{{{count}}},"unit":"10*9/L","system":"http://unitsofmeasure.org","code":"10*9/L"}}"""),
        ];

        var run = await Cli.RunAsync(["cohort", "-", "--protocol", file], string.Join('\n', resources));
        File.Delete(file);

        Assert.Equal((0, ""), (run.ExitCode, string.Join(' ', run.Errors.Split('\n').Where(line => line.StartsWith("--", StringComparison.Ordinal)))));
        Assert.Equal(days, (int?)run.Lines[0]["daysToPlatelets"]!["median"]);
    }

    [Fact]
    public async Task P11_6_A_merged_patient_counts_once()
    {
        var retired = """{"resourceType":"Patient","id":"old","link":[{"other":{"reference":"Patient/new"},"type":"replaced-by"}]}""";
        var survivor = """{"resourceType":"Patient","id":"new"}""";

        var run = await Cli.RunAsync(["cohort", "-"], retired + "\n" + survivor);

        Assert.Equal((0, 1), (run.ExitCode, run.Lines[0]["patients"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Nothing_usable_and_unusable_arguments_have_their_exit_codes()
    {
        Assert.Equal(3, (await Cli.RunAsync(["cohort", "-"], "{}")).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync(["cohort", "-", "--format", "pdf"], "")).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync(["cohort", "/no/such/folder", "--timezone", "Nowhere"])).ExitCode);
    }

    private static async Task<string> BundlesAsync(CohortVariant variant, int patients = 93)
    {
        var run = await Cli.RunAsync(["synthetic", "--variant", variant.ToString(), "--patients", patients.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        Assert.Equal((0, patients), (run.ExitCode, run.Output.Count(c => c == '\n')));
        return run.Output;
    }

    private static (string, int?, int?, int?, int?) Row(JsonNode? patient) => (
        patient!["patient"]!.GetValue<string>()["Patient/".Length..], (int?)patient["startDay"], (int?)patient["daysToHemoglobin"], (int?)patient["daysToPlatelets"], (int?)patient["daysToAnc"]);

    // A link inside the page, or an address of the drawing language, loads nothing.
    [GeneratedRegex("(src|href)=\"|url\\(|@import", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Loaded();
}
