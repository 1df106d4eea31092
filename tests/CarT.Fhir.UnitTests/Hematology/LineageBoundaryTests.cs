using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>From which day values count for a lineage, what it can resolve from, and what is behind its status (P7.2, P7.6, P9.9, P10.10).</summary>
public class LineageBoundaryTests
{
    [Theory]
    [InlineData(21, 23)]
    [InlineData(20, null)]
    public void P7_2_A_low_value_of_day_21_is_one_to_resolve_from_and_one_of_day_20_is_none(int low, int? resolvedOn)
    {
        var anc = new Course().Infused().Anc((low, 400), (23, 900), (25, 900), (27, 900)).On(27).Lineages.Anc;
        Assert.Equal(resolvedOn is { } day ? Course.Date(day) : null, anc.ResolvedOn);
        Assert.Equal(resolvedOn is null ? LineageStatuses.Adequate : LineageStatuses.Resolved, anc.Status);
    }

    [Fact]
    public void P7_2_A_lineage_that_was_severe_by_dependence_alone_can_resolve() =>
        Assert.Equal(
            Course.Date(32), new Course().Infused().RedCellsGiven(22, 24).Hemoglobin((32, 9), (33, 9), (34, 9)).On(34).Lineages.Hemoglobin.ResolvedOn);

    [Theory]
    [InlineData(14, true)]
    [InlineData(13, false)]
    public void P7_6_Dependence_on_the_first_of_the_14_days_up_to_the_start_is_low_at_baseline(int firstTransfusion, bool low)
    {
        // Dependent as long as both transfusions lie in the last 14 days: up to the 13th day after the first.
        var course = new Course().Infused().RedCellsGiven(firstTransfusion, 18).Hemoglobin((39, 9)).Eltrombopag(50, 40, 40);
        Assert.Equal(low, course.On(40).Lineages.Hemoglobin.LowAtBaseline);
    }

    [Fact]
    public void P10_11_A_relapse_after_day_28_is_not_late_when_the_first_severe_day_was_not() =>
        Assert.DoesNotContain(
            NoteCodes.Late,
            new Course().Infused().Anc((21, 300), (23, 200), (27, 900), (29, 900), (31, 900), (40, 300), (44, 200)).On(44).Notes);

    [Fact]
    public void P9_9_A_lineage_that_resolved_twice_and_was_lost_twice_counts_as_resolved()
    {
        var course = new Course().Infused().Platelets((22, 9_000), (23, 9_000)).Eltrombopag(50, 30, 145)
            .Hemoglobin((40, 7), (44, 9), (46, 9), (48, 9), (60, 7), (62, 7), (64, 9), (66, 9), (68, 9), (80, 7), (82, 7)).Platelets((140, 9_000));
        Assert.Null(course.On(142).Lineages.Hemoglobin.ResolvedOn);
        Assert.Equal(States.OnTreatment, course.On(142).State);
    }

    [Theory]
    [InlineData(21, false)]
    [InlineData(20, true)]
    public void P10_9_Values_of_day_21_are_enough_for_the_screening(int day, bool due) =>
        Assert.Equal(due, new Course().Infused().Anc((day, 900)).Platelets((day, 90_000)).Hemoglobin((day, 9)).On(25).HasActive(FlagCodes.ScreeningDue));

    [Fact]
    public void P10_10_Recovering_rests_on_the_values_of_the_unfinished_run() =>
        Assert.Equal(
            ["Observation/anc-25-06:30", "Observation/anc-27-06:30"],
            new Course().Infused().Anc((21, 300), (23, 300), (25, 900), (27, 900)).On(27).Lineages.Anc.Evidence);

    [Fact]
    public void P10_10_Low_by_dependence_rests_on_the_latest_value_and_the_transfusions()
    {
        var hemoglobin = new Course().Infused().RedCellsGiven(22, 24).Hemoglobin((25, 9)).On(25).Lineages.Hemoglobin;
        Assert.Equal(LineageStatuses.Low, hemoglobin.Status);
        Assert.Equal(
            ["Observation/hemoglobin-25-06:30", "Procedure/red-cells-22-14:00", "Procedure/red-cells-24-14:00"], hemoglobin.Evidence.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void P10_10_Supported_and_adequate_rest_on_the_latest_value_alone()
    {
        var course = new Course().Infused().PlateletsGiven(24).Platelets((22, 90_000), (25, 80_000)).Anc((22, 900), (25, 800));
        Assert.Equal(["Observation/platelets-25-06:30"], course.On(25).Lineages.Platelets.Evidence);
        Assert.Equal(["Observation/anc-25-06:30"], course.On(25).Lineages.Anc.Evidence);
    }

    [Fact]
    public void P1_6_A_statement_that_ended_before_the_infusion_is_no_treatment() =>
        Assert.Null(new Course().Infused().Statement("s", -20, -5, 50).On(5).Therapy.StartedOn);

    [Fact]
    public void P1_6_A_statement_that_began_before_the_infusion_counts_from_day_0_on()
    {
        var therapy = new Course().Infused().Statement("s", -20, 2, 50).On(5).Therapy;
        Assert.Equal((0, 3), (therapy.StartDay, Assert.Single(therapy.Agents).Doses));
    }
}
