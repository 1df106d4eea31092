using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Local days where the clocks change at midnight, and the time of the latest fact (P1.1, P1.5).</summary>
public class LocalDayTests
{
    private static readonly TimeZoneInfo Beirut = TimeZoneInfo.FindSystemTimeZoneById("Asia/Beirut");
    private static readonly TimeZoneInfo Havana = TimeZoneInfo.FindSystemTimeZoneById("America/Havana");

    [Fact]
    public void P1_1_E5_A_day_whose_midnight_is_skipped_begins_at_the_first_minute_that_there_is() =>
        Assert.Equal(Utc(2026, 3, 28, 22), new FacilityClock(Beirut).StartOf(new DateOnly(2026, 3, 29)));

    [Fact]
    public void P1_1_E5_A_day_whose_midnight_comes_twice_begins_with_the_first() =>
        Assert.Equal(Utc(2026, 11, 1, 4), new FacilityClock(Havana).StartOf(new DateOnly(2026, 11, 1)));

    [Fact]
    public void P1_1_E5_The_second_of_two_equal_midnights_is_of_the_same_day()
    {
        var clock = new FacilityClock(Havana);
        Assert.Equal(new DateOnly(2026, 11, 1), clock.DateOf(Utc(2026, 11, 1, 5)));
        Assert.Equal(new DateOnly(2026, 10, 31), clock.DateOf(Utc(2026, 11, 1, 4).AddTicks(-1)));
    }

    [Fact]
    public void P1_5_A_file_is_assessed_as_of_its_latest_fact()
    {
        var course = new Course().Infused().Count(Lineages.Anc, 22, 300, "14:00").Count(Lineages.Anc, 21, 300, "23:00").Refused("unit-missing", null, 30, "r");
        Assert.Equal(course.Moment(22, "14:00"), Latest(course));
    }

    [Fact]
    public void P1_5_Every_kind_of_fact_has_its_time()
    {
        Assert.Equal(11, Hour(new Course().Infused(23, "11:00")));
        Assert.Equal(6, Hour(new Course().Infused(0).Alt(23, 30)));
        Assert.Equal(8, Hour(new Course().Infused(0).Eltrombopag(50, 23, 23)));
        Assert.Equal(0, Hour(new Course().Infused(0).Statement("s", 23, 40, 50)));
        Assert.Equal(14, Hour(new Course().Infused(0).PlateletsGiven(23)));
        Assert.Equal(10, Hour(new Course().Infused(0).Died(23)));
        var clumps = new Course().Infused(0);
        clumps.Add(("Observation", "c"), v => v with { PlateletClumps = [new PlateletClumps { Slot = "value", Time = ClinicalTime.At(clumps.Moment(23, "09:00")) }] });
        Assert.Equal(9, Hour(clumps));

        static int Hour(Course course) => Latest(course) is var latest && latest.Day == Course.Date(23).Day ? latest.Hour : -1;
    }

    [Fact]
    public void P1_5_A_fact_with_a_date_only_counts_from_the_start_of_its_local_day() =>
        Assert.Equal(Utc(2026, 3, 22, 22), LatestFact.Of([.. new Course().Infused().Count(Lineages.Anc, 22, 300, null).Versions], Beirut));

    [Fact]
    public void P1_5_Without_a_fact_the_latest_refusal_then_lastUpdated_and_then_the_epoch_serve()
    {
        var course = new Course();
        Assert.Equal(DateTimeOffset.UnixEpoch, Latest(course));
        course.Add(("Observation", "a"), v => v with { LastUpdated = course.Moment(3, "12:00").ToOffset(TimeSpan.FromHours(3)) });
        Assert.Equal((course.Moment(3, "12:00"), TimeSpan.Zero), (Latest(course), Latest(course).Offset));
        course.Refused("unit-missing", null, 1, "b").Refused("unit-missing", null, 2, "c").Refused("time-missing", null, null, "d");
        Assert.Equal(course.Moment(2, "06:30"), Latest(course));
    }

    private static DateTimeOffset Latest(Course course) => LatestFact.Of([.. course.Versions], TimeZoneInfo.Utc);

    private static DateTimeOffset Utc(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);
}
