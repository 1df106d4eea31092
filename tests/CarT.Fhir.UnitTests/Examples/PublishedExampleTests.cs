using Xunit;

namespace CarT.Fhir.UnitTests.Examples;

/// <summary>Every resource that HL7 publishes as an example of R4, and the whole oncology guide, through our reading.</summary>
public sealed class PublishedExampleTests
{
    public static TheoryData<string> Packages() => [.. ExamplePackage.All.Select(package => package.Name)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_published_resource_passes_the_scan_of_its_bytes(string name)
    {
        var (package, outcomes) = Outcomes(name);

        Assert.Equal(package.Resources, outcomes.Count);
        Assert.Equal([], outcomes.Where(outcome => outcome.ScanProblem is not null).Select(outcome => $"{outcome.File}: {outcome.ScanProblem}"));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_published_resource_of_our_types_is_read_but_those_that_no_decimal_can_hold(string name)
    {
        var ours = Outcomes(name).Outcomes.Where(outcome => outcome.IsOurs).ToList();

        Assert.NotEmpty(ours);
        Assert.Equal(KnownLosses.Refused(name), ours.Where(outcome => outcome.Refusal is not null).Select(outcome => $"{outcome.File}: {outcome.Refusal}"));
    }

    /// <summary>Nothing is tolerated: an element that the model lacks is an error too, so such a resource must be one that loses something.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_published_resource_that_is_read_whole_is_read_without_any_error_in_strict_mode(string name)
    {
        var failed = Outcomes(name).Outcomes.Where(outcome => outcome.StrictCodes.Count > 0 && outcome.Losses.Count == 0);

        Assert.Equal(KnownLosses.RefusedStrictly(name), failed.Select(outcome => $"{outcome.File}: {string.Join(' ', outcome.StrictCodes)}"));
    }

    [Fact]
    public void What_was_read_is_written_back_the_same_but_for_what_is_known_to_be_lost()
    {
        ExamplePackage.Need();
        var lost = ExamplePackage.All.SelectMany(ExampleSurvey.Of)
            .SelectMany(outcome => outcome.Losses, (outcome, loss) => (loss.Element, Text: $"{loss.Element}: {outcome.File} {loss}"))
            .GroupBy(loss => loss.Element, StringComparer.Ordinal).ToList();

        Assert.Equal([], lost.Where(element => !KnownLosses.Elements.ContainsKey(element.Key)).Select(element => element.First().Text));
        Assert.Equal([], KnownLosses.Elements.Keys.Except(lost.Select(element => element.Key)).Select(element => $"{element} is not lost any more"));
    }

    [Fact]
    public void The_tables_of_what_was_read_refused_and_ignored_are_there_for_people()
    {
        ExamplePackage.Need();

        ExampleReport.Write("1-resources.txt", ExampleReport.Resources());
        ExampleReport.Write("2-strict.txt", ExampleReport.Strict());
    }

    private static (ExamplePackage Package, IReadOnlyList<ExampleOutcome> Outcomes) Outcomes(string name)
    {
        ExamplePackage.Need();
        var package = ExamplePackage.All.Single(package => package.Name == name);
        return (package, ExampleSurvey.Of(package));
    }
}
