using System.Text.RegularExpressions;
using CarT.Fhir.IntegrationTests.CommandLine;
using CarT.Fhir.Simulator.Courses;
using Xunit;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>What a newcomer sees: <c>./run demo --exit</c>, read back from the simulated EHR over FHIR.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task The_demo_finds_the_six_treated_patients_of_93_and_their_responses_and_ends()
    {
        var run = await Cli.RunAsync(["demo", "--exit"], seconds: 300);

        Assert.True(run.ExitCode == 0, run.Errors);
        var summary = Summary().Match(run.Output);
        Assert.True(summary.Success, run.Output);
        Assert.Equal(("93", "6", "6", "5"), (summary.Groups["patients"].Value, summary.Groups["severe"].Value, summary.Groups["response"].Value, summary.Groups["complete"].Value));
        Assert.All(SyntheticCohort.ExpectedTreated, course => Assert.Contains("Patient/" + course.PatientId, run.Output, StringComparison.Ordinal));
    }

    [GeneratedRegex(
        "(?<patients>[0-9]+) patients, (?<severe>[0-9]+) with severe-persistent-cytopenia, (?<response>[0-9]+) with tpo-ra-response, (?<complete>[0-9]+) with complete-resolution",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Summary();
}
