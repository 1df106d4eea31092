using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.UnitTests.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>Windows, gaps and single days of the grades where the other tests do not stand on the border (P12).</summary>
public sealed class GradeLimitTests
{
    [Theory]
    [InlineData("12.4", 1, "low")]
    [InlineData("8.5", 2, "high")]
    public void P12_5_A_score_of_2_is_high(string hemoglobin, int score, string risk)
    {
        var course = new Course().Infused().Platelets((-6, 220_000)).Anc((-6, 1000)).Hemoglobin((-6, decimal.Parse(hemoglobin)))
            .Marker(Analytes.Crp, -6, 1).Marker(Analytes.Ferritin, -6, 100);
        Assert.Equal(new CarHematotoxScore(score, risk), course.On(0).Grades.CarHematotox);
    }

    [Fact]
    public void P12_2_The_end_of_the_late_window_is_carried_to_day_100()
    {
        // 13 days measured and 6 carried: at least 14 days below 20,000.
        Assert.Equal(4, Table([.. Counts.Each(82, 94, 15_000), new CountOnDay(81, 90_000)]).Late);
        Assert.Equal(3, Table([.. Counts.Each(85, 92, 15_000), new CountOnDay(84, 90_000)]).Late);
    }

    [Theory]
    [InlineData(">", ">", 0)]
    [InlineData(">", null, 1)]
    [InlineData(null, ">", 1)]
    [InlineData(">", "<", 4)]
    public void P12_2_P2_4_Days_between_two_values_at_500_are_above_it_as_far_as_the_values_are(string? first, string? last, int longest)
    {
        var around = Counts.Each(0, 9, 2000).Concat(Counts.Each(17, 30, 2000));
        var result = Counts.Strict([.. around, new CountOnDay(10, 500, first), new CountOnDay(16, 500, last)]);
        Assert.Equal(longest, result.LongestAtMost500);
    }

    [Theory]
    [InlineData(7, 9)]
    [InlineData(8, 1)]
    public void P12_3_The_published_grader_fills_7_missing_days_and_leaves_8(int missing, int longest) =>
        Assert.Equal(longest, Counts.FredHutch(Counts.On((0, 300), (1 + missing, 300), (29, 2000), (30, 2000))).LongestAtMost500);

    [Fact]
    public void P12_3_The_published_grader_gives_no_early_grade_without_an_early_value()
    {
        var result = Counts.FredHutch(Counts.On((40, 300)));
        Assert.Equal((null, 0, 0, 3), (result.Early, result.DaysObserved, result.DaysFilled, result.Late));
    }

    [Fact]
    public void P12_3_P12_7_The_published_grader_tells_the_days_observed_and_filled()
    {
        var result = Counts.FredHutch(Counts.On((0, 2000), (7, 300), (14, 300), (30, 2000)));
        Assert.Equal((4, 12), (result.DaysObserved, result.DaysFilled));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void P12_3_One_low_day_is_grade_1(int days, int grade) => Assert.Equal(grade, Counts.FredHutch(Counts.Dip(10, 9 + days, 300)).Early);

    [Fact]
    public void P12_2_Low_up_to_the_day_of_death_is_grade_4_on_that_day_already()
    {
        var course = new Course().Infused().Died(9);
        for (var day = 0; day <= 9; day++) course.Count(Lineages.Anc, day, 300, "12:00", id: $"anc-{day}");
        Assert.Equal((4, true), (course.On(9).Grades.Icaht!.Early, course.On(9).Grades.Icaht!.EarlyFinal));
        Assert.Equal(2, course.On(8).Grades.Icaht!.Early);
    }

    [Fact]
    public void P12_7_A_phenotype_is_not_carried_beyond_the_day_reached()
    {
        var course = new Course().Infused().Anc((2, 600));
        for (var day = 3; day <= 15; day++) course.Anc((day, 300));
        Assert.Null(course.On(15).Grades.Phenotype);
        Assert.Equal("aplastic", course.On(16).Grades.Phenotype);
    }

    [Fact]
    public void P12_6_Values_after_day_60_make_no_phenotype() =>
        Assert.Equal("quick", new Course().Infused().Anc((4, 200), (12, 1500), (40, 2000), (61, 400), (62, 400)).On(70).Grades.Phenotype);

    [Theory]
    [InlineData(21, null)]
    [InlineData(22, "quick")]
    public void P12_6_Quick_needs_a_value_after_day_21(int lastDay, string? phenotype) =>
        Assert.Equal(phenotype, new Course().Infused().Anc((4, 200), (6, 300), (12, 1500), (lastDay, 2000)).On(30).Grades.Phenotype);

    [Fact]
    public void P12_6_Low_again_after_the_recovery_is_not_quick_however_often_it_was()
    {
        Assert.Null(new Course().Infused().Anc((4, 200), (10, 1500), (14, 700), (18, 2000), (25, 2000)).On(30).Grades.Phenotype);
        Assert.Null(new Course().Infused().Anc((4, 200), (10, 1500), (14, 700), (16, 2000), (18, 700), (25, 2000)).On(30).Grades.Phenotype);
    }

    [Theory]
    [InlineData(15_000, 13, 3)]
    [InlineData(15_000, 14, 4)]
    [InlineData(15_000, 1, 3)]
    [InlineData(40_000, 1, 1)]
    [InlineData(40_000, 6, 1)]
    [InlineData(40_000, 7, 2)]
    [InlineData(50_001, 20, 0)]
    public void P12_1_The_code_counts_days_at_or_below_50_and_20_thousand(int platelets, int days, int grade)
    {
        var counts = Enumerable.Range(0, 38).Select(day => new CountOnDay(day, day >= 5 && day < 5 + days ? platelets : 200_000)).ToList();
        Assert.Equal(grade, Ticaht.Grade(Ticaht.Code, counts, Counts.Parameters, FollowUp.Complete).Early);
    }

    [Theory]
    [InlineData(20_000, 3)]
    [InlineData(20_001, 2)]
    [InlineData(50_000, 2)]
    [InlineData(50_001, 1)]
    [InlineData(100_000, 1)]
    [InlineData(100_001, 0)]
    public void P12_1_The_code_takes_each_late_limit_as_low_up_to_day_100(int second, int grade) =>
        Assert.Equal(grade, Ticaht.Grade(Ticaht.Code, Counts.On((60, 1_000), (61, 300_000), (99, 300_000), (100, second)), Counts.Parameters, FollowUp.Complete).Late);

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 3)]
    public void P12_1_The_code_shortens_a_run_by_a_day_with_two_results(bool twice, int grade)
    {
        var counts = Counts.Each(40, 53, 15_000).Concat(twice ? Counts.On((45, 16_000)) : []).ToList();
        Assert.Equal(grade, Ticaht.Grade(Ticaht.Code, counts, Counts.Parameters, FollowUp.Complete).Late);
    }

    private static (int? Early, int? Late) Table(IReadOnlyList<CountOnDay> counts) => Ticaht.Grade(Ticaht.Table, counts, Counts.Parameters, FollowUp.Complete);
}
