using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Which records are one infusion, which of them disagree, and what lies before it (P1.3, P1.4).</summary>
public class InfusionGroupTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void P1_3_Up_to_3_days_another_product_is_the_same_infusion_and_from_day_4_on_a_new_one(int day, int episode) =>
        Assert.Equal(episode, new Course().Infused().Infused(day, product: "idecabtagene-vicleucel").On(10).Episode!.Number);

    [Fact]
    public void P1_3_A_second_part_with_the_product_after_a_first_without_one_is_a_split_dose() =>
        Assert.Equal(
            new EpisodeSummary(1, "idecabtagene-vicleucel", Course.Day0, 20),
            new Course().Infused(product: "unspecified").Infused(7, product: "idecabtagene-vicleucel").On(20).Episode);

    [Fact]
    public void P1_3_The_second_part_of_a_split_dose_is_no_conflict() => Assert.Empty(Conflicts(new Course().Infused().Infused(7)));

    [Fact]
    public void P1_3_Disagreeing_with_one_earlier_record_of_the_infusion_is_a_conflict() =>
        Assert.Equal(["Procedure/c"], Conflicts(new Course().Infused(0, "11:00", id: "a").Infused(0, "12:00", id: "b").Infused(1, "11:30", id: "c")));

    [Fact]
    public void P1_3_A_date_and_a_time_two_days_apart_conflict_and_one_day_apart_do_not()
    {
        Assert.Equal(["Procedure/b"], Conflicts(new Course().Infused(0, "11:00", id: "a").Infused(2, null, id: "b")));
        Assert.Empty(Conflicts(new Course().Infused(0, null, id: "a").Infused(1, "23:00", id: "b")));
    }

    [Fact]
    public void P1_3_The_product_is_the_first_specified_one() =>
        Assert.Equal(
            "axicabtagene-ciloleucel",
            new Course().Infused(0, product: "unspecified").Infused(1, product: "axicabtagene-ciloleucel").Infused(2, product: "tisagenlecleucel").On(5).Episode!.Product);

    [Fact]
    public void P1_3_An_episode_ends_on_the_day_before_the_next_infusion()
    {
        var course = new Course().Infused().Platelets((33, 9_000), (35, 9_000)).Infused(35);
        Assert.DoesNotContain(course.On(36).Flags, f => f.Code == FlagCodes.SeverePersistentCytopenia);
        Assert.Contains(new Course().Infused().Platelets((33, 9_000), (35, 9_000)).Infused(36).On(36).Flags, f => f.Code == FlagCodes.SeverePersistentCytopenia);
    }

    [Fact]
    public void P1_4_A_time_given_by_another_record_of_day_0_tells_what_was_drawn_before()
    {
        var course = new Course().Infused(0, null, id: "procedure").Infused(0, "11:00", id: "administration");
        Assert.Null(course.Count(Lineages.Anc, 0, 300, "10:59").On(5).Lineages.Anc.Latest);
        Assert.NotNull(course.Count(Lineages.Anc, 0, 300, "11:00").On(5).Lineages.Anc.Latest);
    }

    [Fact]
    public void P1_4_A_timed_record_of_the_next_day_tells_nothing_about_day_0() =>
        Assert.NotNull(new Course().Infused(0, null, id: "procedure").Infused(1, "11:00", id: "administration").Count(Lineages.Anc, 0, 300, "12:00")
            .On(5).Lineages.Anc.Latest);

    [Fact]
    public void P1_4_Of_two_times_on_day_0_the_earlier_is_that_of_the_infusion() =>
        Assert.NotNull(new Course().Infused(0, "11:00", id: "a").Infused(0, "15:00", id: "b").Count(Lineages.Anc, 0, 300, "12:00").On(5).Lineages.Anc.Latest);

    [Fact]
    public void P1_4_What_was_drawn_before_the_infusion_neither_holds_a_TPO_RA_nor_dates_its_limits()
    {
        var course = new Course().Infused(0, "11:00").Count(Lineages.Platelets, 0, 450_000, "10:00").Eltrombopag(50, 0, 3).Alt(0, 900);
        Assert.Equal(States.OnTreatment, course.On(3).State);
        Assert.Equal(States.SafetyHold, course.Count(Lineages.Platelets, 0, 450_000, "12:00").On(3).State);
    }

    [Fact]
    public void P1_5_Nothing_after_the_end_of_an_episode_belongs_to_it()
    {
        var course = new Course().Infused().Platelets((22, 9_000), (23, 9_000)).Eltrombopag(50, 30, 38).Infused(40, "11:00")
            .Platelets((41, 450_000)).Alt(41, 300).Romiplostim(41);
        Assert.Equal([2, 2], course.On(41).Flags.Where(f => f.Code is FlagCodes.ThrombocytosisHold or FlagCodes.HepatotoxicityHold).Select(f => f.Episode));
    }

    private static IEnumerable<string> Conflicts(Course course) =>
        course.On(12).DataQuality.Where(d => d.Code == DataQualityCodes.InfusionConflict).Select(d => d.Resource);
}
