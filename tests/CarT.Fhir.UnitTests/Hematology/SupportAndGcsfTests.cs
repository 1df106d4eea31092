using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>The reach of G-CSF (P4.3), the choice among the values of a day (P3.1), and support on the day of the draw (P4.4).</summary>
public class SupportAndGcsfTests
{
    [Theory]
    [InlineData(Agents.Gcsf, 20, "400 (under G-CSF), 300 (under G-CSF) /uL")]
    [InlineData(Agents.Gcsf, 19, "400 (under G-CSF), 300 /uL")]
    [InlineData(Agents.Gcsf, 18, "400, 300 /uL")]
    [InlineData(Agents.GcsfLongActing, 8, "400 (under G-CSF), 300 (under G-CSF) /uL")]
    [InlineData(Agents.GcsfLongActing, 7, "400 (under G-CSF), 300 /uL")]
    [InlineData(Agents.GcsfLongActing, 6, "400, 300 /uL")]
    [InlineData(Agents.Gcsf, 22, "400, 300 /uL")]
    [InlineData(Agents.Eltrombopag, 20, "400, 300 /uL")]
    public void P4_3_GCSF_is_remarked_for_2_days_and_a_long_acting_one_for_14(string agent, int day, string said) =>
        Assert.Contains(said, Severe(new Course().Infused().Drug(agent, day, new Dose(1, "mg"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("05:00", true)]
    [InlineData("06:30", true)]
    [InlineData("07:00", false)]
    [InlineData(null, true)]
    public void P4_3_P4_4_On_the_day_of_the_draw_only_GCSF_given_before_it_is_remarked(string? time, bool remarked) =>
        Assert.Equal(
            remarked, Severe(new Course().Infused().Drug(Agents.Gcsf, 22, new Dose(300, "ug"), time)).Contains("300 (under G-CSF)", StringComparison.Ordinal));

    [Fact]
    public void P4_3_A_dose_of_zero_is_no_GCSF_and_one_that_is_not_stated_is()
    {
        Assert.DoesNotContain("under G-CSF", Severe(new Course().Infused().Drug(Agents.Gcsf, 20, new Dose(0, "ug"))), StringComparison.Ordinal);
        Assert.Contains("under G-CSF", Severe(new Course().Infused().Drug(Agents.Gcsf, 20, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void P4_3_Platelets_are_never_remarked_for_GCSF()
    {
        var course = new Course().Infused().Drug(Agents.Gcsf, 21, new Dose(300, "ug")).Platelets((21, 9_000), (22, 9_000));
        Assert.DoesNotContain("under G-CSF", course.On(22).Flag(FlagCodes.SeverePersistentCytopenia)!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void P4_3_A_definition_may_let_an_ANC_soon_after_GCSF_count_as_supported(int day, bool supported)
    {
        var definition = Course.BeyarKatz with { Support = Course.BeyarKatz.Support with { ExcludeGcsfDays = 3 } };
        var course = new Course { Definition = definition }.Infused().Drug(Agents.Gcsf, 22, new Dose(300, "ug")).Anc((day, 900)).Hemoglobin((day, 9));
        Assert.Equal(supported, course.On(day).Lineages.Anc.Latest!.Supported);
        Assert.Equal(supported ? LineageStatuses.Supported : LineageStatuses.Adequate, course.On(day).Lineages.Anc.Status);
        Assert.False(course.On(day).Lineages.Hemoglobin.Latest!.Supported);
    }

    [Fact]
    public void P3_1_Of_equal_minima_the_earlier_draw_counts_and_then_the_smaller_id()
    {
        var twice = new Course().Infused().Count(Lineages.Anc, 22, 300, "09:00", id: "a").Count(Lineages.Anc, 22, 300, "08:00", id: "b");
        Assert.Equal(["Observation/b"], twice.On(22).Lineages.Anc.Evidence);
        var together = new Course().Infused().Count(Lineages.Anc, 22, 300, "08:00", id: "z").Count(Lineages.Anc, 22, 300, "08:00", id: "y");
        Assert.Equal(["Observation/y"], together.On(22).Lineages.Anc.Evidence);
    }

    [Fact]
    public void P3_1_P2_4_A_value_just_below_is_the_minimum_of_the_day_also_when_it_is_drawn_later()
    {
        var latest = new Course().Infused().Count(Lineages.Anc, 22, 100, "08:00", "<").Count(Lineages.Anc, 22, 100, "07:00", "<=").On(22).Lineages.Anc.Latest!;
        Assert.Equal("<", latest.Comparator);
    }

    [Theory]
    [InlineData("14:00", true)]
    [InlineData("13:59", false)]
    public void P4_4_A_transfusion_that_starts_with_the_draw_supports_it(string drawn, bool supported) =>
        Assert.Equal(supported, new Course().Infused().PlateletsGiven(22).Count(Lineages.Platelets, 22, 30_000, drawn).On(22).Lineages.Platelets.Latest!.Supported);

    [Fact]
    public void P4_1_A_later_transfusion_supports_no_earlier_value() =>
        Assert.False(new Course().Infused().Platelets((22, 30_000)).PlateletsGiven(23).On(24).Lineages.Platelets.Latest!.Supported);

    [Fact]
    public void P1_4_A_transfusion_before_day_0_supports_nothing_and_is_not_counted()
    {
        var course = new Course().Infused().PlateletsGiven(-1).Platelets((1, 30_000));
        Assert.False(course.On(1).Lineages.Platelets.Latest!.Supported);
        Assert.Equal(new TransfusionSummary(true, null, 0), course.On(1).Transfusions.Platelets);
        Assert.True(new Course().Infused().PlateletsGiven(0).Platelets((1, 30_000)).On(1).Lineages.Platelets.Latest!.Supported);
    }

    [Fact]
    public void P8_1_The_last_transfusion_is_told_with_its_date_and_each_bag_is_counted_once()
    {
        var course = new Course().Infused().Blood(BloodProducts.Platelets, 30, "09:00").Blood(BloodProducts.Platelets, 24, "10:00").PlateletsGiven(24);
        Assert.Equal(new TransfusionSummary(false, Course.Date(30), 3), course.On(33).Transfusions.Platelets);
        Assert.Equal(new TransfusionSummary(true, null, 0), course.On(33).Transfusions.RedCells);
    }

    private static string Severe(Course course) => course.Anc((21, 400), (22, 300)).On(22).Flag(FlagCodes.SeverePersistentCytopenia)!.Text;
}
