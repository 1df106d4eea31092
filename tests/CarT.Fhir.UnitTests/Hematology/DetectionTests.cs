using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class DetectionTests
{
    [Fact]
    public void P6_1_Two_low_values_on_distinct_days_make_a_lineage_severe_on_the_second()
    {
        var course = new Course().Infused().Anc((21, 500), (23, 300));
        Assert.Equal(States.Screening, course.On(22).State);
        Assert.Equal(States.SeverePersistentCytopenia, course.On(23).State);
        var flag = course.On(25).Flag(FlagCodes.SeverePersistentCytopenia)!;
        Assert.Equal(Course.Date(23), flag.Since);
        Assert.Equal(["Observation/anc-21-06:30", "Observation/anc-23-06:30"], flag.Evidence);
    }

    [Fact]
    public void P6_1_Two_low_values_on_one_day_are_one() =>
        Assert.Equal(States.Screening, new Course().Infused().Count(Lineages.Anc, 22, 100, "06:00").Count(Lineages.Anc, 22, 100, "18:00").On(22).State);

    [Theory]
    [InlineData(21, 35, true)]
    [InlineData(21, 36, false)]
    [InlineData(20, 21, false)]
    public void P6_1_Both_values_lie_from_day_21_on_and_at_most_14_days_apart(int first, int second, bool severe) =>
        Assert.Equal(severe, new Course().Infused().Anc((first, 100), (second, 100)).On(second).HasActive(FlagCodes.SeverePersistentCytopenia));

    [Fact]
    public void P6_1_A_recovered_value_between_breaks_and_a_neutral_one_does_not()
    {
        Assert.False(new Course().Infused().Platelets((21, 15_000), (23, 30_000), (25, 15_000)).On(25).HasActive(FlagCodes.SeverePersistentCytopenia));
        Assert.True(new Course().Infused().Platelets((21, 15_000)).PlateletsGiven(22).Platelets((23, 30_000), (25, 15_000)).On(25)
            .HasActive(FlagCodes.SeverePersistentCytopenia));
    }

    [Fact]
    public void P6_2_Two_transfusion_days_within_14_days_make_dependent_and_from_day_21_severe()
    {
        var course = new Course().Infused().PlateletsGiven(15, 19);
        Assert.Empty(course.On(20).Flags);
        var assessment = course.On(21);
        Assert.Equal(Course.Date(21), assessment.Flag(FlagCodes.TransfusionDependent)!.Since);
        Assert.Equal(States.SeverePersistentCytopenia, assessment.State);
        Assert.Equal(["Procedure/platelets-15-14:00", "Procedure/platelets-19-14:00"], assessment.Flag(FlagCodes.SeverePersistentCytopenia)!.Evidence);
    }

    [Theory]
    [InlineData(22, 35, true)]
    [InlineData(22, 36, false)]
    [InlineData(22, 22, false)]
    public void P6_2_The_days_are_distinct_and_lie_in_the_last_14(int first, int second, bool dependent) =>
        Assert.Equal(dependent, new Course().Infused().Blood(BloodProducts.RedCells, first, "09:00").Blood(BloodProducts.RedCells, second, "15:00")
            .On(second).HasActive(FlagCodes.TransfusionDependent));

    [Fact]
    public void P6_2_A_recovered_value_after_the_first_transfusion_ends_dependence()
    {
        var course = new Course().Infused().PlateletsGiven(20, 22).Platelets((28, 30_000), (29, 30_000));
        Assert.True(course.On(28).HasActive(FlagCodes.TransfusionDependent));
        Assert.Equal(Course.Date(29), course.On(30).Flag(FlagCodes.TransfusionDependent)!.Until);
    }

    [Fact]
    public void P6_2_The_recovered_value_counts_after_the_first_of_all_transfusions_in_the_window()
    {
        var course = new Course().Infused().PlateletsGiven(21).Platelets((28, 30_000)).PlateletsGiven(29, 31);
        Assert.False(course.On(34).HasActive(FlagCodes.TransfusionDependent));
        Assert.Equal(Course.Date(35), course.On(36).Flag(FlagCodes.TransfusionDependent)!.Since);
    }

    [Fact]
    public void P6_2_An_unclassified_transfusion_counts_for_both()
    {
        var text = new Course().Infused().Blood(BloodProducts.Unclassified, 21, 23).On(23).Flag(FlagCodes.TransfusionDependent)!.Text;
        Assert.Contains("Platelets", text, StringComparison.Ordinal);
        Assert.Contains("Hemoglobin", text, StringComparison.Ordinal);
    }

    [Fact]
    public void P6_3_E12_Severe_ends_with_the_resolution_and_can_come_again()
    {
        var course = new Course().Infused().Anc((10, 2_000), (21, 300), (24, 200), (27, 900), (30, 900), (33, 900), (40, 300), (44, 200));
        var flags = course.On(45).Flags.Where(f => f.Code == FlagCodes.SeverePersistentCytopenia).ToList();
        Assert.Equal([Course.Date(24), Course.Date(44)], flags.Select(f => f.Since));
        Assert.Equal(Course.Date(33), flags[0].Until);
    }

    [Fact]
    public void E12_Recovered_on_day_10_and_fallen_on_day_24_is_caught() =>
        Assert.Equal(States.SeverePersistentCytopenia, new Course().Infused().Platelets((10, 90_000), (24, 12_000), (26, 9_000)).On(26).State);

    [Fact]
    public void P6_4_All_lineages_recovered_and_independent_from_day_29_is_no_severe_cytopenia()
    {
        var course = Healthy();
        Assert.Equal(States.Screening, course.On(28).State);
        Assert.Equal(States.NoSevereCytopenia, course.On(29).State);
    }

    [Fact]
    public void P6_4_A_missing_lineage_is_never_no_cytopenia()
    {
        var assessment = new Course().Infused().Anc((25, 900)).Platelets((25, 90_000)).On(29);
        Assert.Equal(States.Indeterminate, assessment.State);
        Assert.Equal("No evaluable hemoglobin since 2026-03-22 (day 21)", assessment.Reasons[0]);
    }

    [Fact]
    public void P6_4_One_low_latest_value_or_a_recent_transfusion_is_indeterminate()
    {
        Assert.Equal(States.Indeterminate, Healthy().Anc((28, 400)).On(29).State);
        Assert.Equal(States.Indeterminate, Healthy().RedCellsGiven(26).On(29).State);
        Assert.Equal(States.NoSevereCytopenia, Healthy().RedCellsGiven(18).On(29).State);
    }

    [Fact]
    public void P6_5_Early_cytopenia_raises_nothing()
    {
        var assessment = new Course().Infused().Anc((5, 100), (7, 50), (9, 0)).PlateletsGiven(3, 5).On(16);
        Assert.Equal(States.Observing, assessment.State);
        Assert.Empty(assessment.Flags);
        Assert.Empty(assessment.CarePlan.Activities);
    }

    [Fact]
    public void E13_No_labs_on_days_21_to_28_is_indeterminate_and_screening_missed_and_late_when_found()
    {
        var course = new Course().Infused().Anc((35, 100), (37, 100));
        Assert.True(course.On(28).HasActive(FlagCodes.ScreeningDue));
        var missed = course.On(29);
        Assert.Equal(States.Indeterminate, missed.State);
        Assert.False(missed.HasActive(FlagCodes.ScreeningDue));
        Assert.Equal(Course.Date(29), missed.Flag(FlagCodes.ScreeningMissed)!.Since);
        Assert.DoesNotContain(NoteCodes.Late, missed.Notes);
        var found = course.On(37);
        Assert.Equal(States.SeverePersistentCytopenia, found.State);
        Assert.Contains(NoteCodes.Late, found.Notes);
    }

    [Theory]
    [InlineData(24, false)]
    [InlineData(25, true)]
    public void P10_9_Screening_is_due_from_day_25_while_a_lineage_has_no_value(int day, bool due) =>
        Assert.Equal(due, new Course().Infused().Anc((22, 900)).Platelets((22, 90_000)).On(day).HasActive(FlagCodes.ScreeningDue));

    [Fact]
    public void P10_9_Screening_due_looks_at_completed_days_only()
    {
        var course = new Course().Infused().Anc((25, 900)).Platelets((25, 90_000)).Hemoglobin((25, 9));
        Assert.True(course.On(25).HasActive(FlagCodes.ScreeningDue));
        Assert.False(course.On(26).HasActive(FlagCodes.ScreeningDue));
    }

    [Fact]
    public void P10_11_Severe_first_after_day_28_is_late()
    {
        Assert.DoesNotContain(NoteCodes.Late, new Course().Infused().Anc((27, 100), (28, 100)).On(40).Notes);
        Assert.Contains(NoteCodes.Late, new Course().Infused().Anc((28, 100), (29, 100)).On(40).Notes);
    }

    [Fact]
    public void P1_7_Without_a_transfusion_feed_nothing_is_concluded_from_its_absence()
    {
        var course = new Course { Provides = SourceProvides.Parse(["labs", "doses"]) }.Infused().Anc((25, 900)).Platelets((25, 90_000)).Hemoglobin((25, 9))
            .PlateletsGiven(24);
        var assessment = course.On(35);
        Assert.Equal(States.Indeterminate, assessment.State);
        Assert.Equal(new TransfusionSummary(null, null, null), assessment.Transfusions.Platelets);
        Assert.Contains(NoteCodes.TransfusionsUnknown, assessment.Notes);
        Assert.Equal(LineageStatuses.Supported, assessment.Lineages.Platelets.Status);
    }

    private static Course Healthy() => new Course().Infused().Anc((25, 900)).Platelets((25, 90_000)).Hemoglobin((25, 9));
}
