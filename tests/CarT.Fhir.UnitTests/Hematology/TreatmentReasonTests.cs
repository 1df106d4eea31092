using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What a clinician reads under a TPO-RA and after it: what the next step, a response or the end of a hold waits for.</summary>
public class TreatmentReasonTests
{
    [Fact]
    public void P9_4_Why_no_TPO_RA_is_proposed_for_a_severe_lineage_is_said()
    {
        Assert.Contains("No TPO-RA is proposed for hemoglobin alone", new Course().Infused().Hemoglobin((22, 7), (23, 7)).On(23).Reasons);
        Assert.Contains(
            "No TPO-RA is proposed before 2026-04-07: ALT 130 U/L with upper limit 40 on 2026-03-24 is at least 3 times its upper limit", Severe().Alt(23, 130).On(23).Reasons);
    }

    [Fact]
    public void P9_3_Under_treatment_without_response_the_reasons_say_what_a_higher_dose_waits_for() =>
        Assert.Equal(
            [
                "Platelets low on 2026-03-23 and 2026-03-24 (10000, 10000 /uL, at most 20000 /uL)",
                "Eltrombopag since 2026-03-31, last on 2026-04-10, current up to 2026-04-17 (50 mg)",
                "No platelet or red-cell transfusion in the episode",
                "Platelets: three values above 20000 /uL in a row on different days, neighbours at most 14 days apart and no platelet transfusion from the first to the last, "
                    + "resolve the lineage",
                "A response needs platelets resolved and independence of platelet and red-cell transfusions",
                "A higher dose of eltrombopag (100 mg daily) waits for: 2026-04-14, 14 days after the first dose of 50 mg on 2026-03-31, with doses on at least 80 % of the days "
                    + "between; an ALT not older than 14 days (30 U/L with upper limit 40 on 2026-03-21, counted up to 2026-04-04)",
                "Counted for a higher dose of eltrombopag: platelets 9000 /uL on 2026-04-08, up to 2026-04-15",
                "Without a resolved lineage the treatment counts as without response on 2026-07-21: 112 days after the TPO-RA start on 2026-03-31",
            ],
            Severe().Eltrombopag(50, 30, 40).Alt(20, 30).Platelets((38, 9_000)).On(40).Reasons);

    [Fact]
    public void P9_3_A_dose_at_the_cap_or_not_stated_is_why_no_higher_one_is_proposed()
    {
        Assert.Contains("No higher dose of eltrombopag is proposed: 150 mg daily is the highest (150 mg)", Severe().Eltrombopag(150, 30, 40).On(40).Reasons);
        Assert.Contains("No higher dose of eltrombopag is proposed: that of 2026-04-10 is not stated", Severe().Eltrombopag(null, 30, 40).On(40).Reasons);
    }

    [Fact]
    public void P9_3_Too_few_dose_days_and_high_platelets_bar_a_higher_dose()
    {
        var reasons = Severe().Eltrombopag(50, 30, 35).Eltrombopag(50, 48, 50).Platelets((49, 201_000)).Alt(49, 30).On(50).Reasons;
        Assert.Contains("The reduction is no longer proposed with a daily platelet maximum of at most 200000 /uL, or from 2026-04-28 on without another TPO-RA dose", reasons);
        reasons = Severe().Eltrombopag(50, 30, 35).Eltrombopag(50, 48, 50).Platelets((49, 20_000)).Alt(49, 30).On(50).Reasons;
        Assert.Contains(
            "A higher dose of eltrombopag (100 mg daily) waits for: doses on at least 80 % of the days since then (9 dose days, enough up to 2026-04-11)", reasons);
    }

    [Fact]
    public void P8_2_A_response_that_only_waits_for_independence_has_a_date()
    {
        var course = Severe().Eltrombopag(50, 30, 44).Platelets((40, 25_000), (42, 30_000), (44, 40_000)).RedCellsGiven(41);
        Assert.Contains("The response is met on 2026-04-18 with no further red-cell transfusion up to 2026-04-18, if no resolution is lost before", course.On(44).Reasons);
        Assert.Equal((false, true), (course.On(47).Response.Met, course.On(48).Response.Met));
    }

    [Fact]
    public void P8_2_Without_a_lineage_low_at_the_start_no_response_can_be_met() => Assert.Contains(
        "A response cannot be met: no lineage was low at the TPO-RA start on 2026-03-31",
        new Course().Infused().Platelets((28, 90_000)).Anc((28, 900)).Hemoglobin((28, 9)).Eltrombopag(50, 30, 31).On(31).Reasons);

    [Fact]
    public void P9_6_P9_7_A_hold_says_below_which_value_it_ends()
    {
        var reasons = Severe().Eltrombopag(50, 30, 40).Platelets((38, 450_000)).Alt(39, 130).On(40).Reasons;
        Assert.Equal(
            ["Platelets 450000 /uL on 2026-04-08, above 400000 /uL under a TPO-RA", "ALT 130 U/L on 2026-04-09, at least 3 times its upper limit of 40 U/L"], reasons.Take(2));
        Assert.Contains("The hold for platelets ends with a daily maximum below 150000 /uL, or of at most 200000 /uL from 2026-04-18 on if no further TPO-RA dose is given", reasons);
        Assert.Contains("The hold for ALT ends with an ALT below 3 times its own upper limit", reasons);
        Assert.Contains("No other dose is proposed until the hold has ended", reasons);
    }

    [Fact]
    public void P8_5_A_response_says_what_would_end_it_and_what_a_complete_one_needs() =>
        Assert.Equal(
            [
                "Platelets resolved on 2026-04-10, confirmed on 2026-04-14 (25000, 30000, 40000 /uL)",
                "Eltrombopag since 2026-03-31, last on 2026-04-14, current up to 2026-04-21 (100 mg)",
                "No platelet transfusion after 2026-03-29, independent from 2026-04-05; no red-cell transfusion in the episode",
                "The response ends with two low values (platelets at most 20000 /uL) on different days, neighbours at most 14 days apart and no unsupported value above the "
                    + "threshold between, or with platelet or red-cell transfusions on two days of 14 and no such value after the first",
                "A complete resolution needs hemoglobin resolved and an unsupported ANC value above 500 /uL",
                "Hemoglobin: three values above 8 g/dL in a row on different days, neighbours at most 14 days apart and no red-cell transfusion from the first to the last, "
                    + "resolve the lineage",
            ],
            Severe().PlateletsGiven(28).Hemoglobin((25, 7), (29, 7.5m)).Eltrombopag(100, 30, 44).Platelets((40, 25_000), (42, 30_000), (44, 40_000)).On(44).Reasons);

    [Fact]
    public void P8_4_The_flag_of_a_response_names_the_last_transfusion_of_each_lineage() => Assert.Equal(
        "Response: Platelets resolved on 2026-04-10, confirmed on 2026-04-14 (25000, 30000, 40000 /uL); no platelet transfusion after 2026-03-29, independent from 2026-04-05; "
            + "no red-cell transfusion after 2026-03-30, independent from 2026-04-06",
        Severe().PlateletsGiven(28).RedCellsGiven(29).Eltrombopag(100, 30, 44).Platelets((40, 25_000), (42, 30_000), (44, 40_000)).On(44).Flag(FlagCodes.TpoRaResponse)!.Text);

    [Fact]
    public void P9_8_While_tapering_the_next_step_and_the_end_of_the_episode_have_a_date()
    {
        var reasons = Complete().Eltrombopag(50, 45, 46).On(46).Reasons;
        Assert.Equal(
            [
                "Complete resolution: Platelets resolved on 2026-04-10, confirmed on 2026-04-14 (25000, 30000, 40000 /uL); ANC 900 /uL on 2026-04-14, above 500 /uL; "
                    + "Hemoglobin 9 g/dL on 2026-04-14, above 8 g/dL; no platelet or red-cell transfusion in the episode",
                "Eltrombopag 50 mg daily, below the highest dose of 100 mg",
            ],
            reasons.Take(2));
        Assert.Equal(
            [
                "The next step of the taper is due on 2026-04-29: the present dose has been given since 2026-04-15, and a step lasts 14 days",
                "The episode closes on 2026-05-14 if the complete resolution lasts and no further TPO-RA dose is given",
            ],
            reasons.TakeLast(2));
    }

    [Fact]
    public void P9_9_Non_response_says_when_it_was_reached_and_what_ends_it()
    {
        var reasons = Severe().Eltrombopag(50, 30, 142).Platelets((140, 10_000)).On(142).Reasons;
        Assert.Equal("No lineage has resolved within 112 days of the TPO-RA start on 2026-03-31", reasons[0]);
        Assert.Equal("The first lineage that resolves ends the non-response", reasons[^1]);
        Assert.Contains(
            "Without a resolved lineage the treatment counts as without response on 2026-04-28: 28 days of eltrombopag at 150 mg or more, if it goes on",
            Severe().Eltrombopag(150, 30, 40).On(40).Reasons);
    }

    [Fact]
    public void P10_2_A_closed_episode_says_why_and_what_would_reopen_it()
    {
        var complete = Complete().On(75).Reasons;
        Assert.EndsWith("no TPO-RA dose after 2026-04-14, for 28 days", complete[0], StringComparison.Ordinal);
        Assert.Equal("A TPO-RA dose, a lost resolution, or a low value of a lineage that was not low at baseline reopens the episode", complete[1]);
        Assert.Equal(
            [
                "Day 180 (2026-08-28) is over; no lineage is severe or transfusion-dependent; no TPO-RA dose in the episode",
                "A TPO-RA dose, or a lineage that becomes severe or transfusion-dependent, reopens the episode",
            ],
            new Course().Infused().Platelets((25, 90_000)).On(190).Reasons);
        Assert.Equal(["Died on 2026-03-11"], new Course().Infused().Died(10).On(12).Reasons);
    }

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));

    private static Course Complete() => Severe().Anc((44, 900)).Hemoglobin((44, 9)).Eltrombopag(100, 30, 44).Platelets((40, 25_000), (42, 30_000), (44, 40_000));
}
