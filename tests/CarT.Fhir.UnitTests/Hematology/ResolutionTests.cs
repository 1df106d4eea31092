using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class ResolutionTests
{
    private static readonly ProtocolDefinition NoRestart =
        Course.BeyarKatz with { Resolution = Course.BeyarKatz.Resolution with { TransfusionRestarts = false } };

    private static readonly (int, decimal)[] Low = [(21, 15_000), (23, 12_000)];

    [Fact]
    public void P7_1_P7_5_Three_recovered_values_resolve_dated_on_the_first_and_confirmed_on_the_third()
    {
        var platelets = Severe().Platelets((26, 25_000), (28, 30_000), (31, 40_000)).On(31).Lineages.Platelets;
        Assert.Equal((LineageStatuses.Resolved, Course.Date(26), Course.Date(31)), (platelets.Status, platelets.ResolvedOn, platelets.ConfirmedOn));
        Assert.Equal(["Observation/platelets-26-06:30", "Observation/platelets-28-06:30", "Observation/platelets-31-06:30"], platelets.Evidence);
        Assert.Null(platelets.DaysFromTpoRaStart);
    }

    [Fact]
    public void P7_1_E2_Three_values_on_one_day_are_one() =>
        Assert.Null(Severe().Count(Lineages.Platelets, 26, 25_000, "06:00").Count(Lineages.Platelets, 26, 26_000, "12:00")
            .Count(Lineages.Platelets, 26, 27_000, "18:00")
            .On(40).Lineages.Platelets.ResolvedOn);

    [Fact]
    public void P7_1_E2_A_gap_above_14_days_restarts_the_run_at_the_later_value()
    {
        Assert.Null(Severe().Platelets((26, 25_000), (41, 30_000), (56, 40_000)).On(60).Lineages.Platelets.ResolvedOn);
        Assert.Equal(Course.Date(41), Severe().Platelets((26, 25_000), (41, 30_000), (55, 40_000), (60, 40_000)).On(60).Lineages.Platelets.ResolvedOn);
    }

    [Fact]
    public void P7_2_A_lineage_that_was_never_low_is_adequate()
    {
        var anc = new Course().Infused().Anc((22, 900), (24, 900), (26, 900)).On(26).Lineages.Anc;
        Assert.Equal((LineageStatuses.Adequate, null, false), (anc.Status, anc.ResolvedOn, anc.LowAtBaseline));
    }

    [Fact]
    public void P7_2_One_low_value_is_enough_to_resolve_from() =>
        Assert.Equal(Course.Date(24), new Course().Infused().Anc((22, 400), (24, 900), (26, 900), (28, 900)).On(28).Lineages.Anc.ResolvedOn);

    [Fact]
    public void P7_2_With_a_course_the_first_value_lies_after_its_start_and_an_earlier_resolution_is_forgotten()
    {
        var course = new Course().Infused().Anc((21, 400), (22, 400), (24, 900), (26, 900), (28, 900)).Eltrombopag(50, 30, 40)
            .Anc((30, 900), (32, 900), (34, 900), (36, 900));
        Assert.Equal(Course.Date(24), course.On(29).Lineages.Anc.ResolvedOn);
        Assert.Null(course.On(30).Lineages.Anc.ResolvedOn);
        var after = course.On(40).Lineages.Anc;
        Assert.Equal((true, Course.Date(32), Course.Date(36), 2), (after.LowAtBaseline, after.ResolvedOn, after.ConfirmedOn, after.DaysFromTpoRaStart));
    }

    [Fact]
    public void P7_2_A_lineage_not_low_at_baseline_keeps_its_resolution()
    {
        var anc = new Course().Infused().Anc((21, 400), (22, 400), (24, 900), (26, 900), (28, 900), (40, 900)).Eltrombopag(50, 41, 45).On(45).Lineages.Anc;
        Assert.Equal((false, Course.Date(24), null), (anc.LowAtBaseline, anc.ResolvedOn, anc.DaysFromTpoRaStart));
    }

    [Fact]
    public void P7_2_With_a_course_that_starts_before_day_21_values_count_from_its_start()
    {
        var course = new Course().Infused().Platelets((8, 10_000), (9, 10_000)).Eltrombopag(50, 10, 20).Platelets((11, 30_000), (12, 30_000), (13, 30_000));
        var assessment = course.On(13);
        var platelets = assessment.Lineages.Platelets;
        Assert.Equal((LineageStatuses.Resolved, Course.Date(11), 1), (platelets.Status, platelets.ResolvedOn, platelets.DaysFromTpoRaStart));
        Assert.Equal(States.Responded, assessment.State);
        Assert.Equal(States.OnTreatment, course.On(10).State);
    }

    [Fact]
    public void P7_2_A_run_that_is_under_way_at_the_start_begins_anew()
    {
        var course = Severe().Platelets((26, 25_000), (28, 30_000)).Eltrombopag(50, 29, 40).Platelets((30, 30_000), (31, 30_000), (32, 30_000));
        Assert.Null(course.On(31).Lineages.Platelets.ResolvedOn);
        Assert.Equal(Course.Date(30), course.On(32).Lineages.Platelets.ResolvedOn);
    }

    [Fact]
    public void P7_3_E3_A_low_value_restarts_the_run() =>
        Assert.Equal(Course.Date(31), Severe().Platelets((26, 25_000), (28, 30_000), (30, 19_000), (31, 30_000), (32, 30_000), (33, 30_000)).On(33)
            .Lineages.Platelets.ResolvedOn);

    [Fact]
    public void P7_3_A_neutral_value_is_skipped_and_days_without_a_value_do_not_break() =>
        Assert.Equal(Course.Date(26), new Course { Definition = NoRestart }
            .Infused().Platelets(Low).Platelets((26, 25_000)).PlateletsGiven(27).Platelets((28, 90_000), (35, 30_000), (40, 30_000)).On(40)
                .Lineages.Platelets.ResolvedOn);

    [Fact]
    public void P7_4_E3_A_platelet_transfusion_between_the_values_restarts_the_run() =>
        Assert.Equal(Course.Date(36), Severe().Platelets((26, 25_000), (28, 30_000)).PlateletsGiven(29)
            .Platelets((31, 40_000), (35, 40_000), (36, 40_000), (37, 40_000), (38, 40_000))
            .On(40).Lineages.Platelets.ResolvedOn);

    [Fact]
    public void P7_4_A_transfusion_after_the_first_draw_of_its_day_restarts_and_one_after_the_last_draw_does_not()
    {
        Assert.Null(Severe().Platelets((26, 25_000), (28, 30_000), (30, 40_000)).Blood(BloodProducts.Platelets, 26, "07:00").On(30)
            .Lineages.Platelets.ResolvedOn);
        Assert.Equal(Course.Date(26), Severe().Platelets((26, 25_000), (28, 30_000), (30, 40_000)).Blood(BloodProducts.Platelets, 30, "07:00").On(30)
            .Lineages.Platelets.ResolvedOn);
    }

    [Theory]
    [InlineData(BloodProducts.RedCells, false)]
    [InlineData(BloodProducts.WholeBlood, true)]
    [InlineData(BloodProducts.Unclassified, true)]
    public void P7_4_E6_Red_cells_do_not_break_a_platelet_run_and_whole_blood_does(string product, bool breaks) =>
        Assert.Equal(breaks, Severe().Platelets((26, 25_000), (28, 30_000), (30, 40_000)).Blood(product, 27).On(30).Lineages.Platelets.ResolvedOn is null);

    [Fact]
    public void P2_7_E7_A_retracted_transfusion_brings_the_run_back_dated_to_its_first_value()
    {
        var course = Severe().Platelets((26, 25_000), (28, 30_000), (30, 40_000)).Blood(BloodProducts.Platelets, 27, "14:00", "bag");
        Assert.Null(course.On(31).Lineages.Platelets.ResolvedOn);
        Assert.Equal(Course.Date(26), course.Retract("Procedure", "bag").On(31).Lineages.Platelets.ResolvedOn);
    }

    [Fact]
    public void P7_6_Low_at_baseline_looks_at_the_14_days_up_to_the_start()
    {
        Assert.True(new Course().Infused().Anc((27, 400), (39, 900)).Eltrombopag(50, 40, 40).On(40).Lineages.Anc.LowAtBaseline);
        Assert.False(new Course().Infused().Anc((26, 400), (39, 900)).Eltrombopag(50, 40, 40).On(40).Lineages.Anc.LowAtBaseline);
        Assert.Null(new Course().Infused().Anc((26, 400), (41, 400)).Eltrombopag(50, 40, 40).On(41).Lineages.Anc.LowAtBaseline);
        Assert.True(new Course().Infused().RedCellsGiven(20, 25).Hemoglobin((39, 9)).Eltrombopag(50, 40, 40).On(40).Lineages.Hemoglobin.LowAtBaseline);
    }

    [Fact]
    public void P7_6_Without_a_course_baseline_is_low_once_severe()
    {
        Assert.Null(new Course().Infused().Anc((20, 100)).On(22).Lineages.Anc.LowAtBaseline);
        Assert.False(new Course().Infused().Anc((22, 100)).On(22).Lineages.Anc.LowAtBaseline);
        Assert.True(new Course().Infused().Anc((22, 100), (23, 100)).On(23).Lineages.Anc.LowAtBaseline);
    }

    [Fact]
    public void P7_7_Two_low_values_lose_a_resolution_and_a_new_one_is_dated_anew()
    {
        var course = Severe().Platelets((26, 25_000), (28, 30_000), (30, 40_000), (34, 12_000), (36, 11_000), (40, 50_000), (42, 50_000), (44, 50_000));
        Assert.Equal(Course.Date(26), course.On(35).Lineages.Platelets.ResolvedOn);
        Assert.Null(course.On(36).Lineages.Platelets.ResolvedOn);
        Assert.Equal(Course.Date(40), course.On(44).Lineages.Platelets.ResolvedOn);
    }

    [Fact]
    public void P7_7_Dependence_that_begins_loses_a_resolution() =>
        Assert.Null(Severe().Platelets((26, 25_000), (28, 30_000), (30, 40_000)).PlateletsGiven(32, 34).On(34).Lineages.Platelets.ResolvedOn);

    [Theory]
    [InlineData("cibmtr", 20_000, 7)]
    [InlineData("cibmtr", 50_000, 9)]
    [InlineData("astct", 20_000, 7)]
    [InlineData("astct", 50_000, 9)]
    public void E4_The_worked_example_of_CIBMTR_under_the_built_in_definitions(string id, int plateletsPerUl, int resolvedOn)
    {
        var builtIn = ProtocolDefinition.BuiltIn(id);
        var definition = builtIn with { Low = builtIn.Low with { PlateletsPerUl = builtIn.Low.PlateletsPerUl with { Value = plateletsPerUl } } };
        decimal[] counts = [10, 30, 25, 10, 15, 19, 23, 25, 40, 50, 56, 65, 72];
        // Its day 0 lies after day 21 of the infusion, where values begin to count.
        const int day0 = 30;
        var course = new Course { Definition = definition }.Infused().Blood(BloodProducts.Platelets, day0, "02:00");
        for (var day = 0; day < counts.Length; day++) course.Platelets((day0 + day, counts[day] * 1000));
        Assert.Equal(Course.Date(day0 + resolvedOn), course.On(day0 + 12).Lineages.Platelets.ResolvedOn);
    }

    [Theory]
    [InlineData(LineageStatuses.Unknown, 20, 400)]
    [InlineData(LineageStatuses.Low, 22, 400)]
    [InlineData(LineageStatuses.Adequate, 22, 900)]
    public void P10_10_Status_looks_at_values_from_day_21_on(string status, int day, int value) =>
        Assert.Equal(status, new Course().Infused().Anc((day, value)).On(23).Lineages.Anc.Status);

    [Fact]
    public void P10_10_Recovering_and_dependent_without_a_value()
    {
        Assert.Equal(LineageStatuses.Recovering, Severe().Platelets((26, 25_000)).On(26).Lineages.Platelets.Status);
        Assert.Equal(LineageStatuses.Low, new Course().Infused().PlateletsGiven(20, 22).On(22).Lineages.Platelets.Status);
    }

    private static Course Severe() => new Course().Infused().Platelets(Low);
}
