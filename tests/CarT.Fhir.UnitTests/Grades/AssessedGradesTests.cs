using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.UnitTests.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>The grades as they stand in an assessment (P12, P12.7).</summary>
public sealed class AssessedGradesTests
{
    [Fact]
    public void Without_an_infusion_there_are_no_grades() => Assert.Equal(CarT.Fhir.Contracts.Grades.None, new Course().Anc((3, 300)).On(5).Grades);

    [Fact]
    public void Without_a_count_every_grade_is_null()
    {
        var grades = new Course().Infused().On(40).Grades;

        Assert.Equal(new IcahtGrade("strict", null, EarlyFinal: true, null, LateFinal: false, DaysObserved: 0, DaysFilled: 0), grades.Icaht);
        Assert.Equal((new TicahtGrade(null, null), new CtcaeGrade("5.0", null, null, null)), (grades.Ticaht!, grades.Ctcae!));
        Assert.Null(grades.CarHematotox);
        Assert.Null(grades.Phenotype);
    }

    [Theory]
    [InlineData(30, false, false)]
    [InlineData(31, true, false)]
    [InlineData(100, true, false)]
    [InlineData(101, true, true)]
    public void P12_7_A_grade_is_final_when_its_window_is_over(int day, bool early, bool late)
    {
        var icaht = new Course().Infused().Anc((1, 300), (40, 2000), (50, 2000)).On(day).Grades.Icaht!;

        Assert.Equal((early, late), (icaht.EarlyFinal, icaht.LateFinal));
    }

    [Fact]
    public void P12_7_Death_ends_both_windows_on_its_day()
    {
        var course = new Course().Infused().Died(9);
        for (var day = 1; day <= 9; day++) course.Anc((day, 300));

        Assert.Equal((2, false), (course.On(8).Grades.Icaht!.Early, course.On(8).Grades.Icaht!.EarlyFinal));
        Assert.Equal(new IcahtGrade("strict", 4, true, null, true, 9, 1), course.On(40).Grades.Icaht);
    }

    [Fact]
    public void P12_7_An_episode_closed_by_an_operator_has_final_grades()
    {
        var closed = new Course { ClosedByOperatorAt = new DateTimeOffset(2026, 3, 11, 9, 0, 0, TimeSpan.Zero) }.Infused().Anc((1, 300), (3, 2000));

        Assert.False(closed.On(9).Grades.Icaht!.EarlyFinal);
        Assert.True(closed.On(11).Grades.Icaht!.EarlyFinal);
    }

    [Fact]
    public void P12_7_Days_observed_and_filled_are_reported()
    {
        var icaht = new Course().Infused().Anc((2, 300), (5, 300), (20, 300)).On(25).Grades.Icaht!;

        // Filled: 0, 1 before the first; 3, 4 between; 21-25 after the last. The gap of 14 days stays missing.
        Assert.Equal((3, 9), (icaht.DaysObserved, icaht.DaysFilled));
    }

    [Fact]
    public void P1_4_A_count_of_day_0_before_the_infusion_is_not_graded()
    {
        var course = new Course().Infused(time: "11:00").Count(Lineages.Anc, 0, 100, "06:30").Count(Lineages.Anc, 1, 3000);

        Assert.Equal(0, course.On(1).Grades.Icaht!.Early);
        Assert.Equal(1, course.Count(Lineages.Anc, 0, 100, "12:00").On(1).Grades.Icaht!.Early);
    }

    [Fact]
    public void P1_3_A_second_infusion_begins_new_grades()
    {
        var course = new Course().Infused().Anc((1, 300), (9, 300)).Infused(40, product: "ciltacabtagene-autoleucel").Anc((45, 2000));

        Assert.Equal(0, course.On(45).Grades.Icaht!.Early);
    }

    [Fact]
    public void P12_4_The_latest_day_is_graded_with_the_limit_of_its_own_value()
    {
        var course = new Course().Infused().WithLimit(5, "06:30", 1600, 1500).WithLimit(6, "06:30", 1700, 1500).WithLimit(6, "09:00", 1600, 1800);

        Assert.Equal(0, course.On(5).Grades.Ctcae!.Anc);
        Assert.Equal(1, course.On(6).Grades.Ctcae!.Anc);
        Assert.Null(course.Anc((7, 1600)).On(7).Grades.Ctcae!.Anc);
    }

    [Fact]
    public void The_modes_and_the_version_come_from_the_definition_and_stand_beside_the_grades()
    {
        var grades = Course.BeyarKatz.Grades with { IcahtMode = Icaht.FredHutch, CtcaeVersion = Ctcae.Version6, TicahtMode = Ticaht.Code };
        var assessed = new Course { Definition = Course.BeyarKatz with { Grades = grades } }.Infused().Anc((15, 300)).Platelets((15, 15_000)).On(31).Grades;

        Assert.Equal(("fred-hutch", 4), (assessed.Icaht!.Mode, assessed.Icaht.Early));
        Assert.Equal(("6.0", 3, 3), (assessed.Ctcae!.Version, assessed.Ctcae.Anc, assessed.Ctcae.Platelets));
        Assert.Equal(4, assessed.Ticaht!.Early);
    }

    [Fact]
    public void The_windows_come_from_the_definition()
    {
        var definition = Course.BeyarKatz with { Grades = Course.BeyarKatz.Grades with { EarlyToDay = 10, LateFromDay = 11 } };
        var course = new Course { Definition = definition }.Infused().Anc((9, 2000), (12, 300), (13, 300));

        Assert.Equal((0, true, 3), (course.On(13).Grades.Icaht!.Early, course.On(13).Grades.Icaht!.EarlyFinal, course.On(13).Grades.Icaht!.Late));
    }
}

/// <summary>Counts with the laboratory's own lower limit.</summary>
internal static class LimitedCourse
{
    public static Course WithLimit(this Course course, int day, string time, decimal anc, decimal lowerLimit) => course.Add(
        ("Observation", $"limited-{day}-{time}"),
        version => version with
        {
            CellCounts =
            [
                new CellCount
                {
                    Slot = "value", Lineage = Lineages.Anc, Value = anc, Time = ClinicalTime.At(course.Moment(day, time)), LowerLimit = lowerLimit, Received = "as sent",
                },
            ],
        });
}
