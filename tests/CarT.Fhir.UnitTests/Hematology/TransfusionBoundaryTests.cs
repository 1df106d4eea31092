using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Which transfusions count for what, and on which days (P4.5, P6.2, P7.4, P8.1).</summary>
public class TransfusionBoundaryTests
{
    [Fact]
    public void P4_5_E6_Plasma_supports_nothing_and_is_not_counted()
    {
        var assessment = new Course().Infused().Blood("plasma", 22).Platelets((23, 30_000)).Hemoglobin((23, 9)).Anc((23, 900)).On(23);
        Assert.All(Lineages.All, lineage => Assert.False(assessment.Lineages.Of(lineage).Latest!.Supported));
        Assert.Equal((0, 0), (assessment.Transfusions.Platelets.Count, assessment.Transfusions.RedCells.Count));
    }

    [Fact]
    public void P4_5_Two_specific_products_in_one_record_count_for_both()
    {
        var course = new Course().Infused().Platelets((23, 30_000)).Hemoglobin((23, 9));
        course.Add(
            ("Procedure", "both"),
            v => v with
            {
                Transfusions = [new Transfusion { Slot = "value", Products = [BloodProducts.Platelets, BloodProducts.RedCells], Time = ClinicalTime.At(course.Moment(22, "14:00")) }],
            });
        var lineages = course.On(23).Lineages;
        Assert.Equal((true, true), (lineages.Platelets.Latest!.Supported, lineages.Hemoglobin.Latest!.Supported));
    }

    [Fact]
    public void P7_4_A_transfusion_with_a_date_only_after_the_third_value_does_not_restart_the_run() =>
        Assert.Equal(
            Course.Date(26),
            new Course().Infused().Platelets((22, 9_000), (23, 9_000), (26, 30_000), (28, 30_000), (30, 30_000)).Blood(BloodProducts.Platelets, 33, null)
                .On(35).Lineages.Platelets.ResolvedOn);

    [Theory]
    [InlineData(29, true, null, 0)]
    [InlineData(30, false, 30, 1)]
    [InlineData(36, false, 30, 1)]
    [InlineData(37, true, 30, 1)]
    public void P8_1_Independence_ends_on_the_day_of_a_transfusion_and_comes_back_after_7_days(int day, bool independent, int? last, int count) =>
        Assert.Equal(
            new TransfusionSummary(independent, last is { } given ? Course.Date(given) : null, count), new Course().Infused().PlateletsGiven(30).On(day).Transfusions.Platelets);

    [Fact]
    public void P6_2_A_recovered_value_on_the_day_of_the_first_transfusion_does_not_keep_dependence_away() =>
        Assert.True(new Course().Infused().Platelets((22, 30_000)).PlateletsGiven(22, 24).On(24).HasActive(FlagCodes.TransfusionDependent));

    [Theory]
    [InlineData(22, 35)]
    [InlineData(34, 35)]
    public void P6_2_Dependence_rests_on_the_transfusions_of_the_last_14_days(int first, int second)
    {
        var flag = new Course().Infused().RedCellsGiven(second - 15, first, second).On(second).Flag(FlagCodes.TransfusionDependent)!;
        Assert.Equal([$"Procedure/red-cells-{first}-14:00", $"Procedure/red-cells-{second}-14:00"], flag.Evidence);
    }

    [Fact]
    public void P6_2_Dependence_rests_on_what_began_it_while_it_lasts() =>
        Assert.Equal(
            ["Procedure/red-cells-22-14:00", "Procedure/red-cells-24-14:00"],
            new Course().Infused().RedCellsGiven(22, 24, 27, 30).On(31).Flag(FlagCodes.TransfusionDependent)!.Evidence);

    [Fact]
    public void P10_10_Low_rests_on_the_last_two_low_values() =>
        Assert.Equal(
            ["Observation/platelets-24-06:30", "Observation/platelets-26-06:30"],
            new Course().Infused().Platelets((22, 9_000), (24, 9_000), (26, 9_000)).On(26).Lineages.Platelets.Evidence);
}
