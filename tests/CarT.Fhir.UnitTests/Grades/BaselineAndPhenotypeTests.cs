using CarT.Fhir.Contracts;
using CarT.Fhir.UnitTests.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>CAR-HEMATOTOX from the days before lymphodepletion (P12.5, P1.4), and the phenotype of recovery (P12.6).</summary>
public sealed class BaselineAndPhenotypeTests
{
    [Theory]
    [InlineData(220, 3400, "12.4", "0.8", 180, 0, "low")]
    [InlineData(130, 1800, "10.5", "1.4", 320, 1, "low")]
    [InlineData(110, 950, "10.1", "4.2", 540, 3, "high")]
    [InlineData(60, 700, "8.5", "2.4", 1400, 5, "high")]
    [InlineData(40, 400, "7.8", "9.5", 3200, 7, "high")]
    public void P12_5_The_published_vectors(int platelets, int anc, string hemoglobin, string crp, int ferritin, int score, string risk) =>
        Assert.Equal(new CarHematotoxScore(score, risk), Score(platelets, anc, decimal.Parse(hemoglobin), decimal.Parse(crp), ferritin));

    [Theory]
    [InlineData("176", 0)]
    [InlineData("175", 1)]
    [InlineData("75", 1)]
    [InlineData("74.9", 2)]
    public void P12_5_Platelets_on_both_sides(string platelets, int score) => Assert.Equal(score, Score(platelets: decimal.Parse(platelets))!.Score);

    [Theory]
    [InlineData(1201, 0)]
    [InlineData(1200, 1)]
    public void P12_5_Neutrophils_on_both_sides(int anc, int score) => Assert.Equal(score, Score(anc: anc)!.Score);

    [Theory]
    [InlineData("9.1", 0)]
    [InlineData("9.0", 1)]
    public void P12_5_Hemoglobin_on_both_sides(string hemoglobin, int score) => Assert.Equal(score, Score(hemoglobin: decimal.Parse(hemoglobin))!.Score);

    [Theory]
    [InlineData("2.9", 0)]
    [InlineData("3.0", 1)]
    public void P12_5_CRP_on_both_sides(string crp, int score) => Assert.Equal(score, Score(crp: decimal.Parse(crp))!.Score);

    [Theory]
    [InlineData("649.9", 0)]
    [InlineData("650", 1)]
    [InlineData("2000", 1)]
    [InlineData("2000.1", 2)]
    public void P12_5_Ferritin_on_both_sides(string ferritin, int score) => Assert.Equal(score, Score(ferritin: decimal.Parse(ferritin))!.Score);

    [Fact]
    public void P2_4_CRP_below_3_counts_as_below_and_ferritin_above_2000_as_above()
    {
        var course = Baseline().Marker(Analytes.Crp, -5, 3.0m, "<").Marker(Analytes.Ferritin, -5, 2000, ">");

        Assert.Equal(2, course.On(0).Grades.CarHematotox!.Score);
    }

    [Fact]
    public void P12_5_Any_marker_missing_gives_no_score()
    {
        Assert.Null(Baseline().Marker(Analytes.Crp, -5, 1).On(0).Grades.CarHematotox);
        Assert.Null(Baseline().Marker(Analytes.Ferritin, -5, 100).On(0).Grades.CarHematotox);
        Assert.Null(new Course().Infused().Marker(Analytes.Crp, -5, 1).Marker(Analytes.Ferritin, -5, 100).On(0).Grades.CarHematotox);
    }

    [Theory]
    [InlineData(-14, true)]
    [InlineData(-15, false)]
    [InlineData(-5, true)]
    [InlineData(-4, false)]
    public void P1_4_Days_14_to_5_before_the_infusion_count(int day, bool isInside) =>
        Assert.Equal(isInside, Baseline().Marker(Analytes.Crp, -7, 1).Marker(Analytes.Ferritin, day, 100).On(0).Grades.CarHematotox is not null);

    [Fact]
    public void P12_5_The_latest_day_of_the_window_counts_with_its_worst_value()
    {
        var course = Baseline().Marker(Analytes.Ferritin, -5, 100)
            .Marker(Analytes.Crp, -9, 9).Marker(Analytes.Crp, -6, 1).Count(Lineages.Anc, -5, 1000, "09:00");

        // Only the second neutrophil count of the last day is worth a point.
        Assert.Equal(1, course.On(0).Grades.CarHematotox!.Score);
        Assert.Equal(2, course.Marker(Analytes.Crp, -6, 3.5m, id: "again").On(0).Grades.CarHematotox!.Score);
    }

    [Fact]
    public void P12_6_Quick_is_recovered_after_the_fall_and_never_low_again()
    {
        var course = new Course().Infused().Anc((1, 3000), (4, 200), (12, 1500), (20, 2000));

        Assert.Null(course.On(21).Grades.Phenotype);
        Assert.Equal("quick", course.Anc((22, 1000)).On(22).Grades.Phenotype);
    }

    [Fact]
    public void P12_6_Intermittent_is_recovered_and_low_again_after_day_21()
    {
        var course = new Course().Infused().Anc((4, 200), (12, 1001), (20, 2000));

        Assert.Null(course.Anc((21, 999)).On(21).Grades.Phenotype);
        Assert.Equal("intermittent", course.Anc((22, 999)).On(22).Grades.Phenotype);
    }

    [Fact]
    public void P12_6_A_fall_without_a_recovery_before_is_not_intermittent() =>
        Assert.Null(new Course().Infused().Anc((1, 3000), (8, 700), (15, 1000), (24, 700)).On(40).Grades.Phenotype);

    [Theory]
    [InlineData(13, null)]
    [InlineData(14, "aplastic")]
    public void P12_6_Aplastic_is_below_500_for_two_weeks(int days, string? phenotype)
    {
        var course = new Course().Infused().Anc((3, 500), (3 + days + 1, 500));
        for (var day = 4; day < 4 + days; day++) course.Anc((day, 499));

        Assert.Equal(phenotype, course.On(25).Grades.Phenotype);
    }

    private static CarHematotoxScore? Score(decimal platelets = 220, decimal anc = 3400, decimal hemoglobin = 12.4m, decimal crp = 0.8m, decimal ferritin = 180) =>
        new Course().Infused().Platelets((-6, platelets * 1000)).Anc((-6, anc)).Hemoglobin((-6, hemoglobin))
            .Marker(Analytes.Crp, -6, crp).Marker(Analytes.Ferritin, -6, ferritin).On(0).Grades.CarHematotox;

    private static Course Baseline() => new Course().Infused().Platelets((-5, 220_000)).Anc((-5, 3400)).Hemoglobin((-5, 12.4m));
}

/// <summary>Markers of risk in a course.</summary>
internal static class MarkerCourse
{
    /// <summary>CRP in mg/dL or ferritin in ng/mL, drawn at 07:00.</summary>
    public static Course Marker(this Course course, string analyte, int day, decimal value, string? comparator = null, string id = "") => course.Add(
        ("Observation", $"{analyte}-{day}-{id}"),
        version => version with
        {
            Chemistry = [new ChemistryResult { Slot = "value", Analyte = analyte, Value = value, Comparator = comparator, Time = ClinicalTime.At(course.Moment(day, "07:00")) }],
        });
}
