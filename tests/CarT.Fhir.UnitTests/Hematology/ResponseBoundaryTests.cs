using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Dates of response and complete resolution, and what holds and reductions rest on while they last (P7.7, P8, P9.6 to P9.9).</summary>
public class ResponseBoundaryTests
{
    [Fact]
    public void P8_2_Response_is_dated_on_the_earliest_of_the_resolutions_that_confirm_it()
    {
        var course = new Course().Infused().Platelets((28, 9_000), (29, 9_000)).Anc((28, 100), (29, 100)).Eltrombopag(50, 30, 60)
            .Anc((36, 900), (38, 900), (44, 900)).Platelets((40, 30_000), (42, 30_000), (44, 30_000));
        Assert.Equal((Course.Date(36), Course.Date(44)), (course.On(44).Response.On, course.On(44).Response.ConfirmedOn));
    }

    [Fact]
    public void P8_3_Complete_waits_until_no_transfusion_supports_any_more()
    {
        var course = Treated().Platelets((40, 30_000), (42, 30_000), (44, 30_000)).PlateletsGiven(45).Hemoglobin((42, 9), (44, 9), (46, 9));
        Assert.Equal((true, false), (course.On(51).Response.Met, course.On(51).Response.Complete));
        Assert.Equal((true, Course.Date(52)), (course.On(52).Response.Complete, course.On(52).Response.CompleteOn));
    }

    [Fact]
    public void P8_3_A_single_transfusion_afterwards_neither_ends_complete_nor_dates_it_anew()
    {
        var course = Treated().Platelets((40, 30_000), (42, 30_000), (44, 30_000)).Hemoglobin((42, 9), (44, 9), (46, 9)).PlateletsGiven(48);
        Assert.Equal((true, Course.Date(42)), (course.On(49).Response.Complete, course.On(49).Response.CompleteOn));
        Assert.Equal((true, Course.Date(42)), (course.On(58).Response.Complete, course.On(58).Response.CompleteOn));
    }

    [Fact]
    public void P8_3_One_low_value_of_a_resolved_lineage_that_was_low_at_baseline_does_not_end_complete()
    {
        var course = Treated().Platelets((40, 30_000), (42, 30_000), (44, 30_000), (48, 9_000)).Hemoglobin((42, 9), (44, 9), (46, 9));
        Assert.True(course.On(48).Response.Complete);
        Assert.False(course.Platelets((49, 9_000)).On(49).Response.Complete);
    }

    [Fact]
    public void P7_7_After_a_loss_by_dependence_three_new_values_are_needed()
    {
        var definition = Course.BeyarKatz with { Resolution = Course.BeyarKatz.Resolution with { TransfusionRestarts = false } };
        var course = new Course { Definition = definition }.Infused().Platelets((22, 9_000), (23, 9_000), (26, 30_000), (28, 30_000), (30, 30_000))
            .PlateletsGiven(32, 34).Platelets((42, 30_000), (43, 30_000), (44, 30_000));
        Assert.Null(course.On(43).Lineages.Platelets.ResolvedOn);
        Assert.Equal(Course.Date(42), course.On(44).Lineages.Platelets.ResolvedOn);
    }

    [Fact]
    public void P9_9_Non_response_rests_on_the_doses_of_the_day_on_which_it_was_reached()
    {
        var course = Severe().Eltrombopag(50, 30, 150).Platelets((140, 9_000)).Romiplostim(144);
        Assert.Equal(["MedicationAdministration/eltrombopag-142-08:00"], course.On(145).Flag(FlagCodes.NonResponseReview)!.Evidence);
    }

    [Fact]
    public void P9_7_A_hold_rests_on_the_ALT_that_began_it() =>
        Assert.Equal(["Observation/alt-40"], Severe().Eltrombopag(50, 30, 45).Alt(40, 130).Alt(42, 150).On(43).Flag(FlagCodes.HepatotoxicityHold)!.Evidence);

    [Fact]
    public void P9_6_A_reduction_rests_on_the_platelets_that_began_it() =>
        Assert.Equal(
            ["Observation/platelets-40-06:30"],
            Severe().Eltrombopag(50, 30, 45).Platelets((40, 250_000), (42, 300_000)).On(43).Flag(FlagCodes.ThrombocytosisReduce)!.Evidence);

    [Theory]
    [InlineData(180_000, FlagCodes.ThrombocytosisReduce)]
    [InlineData(260_000, FlagCodes.ThrombocytosisHold)]
    public void P9_6_Of_two_agents_the_stricter_limits_count_also_when_they_are_those_of_eltrombopag(int platelets, string flag)
    {
        var strict = new CarT.Fhir.Hematology.PlateletLimits(ReduceAbovePerUl: 150_000, HoldAbovePerUl: 250_000, ResumeBelowPerUl: 100_000);
        var definition = Course.BeyarKatz with { Thrombocytosis = Course.BeyarKatz.Thrombocytosis with { Eltrombopag = strict } };
        var course = new Course { Definition = definition }.Infused().Platelets((22, 9_000), (23, 9_000)).Eltrombopag(50, 30, 40).Romiplostim(38);
        Assert.True(course.Platelets((40, platelets)).On(40).HasActive(flag));
    }

    [Fact]
    public void P9_8_A_taper_rests_on_the_values_of_the_response_and_on_the_last_dose()
    {
        var activity = Severe().Eltrombopag(100, 30, 44).Platelets((40, 30_000), (42, 30_000), (44, 30_000)).On(44).Activity(ActivityCodes.TaperTpoRa)!;
        Assert.Equal(
            ["MedicationAdministration/eltrombopag-44-08:00", "Observation/platelets-40-06:30", "Observation/platelets-42-06:30", "Observation/platelets-44-06:30"],
            activity.Evidence.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void P9_4_A_start_at_25_mg_names_no_lower_one_and_one_after_an_earlier_course_says_again()
    {
        static string Text(Course course) => course.On(45).Activity(ActivityCodes.ConsiderEltrombopag)!.Text;
        var before = Severe().Platelets((40, 9_000), (41, 9_000));
        Assert.StartsWith("Consider eltrombopag 50 mg", Text(before), StringComparison.Ordinal);
        Assert.Contains("ancestry", Text(before), StringComparison.Ordinal);
        Assert.StartsWith("Consider again eltrombopag 25 mg", Text(before.Eltrombopag(25, 24, 24)), StringComparison.Ordinal);
        Assert.DoesNotContain("ancestry", Text(before), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void P1_7_Without_a_dose_feed_a_start_says_to_check_what_is_given(bool doses)
    {
        var text = new Course { Provides = new(true, doses, true) }.Infused().Platelets((22, 9_000), (23, 9_000)).On(24).Activity(ActivityCodes.ConsiderEltrombopag)!.Text;
        Assert.Equal(!doses, text.Contains("provides no doses", StringComparison.Ordinal));
    }

    [Fact]
    public void P1_6_A_statement_of_a_dose_of_zero_is_no_treatment() => Assert.Null(Severe().Statement("s", 25, 30, 0).On(30).Therapy.StartedOn);

    [Theory]
    [InlineData(22, true)]
    [InlineData(23, false)]
    public void P2_6_Clumps_with_a_date_only_concern_platelets_of_that_date(int day, bool unsuitable)
    {
        var course = new Course().Infused().Count(Lineages.Platelets, day, 30_000, null);
        course.Add(("Observation", "c"), v => v with { PlateletClumps = [new PlateletClumps { Slot = "value", Time = ClinicalTime.On(Course.Date(22)) }] });
        Assert.Equal(unsuitable, course.On(24).Lineages.Platelets.Latest is null);
    }

    private static Course Severe() => new Course().Infused().Platelets((22, 9_000), (23, 9_000));

    /// <summary>Platelets and hemoglobin low, ANC adequate, eltrombopag from day 30.</summary>
    private static Course Treated() => new Course().Infused().Platelets((28, 10_000), (29, 10_000)).Hemoglobin((28, 7), (29, 7)).Anc((29, 900)).Eltrombopag(50, 30, 60);
}
