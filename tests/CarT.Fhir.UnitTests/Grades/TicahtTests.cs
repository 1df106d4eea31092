using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>T-ICAHT by the printed table and as the published code counts it (P12.1).</summary>
public sealed class TicahtTests
{
    [Theory]
    [InlineData(49_999, 1, 1)]
    [InlineData(49_999, 6, 1)]
    [InlineData(49_999, 7, 2)]
    [InlineData(20_000, 25, 2)]
    [InlineData(19_999, 1, 3)]
    [InlineData(19_999, 13, 3)]
    [InlineData(19_999, 14, 4)]
    [InlineData(50_000, 25, 0)]
    public void P12_1_Early_days_below_50_and_20_thousand_add_up(int value, int days, int grade) => Assert.Equal(grade, Table(Dip(3, days, value)).Early);

    [Fact]
    public void P12_1_Early_days_are_cumulative_across_recoveries()
    {
        var counts = Enumerable.Range(0, 31).Select(day => new CountOnDay(day, day % 4 == 0 ? 30_000 : 90_000)).ToList();

        Assert.Equal(2, Table(counts).Early);
        Assert.Equal(1, Table([.. counts.Where(c => c.Day < 24)], new FollowUp(23, Died: false)).Early);
    }

    [Fact]
    public void P12_1_Missing_days_are_filled_as_for_ICAHT()
    {
        Assert.Equal(4, Table(Counts.On((10, 10_000), (18, 10_000), (23, 19_000), (24, 90_000))).Early);
        Assert.Equal(3, Table(Counts.On((10, 10_000), (19, 10_000), (28, 90_000))).Early);
    }

    [Theory]
    [InlineData(99_999, 1)]
    [InlineData(100_000, 0)]
    [InlineData(49_999, 2)]
    [InlineData(50_000, 1)]
    [InlineData(19_999, 3)]
    [InlineData(20_000, 2)]
    public void P12_1_Late_grades_need_two_days_below_the_limit(int second, int grade)
    {
        Assert.Equal(grade, Table(Counts.On((31, 1_000), (60, second), (100, 300_000))).Late);
        Assert.Null(Table(Counts.On((31, 1_000), (31, 2_000), (30, 1_000))).Late);
    }

    [Theory]
    [InlineData(13, 3)]
    [InlineData(14, 4)]
    public void P12_1_Late_fourteen_days_below_20_thousand_are_grade_4(int days, int grade) =>
        Assert.Equal(grade, Table([.. Counts.Each(40, 39 + days, 15_000), new CountOnDay(39, 90_000), new CountOnDay(40 + days, 90_000)]).Late);

    [Theory]
    [InlineData("<", 3)]
    [InlineData("<=", 2)]
    public void P2_4_Below_20_thousand_is_just_below_it(string comparator, int grade) =>
        Assert.Equal(grade, Table([.. Dip(3, 10, 20_000).Select(c => c.Value == 20_000 ? c with { Comparator = comparator } : c)]).Early);

    [Fact]
    public void The_code_takes_exactly_the_limit_as_low_where_the_table_does_not()
    {
        var counts = Dip(3, 7, 50_000);

        Assert.Equal(2, Code(counts).Early);
        Assert.Equal(0, Table(counts).Early);
        Assert.Equal(1, Code(Counts.On((40, 100_000), (50, 100_000))).Late);
        Assert.Equal(0, Table(Counts.On((40, 100_000), (50, 100_000))).Late);
    }

    [Fact]
    public void The_code_joins_runs_with_six_days_between_and_the_table_adds_days()
    {
        List<CountOnDay> Runs(int between) =>
            [.. Enumerable.Range(0, 31).Select(day => new CountOnDay(day, day is 5 or 6 || day == 7 + between ? 30_000 : 90_000))];

        Assert.Equal(2, Code(Runs(6)).Early);
        Assert.Equal(1, Code(Runs(7)).Early);
        Assert.Equal(1, Table(Runs(6)).Early);
    }

    [Fact]
    public void The_code_fills_a_gap_with_the_mean_of_its_neighbours()
    {
        // The mean of 10 and 60 thousand is 35 thousand on all eight days between; on a line only the nearest four lie below 50 thousand after day 5.
        var counts = Counts.On((4, 200_000), (5, 10_000), (14, 60_000), (15, 200_000));

        Assert.Equal(3, Code(counts).Early);
        Assert.Equal(2, Code(Counts.On((4, 200_000), (5, 30_000), (14, 60_000), (15, 200_000))).Early);
        Assert.Equal(1, Table(Counts.On((4, 200_000), (5, 30_000), (14, 60_000), (15, 200_000))).Early);
    }

    [Fact]
    public void The_code_looks_as_far_as_day_37_for_the_early_grade()
    {
        var counts = Enumerable.Range(0, 38).Select(day => new CountOnDay(day, day > 30 ? 15_000 : 90_000)).ToList();

        Assert.Equal(3, Code(counts).Early);
        Assert.Equal(0, Table(counts).Early);
        Assert.Equal(0, Code(counts, new FollowUp(30, Died: false)).Early);
    }

    [Fact]
    public void The_code_carries_the_ends_without_limit()
    {
        var counts = Counts.On((10, 15_000));

        Assert.Equal(4, Code(counts).Early);
        Assert.Equal(3, Table(counts).Early);
    }

    [Fact]
    public void The_code_leaves_out_a_day_with_two_results()
    {
        var counts = Counts.On((40, 15_000), (40, 16_000), (50, 15_000));

        Assert.Null(Code(counts).Late);
        Assert.Equal(3, Table(counts).Late);
        Assert.Equal(0, Code([.. counts, new CountOnDay(60, 200_000)]).Late);
    }

    [Theory]
    [InlineData(13, 3)]
    [InlineData(14, 4)]
    public void The_code_needs_a_late_run_of_fourteen_days_for_grade_4_and_carries_no_ends(int days, int grade) =>
        Assert.Equal(grade, Code(Counts.On((50, 20_000), (49 + days, 20_000))).Late);

    [Fact]
    public void Without_a_count_there_is_no_grade_in_either_mode()
    {
        Assert.Equal((null, null), Table([]));
        Assert.Equal((null, null), Code([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ticaht.Grade("both", [], Counts.Parameters, FollowUp.Complete));
    }

    private static (int? Early, int? Late) Table(IReadOnlyList<CountOnDay> counts, FollowUp? followUp = null) =>
        Ticaht.Grade(Ticaht.Table, counts, Counts.Parameters, followUp ?? FollowUp.Complete);

    private static (int? Early, int? Late) Code(IReadOnlyList<CountOnDay> counts, FollowUp? followUp = null) =>
        Ticaht.Grade(Ticaht.Code, counts, Counts.Parameters, followUp ?? FollowUp.Complete);

    private static List<CountOnDay> Dip(int from, int days, decimal value) =>
        [.. Enumerable.Range(0, 31).Select(day => new CountOnDay(day, day >= from && day < from + days ? value : 200_000))];
}
