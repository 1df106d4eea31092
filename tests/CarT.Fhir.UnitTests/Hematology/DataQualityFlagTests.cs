using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>The days and the causes of the flag of data quality (P10.9).</summary>
public class DataQualityFlagTests
{
    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    public void P10_9_What_was_refused_before_the_infusion_raises_nothing(int day, bool raised) =>
        Assert.Equal(
            raised,
            new Course().Infused(time: null).Refused(DataQualityCodes.TransfusionUnclassified, Concerns.Transfusion, day, "r").On(3).HasActive(FlagCodes.DataQuality));

    [Theory]
    [InlineData(35, true)]
    [InlineData(36, false)]
    public void P10_9_A_cause_counts_on_its_day_and_13_more(int day, bool active) =>
        Assert.Equal(active, new Course().Infused().Refused(DataQualityCodes.UnitMissing, Lineages.Anc, 22, "r").On(day).HasActive(FlagCodes.DataQuality));

    [Theory]
    [InlineData(21, true)]
    [InlineData(20, false)]
    public void P10_9_A_refused_count_matters_from_day_21_on(int day, bool raised) =>
        Assert.Equal(raised, new Course().Infused().Refused(DataQualityCodes.UnitMissing, Lineages.Hemoglobin, day, "r").On(day).HasActive(FlagCodes.DataQuality));

    [Fact]
    public void P10_9_Causes_of_one_day_are_in_order_of_their_resources_whoever_found_them()
    {
        var course = new Course().Infused().Refused(DataQualityCodes.UnitMissing, Lineages.Anc, 22, "b").Count(Lineages.Anc, 22, 900, comparator: "<", id: "a");
        Assert.Equal(["Observation/a", "Observation/b"], course.On(22).Flag(FlagCodes.DataQuality)!.Evidence);
    }

    [Fact]
    public void P10_9_P10_2_After_a_reopening_the_causes_are_in_order_of_their_days()
    {
        var course = new Course { ClosedByOperatorAt = new DateTimeOffset(2026, 3, 24, 9, 0, 0, TimeSpan.Zero) }.Infused()
            .Refused(DataQualityCodes.UnitMissing, Lineages.Anc, 22, "b").Refused(DataQualityCodes.UnitMissing, Lineages.Anc, 24, "a").Eltrombopag(50, 26, 26);
        var flag = course.On(26).Flag(FlagCodes.DataQuality)!;
        Assert.Equal(Course.Date(26), flag.Since);
        Assert.Equal(["Observation/b", "Observation/a"], flag.Evidence);
    }

    [Fact]
    public void P10_9_A_refusal_of_the_next_episode_is_no_cause_in_the_one_before()
    {
        var course = new Course().Infused().Infused(40).Refused(DataQualityCodes.TransfusionUnclassified, Concerns.Transfusion, 41, "r");
        Assert.Equal([2], course.On(45).Flags.Where(f => f.Code == FlagCodes.DataQuality).Select(f => f.Episode));
    }
}
