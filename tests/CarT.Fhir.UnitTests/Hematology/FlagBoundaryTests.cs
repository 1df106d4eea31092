using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>When flags of absence are active, and that their words do not run with the day (P10.9, P11.4).</summary>
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
}
