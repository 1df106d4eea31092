using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>ICAHT in strict mode, each border on both sides (P12.1, P12.2).</summary>
public sealed class IcahtStrictTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    [InlineData(13, 2)]
    [InlineData(14, 3)]
    [InlineData(24, 3)]
    public void P12_1_Days_at_or_below_500_make_the_early_grade(int days, int grade)
    {
        var result = Counts.Strict(Counts.Dip(5, 4 + days, 500));

        Assert.Equal((grade, days, 0), (result.Early, result.LongestAtMost500, result.LongestAtMost100));
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 3)]
    [InlineData(13, 3)]
    [InlineData(14, 4)]
    public void P12_1_Days_at_or_below_100_weigh_more(int days, int grade)
    {
        var result = Counts.Strict(Counts.Dip(5, 4 + days, 100));

        Assert.Equal((grade, days, days), (result.Early, result.LongestAtMost500, result.LongestAtMost100));
    }

    [Theory]
    [InlineData("500.1", 0, 0)]
    [InlineData("500", 7, 0)]
    [InlineData("100.1", 7, 0)]
    [InlineData("100", 7, 7)]
    public void P12_1_Exactly_500_and_100_are_low_and_nothing_is_rounded(string value, int atMost500, int atMost100)
    {
        var result = Counts.Strict(Counts.Dip(10, 16, decimal.Parse(value)));

        Assert.Equal((atMost500, atMost100), (result.LongestAtMost500, result.LongestAtMost100));
    }

    [Theory]
    [InlineData("<", 7)]
    [InlineData(null, 0)]
    public void P2_4_A_comparator_just_below_the_border_counts_as_below_it(string? comparator, int days)
    {
        var below = Counts.Dip(10, 16, 500.5m).Select(c => c.Value == 500.5m ? c with { Comparator = comparator, Value = comparator is null ? 500.5m : 500 } : c);

        Assert.Equal(days, Counts.Strict([.. below]).LongestAtMost500);
    }

    [Fact]
    public void P12_2_The_lowest_value_of_a_day_counts()
    {
        var twice = Counts.Dip(10, 16, 400).Concat(Counts.Each(10, 16, 900)).ToList();

        Assert.Equal(7, Counts.Strict(twice).LongestAtMost500);
    }

    [Theory]
    [InlineData(7, 9)]
    [InlineData(8, 1)]
    public void P12_2_Seven_missing_days_between_low_values_are_filled_and_eight_are_not(int missing, int longest) =>
        Assert.Equal(longest, Counts.Strict(Counts.On((0, 300), (1 + missing, 300))).LongestAtMost500);

    [Fact]
    public void P12_2_Missing_days_lie_on_a_straight_line()
    {
        // 900, 800, 700, 600, 500, 400, 300 on days 10 to 16: low on the last three.
        var result = Counts.Strict(Counts.On((10, 900), (16, 300), (17, 2000)));

        Assert.Equal(3, result.LongestAtMost500);
    }

    [Theory]
    [InlineData(7, 8)]
    [InlineData(8, 1)]
    public void P12_2_Seven_days_before_the_first_value_are_carried_and_eight_are_not(int firstDay, int longest) =>
        Assert.Equal(longest, Counts.Strict(Counts.On((firstDay, 300), (firstDay + 1, 2000))).LongestAtMost500);

    [Theory]
    [InlineData(23, 8)]
    [InlineData(22, 1)]
    public void P12_2_Seven_days_after_the_last_value_are_carried_and_eight_are_not(int lastDay, int longest) =>
        Assert.Equal(longest, Counts.Strict(Counts.On((lastDay - 1, 2000), (lastDay, 300))).LongestAtMost500);

    [Theory]
    [InlineData(2, 12)]
    [InlineData(3, 5)]
    public void P12_2_Low_runs_two_days_apart_are_one_and_three_days_are_a_recovery(int between, int longest)
    {
        var values = Counts.Dip(5, 9, 300).Select(c => c.Day >= 10 + between && c.Day < 15 + between ? c with { Value = 300 } : c);

        Assert.Equal(longest, Counts.Strict([.. values]).LongestAtMost500);
    }

    [Fact]
    public void P12_2_Nothing_is_joined_at_the_ends_of_the_window() =>
        Assert.Equal((1, 5), (Counts.Strict(Counts.Dip(24, 28, 300)).Early, Counts.Strict(Counts.Dip(2, 6, 300)).LongestAtMost500));

    [Fact]
    public void P12_2_Values_of_other_days_are_not_used_for_the_early_window()
    {
        var result = Counts.Strict([.. Counts.Dip(25, 30, 300), new CountOnDay(-1, 50), new CountOnDay(31, 50)]);

        Assert.Equal((1, 6, 31), (result.Early, result.LongestAtMost500, result.DaysObserved));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    public void P12_2_Never_above_500_from_day_3_at_the_latest_to_day_30_is_grade_4(int from, int grade) =>
        Assert.Equal(grade, Counts.Strict(Counts.Dip(from, 30, 300)).Early);

    [Fact]
    public void P12_2_One_value_above_500_is_not_never_although_the_runs_are_joined()
    {
        var once = Counts.Each(0, 30, 300).Select(c => c.Day == 16 ? c with { Value = 501 } : c);

        var result = Counts.Strict([.. once]);

        Assert.Equal((3, 31), (result.Early, result.LongestAtMost500));
    }

    [Fact]
    public void P12_7_Never_above_500_is_judged_only_when_the_window_is_over()
    {
        var low = Counts.Each(0, 30, 300);

        Assert.Equal(3, Counts.Strict(low, new FollowUp(30, Died: false)).Early);
        Assert.Equal(4, Counts.Strict(low, new FollowUp(31, Died: false)).Early);
    }

    [Fact]
    public void P12_2_Never_above_500_up_to_the_day_of_death_is_grade_4()
    {
        var low = Counts.Each(0, 9, 300);

        Assert.Equal(2, Counts.Strict(low, new FollowUp(9, Died: false)).Early);
        Assert.Equal(4, Counts.Strict(low, new FollowUp(9, Died: true)).Early);
        Assert.Equal(1, Counts.Strict(Counts.Dip(0, 5, 300), new FollowUp(9, Died: true)).Early);
    }

    [Fact]
    public void P12_7_Nothing_is_carried_beyond_the_last_day_known()
    {
        var result = Counts.Strict(Counts.On((10, 2000), (12, 300)), new FollowUp(14, Died: false));

        // Day 11 is filled (1150), days 13 and 14 are carried; the ten days before the first value stay missing.
        Assert.Equal((1, 3, 2, 3), (result.Early, result.LongestAtMost500, result.DaysObserved, result.DaysFilled));
    }

    [Fact]
    public void Without_a_value_there_is_no_grade()
    {
        var result = Counts.Strict(Counts.On((-3, 300)));

        Assert.Equal((null, null, 0, 0), (result.Early, result.Late, result.DaysObserved, result.DaysFilled));
    }

    [Theory]
    [InlineData("1500.1", 0)]
    [InlineData("1500", 1)]
    [InlineData("1000.5", 1)]
    [InlineData("1000", 2)]
    [InlineData("500.1", 2)]
    [InlineData("500", 3)]
    [InlineData("100.1", 3)]
    [InlineData("100", 4)]
    public void P12_2_The_second_lowest_day_makes_the_late_grade(string second, int grade) =>
        Assert.Equal(grade, Counts.Strict(Counts.On((31, 0), (60, decimal.Parse(second)), (100, 2000))).Late);

    [Fact]
    public void P12_2_One_late_day_alone_has_no_grade_however_often_it_was_measured() =>
        Assert.Null(Counts.Strict(Counts.On((31, 50), (31, 60), (30, 50), (101, 50))).Late);
}
