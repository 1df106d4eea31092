using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class DailyValueTests
{
    [Theory]
    [InlineData(Lineages.Anc, "500", LineageStatuses.Low)]
    [InlineData(Lineages.Anc, "501", LineageStatuses.Adequate)]
    [InlineData(Lineages.Platelets, "20000", LineageStatuses.Low)]
    [InlineData(Lineages.Platelets, "20100", LineageStatuses.Adequate)]
    [InlineData(Lineages.Hemoglobin, "8.0", LineageStatuses.Low)]
    [InlineData(Lineages.Hemoglobin, "7.99", LineageStatuses.Low)]
    [InlineData(Lineages.Hemoglobin, "8.06", LineageStatuses.Adequate)]
    public void P5_1_E1_The_threshold_itself_is_low(string lineage, string value, string status) =>
        Assert.Equal(status, new Course().Infused().Count(lineage, 22, decimal.Parse(value)).On(22).Lineages.Of(lineage).Status);

    [Theory]
    [InlineData("<", 500, LineageStatuses.Low)]
    [InlineData("<=", 500, LineageStatuses.Low)]
    [InlineData(">", 500, LineageStatuses.Adequate)]
    [InlineData(">=", 501, LineageStatuses.Adequate)]
    [InlineData("<", 501, null)]
    [InlineData("<=", 501, null)]
    [InlineData(">", 499, null)]
    [InlineData(">=", 500, null)]
    public void P2_4_A_comparator_counts_only_where_it_tells(string comparator, int value, string? status)
    {
        var assessment = new Course().Infused().Count(Lineages.Anc, 22, value, comparator: comparator, id: "a").On(22);
        Assert.Equal(status ?? LineageStatuses.Unknown, assessment.Lineages.Anc.Status);
        Assert.Equal(status is null, assessment.DataQuality.Any(d => d is { Code: DataQualityCodes.ComparatorIndecisive, Resource: "Observation/a" }));
        Assert.Equal(status is null, assessment.HasActive(FlagCodes.DataQuality));
        if (status is not null) Assert.Equal(comparator, assessment.Lineages.Anc.Latest!.Comparator);
    }

    [Fact]
    public void P2_4_Just_below_100_is_smaller_than_100()
    {
        var latest = new Course().Infused().Count(Lineages.Anc, 22, 100, "06:00").Count(Lineages.Anc, 22, 100, "07:00", "<").On(22).Lineages.Anc.Latest!;
        Assert.Equal("<", latest.Comparator);
    }

    [Fact]
    public void P2_6_Platelets_of_a_specimen_with_clumps_are_unsuitable()
    {
        var assessment = new Course().Infused().Count(Lineages.Platelets, 22, 9_000, specimen: "Specimen/s1", id: "p")
            .Count(Lineages.Anc, 22, 900, specimen: "Specimen/s1")
            .Add(("Observation", "clumps"), v => v with { PlateletClumps = [new PlateletClumps { Slot = "value", Specimen = "Specimen/s1" }] }).On(22);
        Assert.Null(assessment.Lineages.Platelets.Latest);
        Assert.NotNull(assessment.Lineages.Anc.Latest);
        Assert.Contains(assessment.DataQuality, d => d is { Code: DataQualityCodes.SpecimenUnsuitable, Resource: "Observation/p" });
        Assert.True(assessment.HasActive(FlagCodes.DataQuality));
    }

    [Theory]
    [InlineData("06:30", true)]
    [InlineData("06:31", false)]
    public void P2_6_Clumps_at_the_same_time_make_platelets_unsuitable(string time, bool unsuitable)
    {
        var course = new Course().Infused().Count(Lineages.Platelets, 22, 9_000);
        course.Add(("Observation", "clumps"), v => v with { PlateletClumps = [new PlateletClumps { Slot = "value", Time = ClinicalTime.At(course.Moment(22, time)) }] });
        Assert.Equal(unsuitable, course.On(22).Lineages.Platelets.Latest is null);
    }

    [Fact]
    public void P3_1_E11_The_minimum_of_the_day_counts()
    {
        var latest = new Course().Infused().Count(Lineages.Hemoglobin, 22, 8.3m, "09:00").Count(Lineages.Hemoglobin, 22, 7.9m, "09:40").On(22)
            .Lineages.Hemoglobin.Latest!;
        Assert.Equal(7.9m, latest.Value);
    }

    [Fact]
    public void P3_1_Of_equal_minima_the_supported_one_counts()
    {
        var latest = new Course().Infused().Count(Lineages.Platelets, 22, 30_000, "08:00").Blood(BloodProducts.Platelets, 22, "12:00")
            .Count(Lineages.Platelets, 22, 30_000, "16:00").On(22).Lineages.Platelets.Latest!;
        Assert.True(latest.Supported);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void P4_1_A_platelet_transfusion_supports_for_less_than_7_days(int daysLater, bool supported) =>
        Assert.Equal(supported, new Course().Infused().PlateletsGiven(22).Platelets((22 + daysLater, 30_000)).On(22 + daysLater)
            .Lineages.Platelets.Latest!.Supported);

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void P4_3_A_granulocyte_transfusion_supports_ANC_for_3_days(int daysLater, bool supported) =>
        Assert.Equal(supported, new Course().Infused().Blood(BloodProducts.Granulocytes, 22).Anc((22 + daysLater, 900)).On(30).Lineages.Anc.Latest!.Supported);

    [Fact]
    public void P4_3_GCSF_changes_no_verdict_and_is_remarked()
    {
        var assessment = new Course().Infused().Drug(Agents.Gcsf, 20, new Dose(300, "ug")).Anc((21, 400), (22, 300)).On(22);
        Assert.False(assessment.Lineages.Anc.Latest!.Supported);
        Assert.Contains("under G-CSF", assessment.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("14:00", "08:00", false)]
    [InlineData("14:00", "16:00", true)]
    [InlineData(null, "08:00", true)]
    [InlineData("14:00", null, true)]
    public void P4_4_E5_On_the_same_day_only_a_transfusion_up_to_the_draw_supports_it(string? given, string? drawn, bool supported) =>
        Assert.Equal(supported, new Course().Infused().Blood(BloodProducts.Platelets, 22, given).Count(Lineages.Platelets, 22, 30_000, drawn).On(22)
            .Lineages.Platelets.Latest!.Supported);

    [Theory]
    [InlineData(BloodProducts.Platelets, true, false)]
    [InlineData(BloodProducts.RedCells, false, true)]
    [InlineData(BloodProducts.WholeBlood, true, true)]
    [InlineData(BloodProducts.Unclassified, true, true)]
    [InlineData(BloodProducts.Granulocytes, false, false)]
    public void P4_5_E6_Each_product_supports_its_own_lineages(string product, bool platelets, bool hemoglobin)
    {
        var assessment = new Course().Infused().Blood(product, 22).Platelets((23, 30_000)).Hemoglobin((23, 9)).On(23);
        Assert.Equal((platelets, hemoglobin), (assessment.Lineages.Platelets.Latest!.Supported, assessment.Lineages.Hemoglobin.Latest!.Supported));
        Assert.Equal((platelets ? 1 : 0, hemoglobin ? 1 : 0), (assessment.Transfusions.Platelets.Count, assessment.Transfusions.RedCells.Count));
    }

    [Fact]
    public void P5_1_Low_holds_whether_supported_or_not() =>
        Assert.Equal(LineageStatuses.Low, new Course().Infused().PlateletsGiven(22).Platelets((23, 15_000)).On(23).Lineages.Platelets.Status);

    [Fact]
    public void P5_3_A_supported_value_above_the_threshold_is_neutral() =>
        Assert.Equal(LineageStatuses.Supported, new Course().Infused().PlateletsGiven(22).Platelets((23, 30_000)).On(23).Lineages.Platelets.Status);

    [Fact]
    public void Values_are_written_without_trailing_zeros() =>
        Assert.Equal("9.1", new Course().Infused().Hemoglobin((22, 9.100m)).On(22).Lineages.Hemoglobin.Latest!.Value.ToString());
}
