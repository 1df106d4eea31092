using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>Doses of one day, statements that overlap, unknown doses, and who counts as treated before (P1.6, P9, P10.7).</summary>
public class RegimenBoundaryTests
{
    [Fact]
    public void P10_7_Only_who_was_treated_and_is_not_now_is_previously_treated()
    {
        Assert.Empty(Severe().On(30).Notes);
        Assert.Empty(Severe().Eltrombopag(50, 25, 30).On(37).Notes);
        Assert.Equal([NoteCodes.PreviouslyTreated], Severe().Eltrombopag(50, 25, 30).On(38).Notes);
    }

    [Fact]
    public void P10_7_A_responder_a_non_responder_a_hold_and_a_closed_episode_are_not_noted_as_previously_treated()
    {
        var responder = Severe().Eltrombopag(50, 25, 30).Platelets((27, 30_000), (28, 30_000), (29, 30_000));
        AssertState(States.Responded, responder, 40);
        AssertState(States.NonResponder, Severe().Eltrombopag(50, 25, 30).Platelets((138, 9_000)), 140);
        AssertState(States.SafetyHold, Severe().Eltrombopag(50, 25, 30).Alt(30, 200), 40);
        AssertState(States.Closed, responder.Anc((29, 900)).Hemoglobin((29, 9)), 60);
    }

    [Fact]
    public void P9_2_Of_two_doses_of_romiplostim_on_one_day_the_last_is_the_dose_and_both_are_evidence()
    {
        var course = Severe().Romiplostim(30).Drug(Agents.Romiplostim, 30, new Dose(100, "ug"), "20:00");
        var agent = Assert.Single(course.On(30).Therapy.Agents);
        Assert.Equal((2, new Dose(100, "ug")), (agent.Doses, agent.LatestDose!));
        Assert.Equal(
            ["MedicationAdministration/romiplostim-30-08:00", "MedicationAdministration/romiplostim-30-20:00"],
            course.On(30).Flag(FlagCodes.OffProtocolDosing)!.Evidence);
    }

    [Fact]
    public void P1_6_A_statement_with_the_later_start_counts_whatever_its_id() =>
        Assert.Equal(new Dose(75, "mg"), Severe().Statement("z", 25, null, 50).Statement("a", 30, null, 75).On(31).Therapy.Agents[0].LatestDose);

    [Fact]
    public void P1_6_A_statement_covers_its_days_from_the_start_to_the_end()
    {
        var course = Severe().Statement("s", 25, 28, 50);
        Assert.Equal((4, Course.Date(28)), (course.On(40).Therapy.Agents[0].Doses, course.On(40).Therapy.Agents[0].LatestOn));
        Assert.Null(course.On(24).Therapy.StartedOn);
    }

    [Fact]
    public void P1_6_The_origins_of_the_doses_are_in_order_each_once()
    {
        var course = Severe().Statement("s", 25, 30, 50).Eltrombopag(50, 31, 33);
        Assert.Equal(["MedicationAdministration", "MedicationStatement"], course.On(33).Therapy.Agents[0].Origins);
        Assert.Equal(["MedicationStatement"], course.On(30).Therapy.Agents[0].Origins);
    }

    [Fact]
    public void P9_9_Unknown_doses_are_not_28_days_at_the_highest()
    {
        Assert.Equal(States.OnTreatment, Severe().Eltrombopag(null, 30, 70).On(70).State);
        Assert.Equal(States.NonResponder, Severe().Eltrombopag(150, 30, 30).Eltrombopag(null, 31, 70).On(58).State);
    }

    [Theory]
    [InlineData(23, 119, true)]
    [InlineData(23, 120, false)]
    [InlineData(10, 120, false)]
    [InlineData(9, 120, true)]
    public void P9_4_An_ALT_of_today_or_of_the_13_days_before_bars_a_start(int day, int alt, bool proposed)
    {
        var assessment = new Course().Infused().Platelets((21, 9_000), (23, 9_000)).Alt(day, alt).On(23);
        Assert.Equal(proposed, assessment.Activity(ActivityCodes.ConsiderEltrombopag) is not null);
        Assert.Equal(proposed, assessment.Activity(ActivityCodes.ConsiderRomiplostim) is not null);
    }

    [Fact]
    public void P11_4_An_operator_who_has_closed_brings_no_further_review()
    {
        var course = new Course { ClosedByOperatorAt = new DateTimeOffset(2026, 3, 24, 9, 0, 0, TimeSpan.Zero) }.Infused();
        Assert.Equal(course.Moment(24, "00:00"), course.On(23, "09:00").NextReviewAt);
        Assert.Equal(course.Moment(31, "00:00"), course.On(30).NextReviewAt);
    }

    [Fact]
    public void P2_3_Hemoglobin_is_reported_in_grams_per_decilitre_and_counts_per_microlitre()
    {
        var lineages = new Course().Infused().Anc((22, 900)).Platelets((22, 90_000)).Hemoglobin((22, 9)).On(22).Lineages;
        Assert.Equal(("/uL", "/uL", "g/dL"), (lineages.Anc.Latest!.Unit, lineages.Platelets.Latest!.Unit, lineages.Hemoglobin.Latest!.Unit));
    }

    [Fact]
    public void P6_2_The_text_of_dependence_names_each_day_of_transfusion()
    {
        var text = new Course().Infused().RedCellsGiven(17, 19, 20).On(21).Flag(FlagCodes.TransfusionDependent)!.Text;
        Assert.All(new[] { "2026-03-18", "2026-03-20", "2026-03-21" }, date => Assert.Contains(date, text, StringComparison.Ordinal));
    }

    private static void AssertState(string state, Course course, int day)
    {
        var assessment = course.On(day);
        Assert.Equal(state, assessment.State);
        Assert.DoesNotContain(NoteCodes.PreviouslyTreated, assessment.Notes);
    }

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));
}
