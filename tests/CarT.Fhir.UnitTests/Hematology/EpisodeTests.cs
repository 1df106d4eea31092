using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class EpisodeTests
{
    private static readonly TimeZoneInfo Madrid = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid");

    [Fact]
    public void P1_1_Day_0_is_the_local_day_of_the_infusion()
    {
        var course = new Course { Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Riyadh") };
        var infused = new DateTimeOffset(2026, 3, 1, 22, 30, 0, TimeSpan.Zero);
        course.Add(("Procedure", "car-t"), v => v with
        {
            Infusions = [new CarTInfusion { Slot = "value", Product = "unspecified", Time = ClinicalTime.At(infused) }],
        });
        Assert.Equal(new EpisodeSummary(1, "unspecified", new DateOnly(2026, 3, 2), 3), course.On(4).Episode);
    }

    [Fact]
    public void P1_3_Records_of_one_infusion_up_to_3_days_apart_are_one_and_the_earliest_is_day_0()
    {
        var episode = new Course().Infused(2, id: "b", product: "tisagenlecleucel").Infused(0, id: "a", product: "unspecified").On(10).Episode!;
        Assert.Equal((1, "tisagenlecleucel", Course.Day0), (episode.Number, episode.Product, episode.InfusedOn));
    }

    [Theory]
    [InlineData(0, "11:00", 1, "11:00", false)]
    [InlineData(0, "11:00", 1, "11:01", true)]
    [InlineData(0, "11:00", 1, null, false)]
    [InlineData(0, null, 2, "00:30", true)]
    public void P1_3_Records_more_than_24_h_or_a_date_more_than_a_day_apart_conflict(int day, string? time, int laterDay, string? laterTime, bool conflict)
    {
        var assessment = new Course().Infused(day, time, id: "a").Infused(laterDay, laterTime, id: "b").On(5);
        Assert.Equal(conflict ? ["Procedure/b"] : [], assessment.DataQuality.Where(d => d.Code == DataQualityCodes.InfusionConflict).Select(d => d.Resource));
        Assert.Equal(conflict, assessment.HasActive(FlagCodes.DataQuality));
    }

    [Theory]
    [InlineData(4, "tisagenlecleucel", 1)]
    [InlineData(21, "unspecified", 1)]
    [InlineData(22, "tisagenlecleucel", 2)]
    [InlineData(10, "idecabtagene-vicleucel", 2)]
    public void P1_3_E21_A_second_record_within_4_to_21_days_is_the_second_part_of_a_split_dose(int day, string product, int episodes)
    {
        var episode = new Course().Infused().Infused(day, product: product).On(40).Episode!;
        Assert.Equal(episodes, episode.Number);
        Assert.Equal(Course.Date(episodes == 1 ? 0 : day), episode.InfusedOn);
    }

    [Fact]
    public void P1_3_E21_Procedure_and_administration_a_day_apart_are_one_infusion() =>
        Assert.Equal(1, new Course().Infused(0, null, id: "procedure").Infused(1, null, id: "administration").On(30).Episode!.Number);

    [Fact]
    public void P1_4_E21_A_value_of_day_0_before_the_infusion_belongs_to_the_time_before()
    {
        Assert.Null(new Course().Infused(0, "11:00").Count(Lineages.Anc, 0, 300, "10:59").On(5).Lineages.Anc.Latest);
        Assert.NotNull(new Course().Infused(0, "11:00").Count(Lineages.Anc, 0, 300, "11:00").On(5).Lineages.Anc.Latest);
        Assert.NotNull(new Course().Infused(0, "11:00").Count(Lineages.Anc, 0, 300, null).On(5).Lineages.Anc.Latest);
    }

    [Fact]
    public void P1_5_A_fact_later_than_asOf_is_not_seen_and_brings_the_next_review()
    {
        var course = new Course().Infused().Count(Lineages.Anc, 22, 300, "14:00");
        var before = course.On(22, "13:59");
        Assert.Null(before.Lineages.Anc.Latest);
        Assert.Equal(course.Moment(22, "14:00"), before.NextReviewAt);
        Assert.Equal(300, course.On(22, "14:00").Lineages.Anc.Latest!.Value);
    }

    [Fact]
    public void P1_5_A_date_only_fact_is_seen_from_the_start_of_its_local_day()
    {
        var course = new Course { Zone = Madrid }.Infused().Count(Lineages.Anc, 22, 300, null);
        Assert.Null(course.On(21, "23:59").Lineages.Anc.Latest);
        Assert.Equal(300, course.On(22, "00:00").Lineages.Anc.Latest!.Value);
    }

    [Fact]
    public void P10_1_Without_an_infusion_there_is_no_episode_no_flag_and_no_review()
    {
        var assessment = new Course().Anc((21, 100), (22, 100)).On(30);
        Assert.Equal(States.NoInfusion, assessment.State);
        Assert.Null(assessment.Episode);
        Assert.Null(assessment.NextReviewAt);
        Assert.Empty(assessment.Flags);
        Assert.Equal(new TransfusionSummary(null, null, null), assessment.Transfusions.Platelets);
    }

    [Fact]
    public void E20_A_second_infusion_between_value_2_and_value_3_keeps_the_run_from_completing()
    {
        var course = new Course().Infused().Anc((30, 400), (31, 300)).Infused(38).Anc((35, 900), (37, 900), (39, 900));
        Assert.Null(course.On(39).Lineages.Anc.ResolvedOn);
        Assert.Equal(2, course.On(39).Episode!.Number);
    }

    [Fact]
    public void P10_9_A_new_infusion_ends_the_flags_of_the_old_episode_on_the_new_day_0()
    {
        var flag = new Course().Infused().Anc((30, 400), (31, 300)).Infused(38).On(45).Flag(FlagCodes.SeverePersistentCytopenia)!;
        Assert.Equal((1, FlagStatuses.Inactive, Course.Date(31), Course.Date(38)), (flag.Episode, flag.Status, flag.Since, flag.Until!.Value));
    }

    [Theory]
    [InlineData("tisagenlecleucel", false)]
    [InlineData("axicabtagene-ciloleucel", false)]
    [InlineData("unspecified", false)]
    [InlineData("ciltacabtagene-autoleucel", true)]
    public void E25_A_product_outside_the_study_is_assessed_with_a_note(string product, bool noted)
    {
        var assessment = new Course().Infused(product: product).Anc((21, 400), (22, 400)).On(22);
        Assert.Equal(States.SeverePersistentCytopenia, assessment.State);
        Assert.Equal(noted, assessment.Notes.Contains(NoteCodes.OutsideStudyPopulation));
    }

    [Fact]
    public void E5_Across_the_night_of_a_clock_change_days_stay_whole()
    {
        // The clocks go forward in the night to day 28 (2026-03-29).
        var course = new Course { Zone = Madrid }.Infused().Count(Lineages.Platelets, 34, 30_000, "23:30").Blood(BloodProducts.Platelets, 27, "23:30")
            .Count(Lineages.Platelets, 33, 30_000, "00:10");
        Assert.False(course.On(34).Lineages.Platelets.Latest!.Supported);
        Assert.True(course.On(33).Lineages.Platelets.Latest!.Supported);
        Assert.Equal(TimeSpan.FromHours(23), course.On(28, "00:00").NextReviewAt - course.Moment(28, "00:00"));
    }

    [Fact]
    public void E5_Stamps_in_UTC_fall_on_the_wards_day()
    {
        var course = new Course { Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Riyadh") }.Infused();
        var drawn = new DateTimeOffset(2026, 3, 22, 21, 30, 0, TimeSpan.Zero);
        course.Add(("Observation", "late"), v => v with
        {
            CellCounts =
            [
                new CellCount { Slot = "value", Lineage = Lineages.Anc, Value = 300, Received = "", Time = ClinicalTime.At(drawn) },
            ],
        });
        Assert.Equal(Course.Date(22), course.On(23).Lineages.Anc.Latest!.On);
    }
}
