using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class SilenceTests
{
    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void P13_1_A_severe_lineage_without_counts_on_7_completed_days_and_today(int day, bool silent) =>
        Assert.Equal(silent, Severe().On(day).HasActive(FlagCodes.NoRecentCounts));

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public void P13_1_From_day_7_on_while_therapy_is_current(int day, bool silent) =>
        Assert.Equal(silent, new Course().Infused().Eltrombopag(50, 0, 10).On(day).HasActive(FlagCodes.NoRecentCounts));

    [Theory]
    [InlineData(28, States.Screening, false)]
    [InlineData(29, States.Indeterminate, true)]
    public void P13_1_While_indeterminate(int day, string state, bool silent)
    {
        var assessment = new Course().Infused().On(day);
        Assert.Equal((state, silent), (assessment.State, assessment.HasActive(FlagCodes.NoRecentCounts)));
    }

    [Fact]
    public void P13_1_Any_lineage_ends_it_and_the_text_stays_as_it_began()
    {
        var course = Severe().Hemoglobin((34, 9));
        var (first, later, over) = (course.On(31), course.On(33), course.On(34));
        Assert.Equal("No evaluable blood count from 2026-03-25 to 2026-03-31; the last was platelets 10000 /uL on 2026-03-24", first.Flag(FlagCodes.NoRecentCounts)!.Text);
        Assert.Equal(first.Flag(FlagCodes.NoRecentCounts)!.Text, later.Flag(FlagCodes.NoRecentCounts)!.Text);
        var flag = over.Flag(FlagCodes.NoRecentCounts)!;
        Assert.Equal((Course.Date(31), Course.Date(34)), (flag.Since, flag.Until));
    }

    [Fact]
    public void P13_1_A_value_that_cannot_be_judged_is_no_count() =>
        Assert.True(Severe().Count(Lineages.Platelets, 30, 50_000, comparator: "<").On(31).HasActive(FlagCodes.NoRecentCounts));

    [Fact]
    public void P1_7_A_source_without_labs_proves_no_absence() =>
        Assert.Null(new Course { Provides = new SourceProvides(false, true, true) }.Infused().Eltrombopag(50, 22, 40).On(40).Flag(FlagCodes.NoRecentCounts));

    [Fact]
    public void P10_9_Nothing_is_flagged_once_the_episode_is_closed() =>
        Assert.Equal(Course.Date(33), Severe().Died(33).On(40).Flag(FlagCodes.NoRecentCounts)!.Until);

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));
}
