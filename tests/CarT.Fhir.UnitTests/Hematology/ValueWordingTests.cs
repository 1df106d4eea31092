using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>How values, the numbers of the definition and many causes are put into words.</summary>
public class ValueWordingTests
{
    [Theory]
    [InlineData("0.4 10*9/L", null, 400, "0.4 10*9/L = 400 /uL")]
    [InlineData("<0.4 10*9/L", "<", 400, "<0.4 10*9/L = <400 /uL")]
    [InlineData("400.0 /uL", null, 400, "400 /uL")]
    [InlineData("400 /mm3", null, 400, "400 /mm3 = 400 /uL")]
    [InlineData("", null, 400, "400 /uL")]
    public void P2_3_A_value_is_said_as_received_and_as_used_and_once_where_both_are_the_same(string received, string? comparator, decimal used, string said) =>
        Assert.Contains(
            $"ANC {said} on 2026-03-29 is low (at most 500 /uL)",
            new Course().Infused().Count(Lineages.Anc, 28, used, comparator: comparator, received: received).On(30).Reasons);

    [Fact]
    public void P2_3_Values_of_one_unit_are_listed_together_and_those_of_several_one_by_one()
    {
        var course = new Course().Infused().Count(Lineages.Hemoglobin, 22, 7.9m, received: "79 g/L").Count(Lineages.Hemoglobin, 23, 7.8m, received: "78 g/L");
        Assert.Contains("(79, 78 g/L = 7.9, 7.8 g/dL, at most 8 g/dL)", course.On(23).Reasons[0], StringComparison.Ordinal);
        course = new Course().Infused().Count(Lineages.Hemoglobin, 22, 7.9m, received: "79 g/L").Count(Lineages.Hemoglobin, 23, 7.8m);
        Assert.Contains("(79 g/L = 7.9 g/dL, 7.8 g/dL, at most 8 g/dL)", course.On(23).Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void P9_7_An_ALT_in_another_unit_is_said_as_received_and_as_used() => Assert.Equal(
        "ALT 2.17 ukat/L = 130.2 U/L on 2026-04-09, at least 3 times its upper limit of 40 U/L",
        Severe().Eltrombopag(50, 30, 40).Alt(39, 130.2m, received: "2.17 ukat/L").On(40).Flag(FlagCodes.HepatotoxicityHold)!.Text);

    [Fact]
    public void P3_1_Where_the_lowest_or_highest_value_of_a_day_decided_the_text_says_so()
    {
        var lowest = new Course().Infused().Hemoglobin((22, 7.9m), (23, 7.5m)).Count(Lineages.Hemoglobin, 22, 8.3m, "07:10").Count(Lineages.Hemoglobin, 23, 7.6m, "07:10").On(23);
        Assert.StartsWith("Hemoglobin low on 2026-03-23 and 2026-03-24 (7.9 (lowest of 2 that day), 7.5 g/dL", lowest.Reasons[0], StringComparison.Ordinal);
        var highest = Severe().Eltrombopag(50, 30, 40).Platelets((38, 450_000)).Count(Lineages.Platelets, 38, 390_000, "12:00").On(40);
        Assert.StartsWith("Platelets 450000 /uL (highest of 2 that day) on 2026-04-08", highest.Reasons[0], StringComparison.Ordinal);
        var both = Severe().Eltrombopag(50, 30, 40).Platelets((38, 450_000)).Count(Lineages.Platelets, 38, 410_000, "12:00").On(40);
        Assert.StartsWith("Platelets 450000 /uL on 2026-04-08", both.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void P7_1_The_numbers_in_the_sentences_are_those_of_the_definition()
    {
        var definition = Course.BeyarKatz with
        {
            Low = Course.BeyarKatz.Low with { PlateletsPerUl = new LowThreshold("<", 50_000) },
            Detection = Course.BeyarKatz.Detection with { LowValues = 3, LowMaxGapDays = 10 },
            Resolution = Course.BeyarKatz.Resolution with { Values = 2, MaxGapDays = 9 },
        };
        var reasons = new Course { Definition = definition }.Infused().Platelets((22, 40_000), (26, 49_000)).On(26).Reasons;
        Assert.Contains(
            "Platelets: one more value below 50000 /uL on another day by 2026-04-06, with no unsupported value of at least 50000 /uL between, makes the lineage severe "
                + "(40000, 49000 /uL on 2026-03-23 and 2026-03-27 count so far)",
            reasons);
        Assert.Contains(
            "Platelets: two values of at least 50000 /uL in a row on different days, neighbours at most 9 days apart and no platelet transfusion from the first to the last, "
                + "resolve the lineage",
            reasons);
    }

    [Fact]
    public void P10_9_The_text_of_a_flag_does_not_grow_without_bound_and_its_evidence_stays_whole()
    {
        var course = new Course().Infused();
        for (var day = 22; day < 62; day++) course.Refused(DataQualityCodes.UnitUnknown, Lineages.Anc, day, $"r-{day}");
        var flag = course.On(62).Flag(FlagCodes.DataQuality)!;
        Assert.Equal(40, flag.Evidence.Count);
        Assert.Equal(12, flag.Text.Split("; ").Length);
        Assert.EndsWith("and 29 more, the last: unit-unknown on 2026-05-01: Could not be used", flag.Text, StringComparison.Ordinal);
    }

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));
}
