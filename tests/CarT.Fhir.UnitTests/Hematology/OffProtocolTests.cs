using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class OffProtocolTests
{
    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void P9_5_E15_A_TPO_RA_before_day_21(int day, bool deviates)
    {
        AssertOffProtocol(deviates, Infused().Eltrombopag(50, day, day), day);
        AssertOffProtocol(deviates, Infused().Romiplostim(day), day);
        AssertOffProtocol(deviates, Infused().Drug(Agents.Avatrombopag, day, new Dose(20, "mg")), day);
    }

    [Theory]
    [InlineData(75, 75, false)]
    [InlineData(75, 76, true)]
    public void P9_5_Eltrombopag_above_150_mg_on_one_day(int morning, int evening, bool deviates) =>
        AssertOffProtocol(
            deviates, Infused().Drug(Agents.Eltrombopag, 30, new Dose(morning, "mg")).Drug(Agents.Eltrombopag, 30, new Dose(evening, "mg"), "20:00"), 30);

    [Theory]
    [InlineData(125, false)]
    [InlineData(126, true)]
    public void P9_5_Romiplostim_above_125_ug(int ug, bool deviates) =>
        AssertOffProtocol(deviates, Infused().Drug(Agents.Romiplostim, 30, new Dose(ug, "ug")), 30);

    [Fact]
    public void P9_5_A_third_romiplostim()
    {
        AssertOffProtocol(false, Infused().Romiplostim(30, 37), 37);
        AssertOffProtocol(true, Infused().Romiplostim(30, 37, 44), 44);
    }

    [Theory]
    [InlineData(36, false)]
    [InlineData(35, true)]
    public void P9_5_Romiplostim_again_after_less_than_6_days(int second, bool deviates) =>
        AssertOffProtocol(deviates, Infused().Romiplostim(30, second), second);

    [Fact]
    public void P9_5_Romiplostim_twice_on_one_day() =>
        AssertOffProtocol(true, Infused().Romiplostim(30).Drug(Agents.Romiplostim, 30, new Dose(125, "ug"), "20:00"), 30);

    [Fact]
    public void P9_5_E15_Zero_doses_are_no_treatment_and_no_deviation()
    {
        var assessment = Infused().Drug(Agents.Eltrombopag, 10, new Dose(0, "mg")).On(12);
        Assert.Null(assessment.Therapy.StartedOn);
        Assert.Null(assessment.Flag(FlagCodes.OffProtocolDosing));
    }

    [Fact]
    public void P9_5_The_flag_lasts_14_days_from_each_dose_and_the_note_to_the_end_of_the_episode()
    {
        var course = Infused().Eltrombopag(50, 10, 12);
        var flag = course.On(40).Flags.Single(f => f.Code == FlagCodes.OffProtocolDosing);
        Assert.Equal((Date(10), Date(26)), (flag.Since, flag.Until));
        Assert.Equal(3, flag.Evidence.Count);
        Assert.Equal("Eltrombopag before day 21 (2026-03-22)", flag.Text);
        Assert.Equal([NoteCodes.OffProtocolDosing], course.On(150).Therapy.Notes);
        Assert.Empty(course.On(9).Therapy.Notes);
        Assert.Empty(course.Infused(100).On(110).Therapy.Notes);
    }

    [Fact]
    public void E15_Of_two_agents_both_are_listed_and_each_deviation_is_named_once()
    {
        var assessment = Infused().Eltrombopag(175, 30, 33).Romiplostim(30, 33).On(33);
        Assert.Equal([Agents.Eltrombopag, Agents.Romiplostim], assessment.Therapy.Agents.Select(a => a.Agent));
        Assert.Equal("Eltrombopag above 150 mg a day; Romiplostim again after less than 6 days", assessment.Flag(FlagCodes.OffProtocolDosing)!.Text);
    }

    [Fact]
    public void P11_2_A_retracted_dose_takes_its_deviation_along()
    {
        var course = Infused().Romiplostim(30, 33);
        Assert.NotNull(course.On(33).Flag(FlagCodes.OffProtocolDosing));
        Assert.Null(course.Retract("MedicationAdministration", "romiplostim-33-08:00").On(33).Flag(FlagCodes.OffProtocolDosing));
    }

    private static void AssertOffProtocol(bool expected, Course course, int day)
    {
        var assessment = course.On(day);
        Assert.Equal(expected, assessment.HasActive(FlagCodes.OffProtocolDosing));
        Assert.Equal(expected ? [NoteCodes.OffProtocolDosing] : [], assessment.Therapy.Notes);
    }

    private static DateOnly Date(int day) => Course.Date(day);

    private static Course Infused() => new Course().Infused();
}
