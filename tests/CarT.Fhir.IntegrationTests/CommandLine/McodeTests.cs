using System.Text.Json.Nodes;
using Xunit;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary>All examples of mCODE 4.0.0 (HL7, CC0), as published. <c>tests/fixtures/fetch</c> brings them.</summary>
public sealed class McodeTests
{
    private static string Examples => Path.Combine(
        Environment.GetEnvironmentVariable("CART_FIXTURES") is { Length: > 0 } fixtures ? fixtures : Path.Combine(FindRoot(), "artifacts", "fixtures"),
        "hl7.fhir.us.mcode", "package", "example");

    [Fact]
    public async Task Every_example_is_read_and_the_impossible_neutrophil_count_is_refused()
    {
        var run = await Cli.RunAsync(["evaluate", Existing()]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Patient/cancer-patient-jenny-m", Patients(run));
        var jenny = run.Lines.Single(line => line["patient"]?.GetValue<string>() == "Patient/cancer-patient-jenny-m");
        // 3000 10*3/uL, with a reference range that is off by the same factor of a thousand.
        Assert.Contains(jenny["dataQuality"]!.AsArray(), finding =>
            finding!["code"]!.GetValue<string>() == "value-implausible" && finding["resource"]!.GetValue<string>() == "Observation/us-core-observation-lab-neutrophils-jenny-m");
        Assert.All(run.Lines.Where(line => line["patient"] is not null), line => Assert.Equal("no-infusion", line["state"]!.GetValue<string>()));
    }

    /// <summary>
    /// Brian L. has one blood count that concerns the protocol: hemoglobin 6.7 g/dL on 2024-01-04 (a date without a time). With an infusion on
    /// 2023-12-10 that is day 25. By the rules, on day 25: one Low value (P5.1) is not yet severe (P6.1 asks for two); days 21-28 are screening (P6.4);
    /// neutrophils and platelets have no value on the completed days 21-24, so screening-due stands from day 25 (P10.9).
    /// </summary>
    [Fact]
    public async Task A_CAR_T_infusion_grafted_onto_a_real_patient_gives_screening_on_day_25()
    {
        var assessment = await BrianAsync("2024-01-04T12:00:00Z");

        Assert.Equal("screening", assessment["state"]!.GetValue<string>());
        Assert.Empty(JsonSubset.Differences(JsonNode.Parse("""
            { "episode": { "number": 1, "product": "axicabtagene-ciloleucel", "infusedOn": "2023-12-10", "day": 25 },
              "lineages": { "anc": { "status": "unknown", "lowAtBaseline": null, "latest": null },
                            "platelets": { "status": "unknown", "lowAtBaseline": null, "latest": null },
                            "hemoglobin": { "status": "low", "lowAtBaseline": false, "latest": { "value": 6.7, "unit": "g/dL", "on": "2024-01-04", "supported": false } } },
              "flags": [ { "code": "screening-due", "status": "active", "episode": 1, "since": "2024-01-04", "until": null } ],
              "carePlan": { "activities": [] }, "nextReviewAt": "2024-01-05T00:00:00+00:00" }
            """), assessment));
    }

    /// <summary>
    /// On day 31 nothing has come since: from day 29 the screening is over and two lineages are unknown, so the state is indeterminate (P6.4), never
    /// "no cytopenia"; screening-due ended on day 29 and screening-missed began (P10.9).
    /// </summary>
    [Fact]
    public async Task The_same_patient_without_further_counts_is_indeterminate_on_day_31()
    {
        var assessment = await BrianAsync("2024-01-10T12:00:00Z");

        Assert.Empty(JsonSubset.Differences(JsonNode.Parse("""
            { "state": "indeterminate",
              "flags": [ { "code": "screening-due", "status": "inactive", "episode": 1, "since": "2024-01-04", "until": "2024-01-08" },
                         { "code": "screening-missed", "status": "active", "episode": 1, "since": "2024-01-08", "until": null } ] }
            """), assessment));
    }

    private static async Task<JsonObject> BrianAsync(string asOf)
    {
        var graft = Path.Combine(Directory.CreateTempSubdirectory("cart-graft-").FullName, "infusion.json");
        await File.WriteAllTextAsync(graft, """
            {"resourceType":"Procedure","id":"graft","status":"completed","subject":{"reference":"Patient/cancer-patient-brian-l"},
             "code":{"coding":[{"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"XW033H7"}]},"performedDateTime":"2023-12-10T10:00:00Z"}
            """);
        var run = await Cli.RunAsync(["evaluate", Existing(), graft, "--as-of", asOf]);
        return run.Lines.Single(line => line["patient"]?.GetValue<string>() == "Patient/cancer-patient-brian-l");
    }

    private static IEnumerable<string?> Patients(Cli run) => run.Lines.Select(line => line["patient"]?.GetValue<string>());

    /// <summary>A build server without the examples has failed; a desk without a network skips.</summary>
    private static string Existing()
    {
        var isMissing = !Directory.Exists(Examples);
        if (isMissing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip("tests/fixtures/fetch has not been run");
        Assert.False(isMissing, "tests/fixtures/fetch has not been run");
        return Examples;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "CarT.Fhir.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
