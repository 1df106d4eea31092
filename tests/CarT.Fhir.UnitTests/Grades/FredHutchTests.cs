using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>What the published grader does differently, each peculiarity with the answers of both modes (P12.3, E23).</summary>
public sealed class FredHutchTests
{
    [Fact]
    public void E23_Q1_One_or_two_recovered_days_at_the_end_belong_to_the_run()
    {
        var counts = Counts.Dip(24, 28, 300);

        Assert.Equal((2, 7), Early(Counts.FredHutch(counts)));
        Assert.Equal((1, 5), Early(Counts.Strict(counts)));
    }

    [Fact]
    public void E23_Q1_Three_recovered_days_at_the_end_do_not()
    {
        var counts = Counts.Dip(23, 27, 300);

        Assert.Equal((1, 5), Early(Counts.FredHutch(counts)));
        Assert.Equal((1, 5), Early(Counts.Strict(counts)));
    }

    [Fact]
    public void E23_Q1_Low_until_day_28_becomes_never_recovered()
    {
        var counts = Counts.Dip(0, 28, 300);

        Assert.Equal((4, 31), Early(Counts.FredHutch(counts)));
        Assert.Equal((3, 29), Early(Counts.Strict(counts)));
    }

    [Fact]
    public void E23_Q1_Recovered_days_at_the_start_are_not_swallowed()
    {
        var counts = Counts.Dip(2, 7, 300);

        Assert.Equal((1, 6), Early(Counts.FredHutch(counts)));
        Assert.Equal((1, 6), Early(Counts.Strict(counts)));
    }

    [Theory]
    [InlineData(501, 8, 0, 0, 0)]
    [InlineData(505, 8, 0, 0, 0)]
    [InlineData(506, 0, 0, 0, 0)]
    [InlineData(515, 0, 0, 0, 0)]
    [InlineData(500, 8, 0, 8, 0)]
    [InlineData(495, 8, 0, 8, 0)]
    [InlineData(106, 8, 0, 8, 0)]
    [InlineData(105, 8, 8, 8, 0)]
    [InlineData(101, 8, 8, 8, 0)]
    [InlineData(100, 8, 8, 8, 8)]
    public void E23_Q2_Values_are_rounded_to_ten_half_to_even(int value, int atMost500, int atMost100, int strictAtMost500, int strictAtMost100)
    {
        var (fredHutch, strict) = (Counts.FredHutch(Counts.Dip(10, 17, value)), Counts.Strict(Counts.Dip(10, 17, value)));

        Assert.Equal((atMost500, atMost100), (fredHutch.LongestAtMost500, fredHutch.LongestAtMost100));
        Assert.Equal((strictAtMost500, strictAtMost100), (strict.LongestAtMost500, strict.LongestAtMost100));
    }

    [Fact]
    public void E23_Q2_Eight_days_of_104_are_grade_3_when_rounded_and_2_when_not()
    {
        var counts = Counts.Dip(10, 17, 104);

        Assert.Equal(3, Counts.FredHutch(counts).Early);
        Assert.Equal(2, Counts.Strict(counts).Early);
    }

    [Fact]
    public void E23_Q3_A_single_value_stands_for_all_days()
    {
        var counts = Counts.On((15, 50));

        Assert.Equal((4, 31), Early(Counts.FredHutch(counts)));
        Assert.Equal((1, 1), Early(Counts.Strict(counts)));
    }

    [Fact]
    public void E23_Q3_A_single_day_with_two_values_stands_for_all_days_by_the_lower()
    {
        var counts = Counts.On((15, 50), (15, 900), (40, 3000));

        Assert.Equal((4, 31), Early(Counts.FredHutch(counts)));
        Assert.Equal((1, 1), Early(Counts.Strict(counts)));
    }

    [Fact]
    public void E23_Q3_A_single_value_above_the_borders_is_no_neutropenia_in_either_mode()
    {
        Assert.Equal((0, 0), Early(Counts.FredHutch(Counts.On((15, 900)))));
        Assert.Equal((0, 0), Early(Counts.Strict(Counts.On((15, 900)))));
    }

    [Theory]
    [InlineData("450.5", 0, 3)]
    [InlineData("1000.5", 0, 1)]
    [InlineData("100.5", 0, 3)]
    [InlineData("99.5", 4, 4)]
    [InlineData("450", 3, 3)]
    public void E23_Q4_A_late_value_that_is_no_whole_number_falls_through_to_grade_0(string value, int fredHutch, int strict)
    {
        var counts = Counts.On((40, decimal.Parse(value)), (50, decimal.Parse(value)));

        Assert.Equal(fredHutch, Counts.FredHutch(counts).Late);
        Assert.Equal(strict, Counts.Strict(counts).Late);
    }

    /// <summary>In binary floating point k / 1000 * 1000 is not k for 12 of these, 1001 among them.</summary>
    [Fact]
    public void E23_Q4_Every_whole_number_of_thousands_per_microlitre_has_its_grade()
    {
        for (var k = 1; k <= 1500; k++)
        {
            var value = k / 1000m * 1000m;
            int? grade = k <= 100 ? 4 : k <= 500 ? 3 : k <= 1000 ? 2 : 1;
            Assert.Equal((grade, grade), (Counts.FredHutch(Counts.On((40, value), (50, value))).Late, Counts.Strict(Counts.On((40, value), (50, value))).Late));
        }
    }

    [Fact]
    public void E23_Q5_Weekly_draws_are_interpolated_in_both_modes()
    {
        var counts = Counts.On((0, 2000), (7, 300), (14, 300), (21, 2000));

        Assert.Equal((2, 8), Early(Counts.FredHutch(counts)));
        Assert.Equal((2, 8), Early(Counts.Strict(counts)));
    }

    [Fact]
    public void E23_Q6_Several_events_give_one_grade_by_the_longest()
    {
        var counts = Counts.Dip(2, 4, 300).Select(c => c.Day is >= 10 and <= 17 ? c with { Value = 300 } : c).ToList();

        Assert.Equal((2, 8), Early(Counts.FredHutch(counts)));
        Assert.Equal((2, 8), Early(Counts.Strict(counts)));
    }

    [Fact]
    public void E23_Q6_Any_of_several_events_that_was_never_recovered_from_makes_grade_4()
    {
        // Low on days 3-30 but for one day: one joined event, which the published grader takes for never recovered.
        var joined = Counts.Dip(3, 30, 300).Select(c => c.Day == 16 ? c with { Value = 900 } : c).ToList();
        // Three recovered days make two events, and neither lasts from day 3 to the end.
        var two = Counts.Dip(3, 30, 300).Select(c => c.Day is >= 15 and <= 17 ? c with { Value = 900 } : c).ToList();

        Assert.Equal((4, 28), Early(Counts.FredHutch(joined)));
        Assert.Equal((3, 28), Early(Counts.Strict(joined)));
        Assert.Equal((2, 13), Early(Counts.FredHutch(two)));
        Assert.Equal((2, 13), Early(Counts.Strict(two)));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    public void P12_3_An_event_from_day_3_to_the_last_day_is_grade_4_in_both_modes(int from, int grade)
    {
        var counts = Counts.Dip(from, 30, 300);

        Assert.Equal((grade, grade), (Counts.FredHutch(counts).Early, Counts.Strict(counts).Early));
    }

    [Fact]
    public void P12_3_Low_until_the_last_follow_up_is_grade_4_also_without_a_death()
    {
        var counts = Counts.Each(0, 16, 300);

        Assert.Equal((4, 17), Early(Counts.FredHutch(counts, new FollowUp(16, Died: false))));
        Assert.Equal((3, 17), Early(Counts.Strict(counts, new FollowUp(16, Died: false))));
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    [InlineData(13, 2)]
    [InlineData(14, 3)]
    public void P12_3_Days_make_the_early_grade(int days, int grade) => Assert.Equal((grade, days), Early(Counts.FredHutch(Counts.Dip(5, 4 + days, 300))));

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 3)]
    [InlineData(13, 3)]
    [InlineData(14, 4)]
    public void P12_3_Profound_days_weigh_more(int days, int grade) => Assert.Equal((grade, days), Early(Counts.FredHutch(Counts.Dip(5, 4 + days, 60))));

    [Theory]
    [InlineData(50, 1500, 4, 1)]
    [InlineData(50, 1501, 0, 0)]
    [InlineData(101, 200, 3, 3)]
    [InlineData(500, 900, 3, 2)]
    [InlineData(501, 1400, 2, 1)]
    [InlineData(1001, 1500, 1, 1)]
    [InlineData(1501, 1600, 0, 0)]
    public void P12_3_The_lowest_late_day_decides_when_the_second_is_at_most_1500(int lowest, int second, int fredHutch, int strict)
    {
        var counts = Counts.On((31, lowest), (100, second), (50, 4000));

        Assert.Equal(fredHutch, Counts.FredHutch(counts).Late);
        Assert.Equal(strict, Counts.Strict(counts).Late);
    }

    [Fact]
    public void P12_3_A_single_late_day_is_graded_alone()
    {
        Assert.Equal(3, Counts.FredHutch(Counts.On((40, 450))).Late);
        Assert.Null(Counts.Strict(Counts.On((40, 450))).Late);
        Assert.Null(Counts.FredHutch(Counts.On((30, 450), (101, 450))).Late);
    }

    [Fact]
    public void P12_3_No_parameter_of_the_definition_changes_it()
    {
        var other = Counts.Parameters with { EarlyToDay = 20, FillMaxGapDays = 0, JoinMaxGapDays = 0 };
        var counts = Counts.On((0, 2000), (7, 300), (14, 300), (21, 2000));

        Assert.Equal(Counts.FredHutch(counts), Icaht.Grade(Icaht.FredHutch, counts, other, FollowUp.Complete));
    }

    [Fact]
    public void An_unknown_mode_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Icaht.Grade("lenient", [], Counts.Parameters, FollowUp.Complete));

    private static (int?, int) Early(IcahtResult result) => (result.Early, result.LongestAtMost500);
}
