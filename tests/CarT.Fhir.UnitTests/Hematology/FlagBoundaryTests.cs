using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>When flags of absence and of data quality are active, and that their words do not run with the day (P10.9, P11.4).</summary>
public class FlagBoundaryTests
{
    [Fact]
    public void P10_9_A_severe_patient_has_no_missed_screening_although_a_lineage_was_never_counted() =>
        Assert.Null(new Course().Infused().Platelets((22, 9_000), (23, 9_000)).On(35).Flag(FlagCodes.ScreeningMissed));

    [Fact]
    public void P10_9_An_indeterminate_patient_with_a_value_of_every_lineage_has_no_missed_screening()
    {
        var assessment = new Course().Infused().Platelets((22, 90_000)).Anc((22, 900)).Hemoglobin((22, 7)).On(35);
        Assert.Equal(States.Indeterminate, assessment.State);
        Assert.Null(assessment.Flag(FlagCodes.ScreeningMissed));
    }

    [Theory]
    [InlineData(FlagCodes.ScreeningMissed, 30, 33)]
    [InlineData(FlagCodes.ScreeningDue, 25, 28)]
    public void P11_4_The_text_of_a_flag_of_absence_stays_as_it_began(string flag, int first, int later)
    {
        var course = new Course().Infused().Anc((22, 900));
        Assert.Equal(course.On(first).Flag(flag)!.Text, course.On(later).Flag(flag)!.Text);
    }

    [Fact]
    public void P10_9_A_value_of_one_lineage_leaves_the_flag_with_the_others()
    {
        var course = new Course().Infused().Anc((26, 900));
        Assert.Contains("ANC", course.On(25).Flag(FlagCodes.ScreeningDue)!.Text, StringComparison.Ordinal);
        Assert.True(course.On(27).HasActive(FlagCodes.ScreeningDue));
        Assert.Equal(Course.Date(25), course.On(27).Flag(FlagCodes.ScreeningDue)!.Since);
    }

    [Fact]
    public void P1_7_A_source_without_labs_raises_neither_screening_flag()
    {
        var course = new Course { Provides = new(false, true, true) }.Infused();
        Assert.Null(course.On(27).Flag(FlagCodes.ScreeningDue));
        Assert.Null(course.On(35).Flag(FlagCodes.ScreeningMissed));
    }

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
