using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What a clinician reads about each state: why it is so, and what would change it.</summary>
public class ReasonTests
{
    private const string Severe2 =
        "A lineage becomes severe from 2026-03-22 (day 21) on with two low values on different days, neighbours at most 14 days apart and no unsupported value above "
        + "the threshold between (ANC at most 500 /uL, platelets at most 20000 /uL, hemoglobin at most 8 g/dL), or with platelet or red-cell transfusions on two days "
        + "of 14 and no such value after the first";

    [Fact]
    public void P10_1_Without_an_infusion_the_record_of_one_is_what_is_missing() =>
        Assert.Equal(["No CAR-T infusion is known", "The record of a CAR-T infusion begins an episode"], new Course().On(3).Reasons);

    [Fact]
    public void P10_8_While_observing_the_reasons_say_what_severe_will_be() =>
        Assert.Equal(["Before day 21 (2026-03-22)", Severe2], new Course().Infused().On(16).Reasons);

    [Fact]
    public void P6_2_Transfusions_before_day_21_that_will_make_a_lineage_severe_on_it_are_named() =>
        Assert.Contains(
            "Platelets: severe on 2026-03-22 by the platelet transfusions on 2026-03-11 and 2026-03-16, unless an unsupported value above 20000 /uL comes before",
            new Course().Infused().PlateletsGiven(10, 15).On(16).Reasons);

    [Fact]
    public void P6_4_During_screening_the_reasons_say_what_is_missing_to_conclude_and_what_would_be_severe() =>
        Assert.Equal(
            [
                "Screening from 2026-03-22 to 2026-03-29 (days 21-28); no lineage is severe",
                "No platelet transfusion in the episode; no red-cell transfusion after 2026-03-21, independent from 2026-03-28",
                "Platelets: three values above 20000 /uL in a row on different days, neighbours at most 14 days apart and no platelet transfusion from the first to the last, "
                    + "resolve the lineage",
                "Platelets: one more value of at most 20000 /uL on another day by 2026-04-06, with no unsupported value above 20000 /uL between, makes the lineage severe "
                    + "(9000 /uL on 2026-03-23 counts so far)",
                "Hemoglobin: one more red-cell transfusion on another day by 2026-04-03, with no unsupported value above 8 g/dL before, makes the lineage "
                    + "transfusion-dependent (the last was on 2026-03-21)",
                "The absence of severe cytopenia is concluded from 2026-03-30 (day 29) on with platelets above 20000 /uL, hemoglobin above 8 g/dL from 2026-03-28 on and no "
                    + "further red-cell transfusion up to 2026-03-28",
                Severe2,
            ],
            new Course().Infused().Platelets((22, 9_000)).Anc((22, 900)).RedCellsGiven(20).On(23).Reasons);

    [Fact]
    public void P6_4_No_severe_cytopenia_rests_on_values_and_on_the_transfusions_of_each_lineage() =>
        Assert.Equal(
            [
                "Above the thresholds without support: ANC 900 /uL on 2026-03-26; Platelets 90000 /uL on 2026-03-26; Hemoglobin 9.5 g/dL on 2026-03-26",
                "No platelet transfusion after 2026-03-06, independent from 2026-03-13; no red-cell transfusion in the episode",
                Severe2,
                "The episode closes on 2026-08-29 if no lineage is severe or transfusion-dependent then",
            ],
            new Course().Infused().Platelets((25, 90_000)).Anc((25, 900)).Hemoglobin((25, 9.5m)).PlateletsGiven(5).On(30).Reasons);

    [Fact]
    public void P6_4_Indeterminate_says_what_each_lineage_lacks_and_until_when_it_cannot_be_concluded() =>
        Assert.Equal(
            [
                "ANC 400 /uL on 2026-03-29 is low (at most 500 /uL)",
                "Platelets: the last platelet transfusion on 2026-03-27 leaves independence to 2026-04-03",
                "No evaluable hemoglobin since 2026-03-22 (day 21)",
            ],
            Indeterminate().Reasons.Take(3));

    [Fact]
    public void P6_4_Indeterminate_says_with_what_the_absence_would_be_concluded() => Assert.Contains(
        "The absence of severe cytopenia is concluded from 2026-03-30 (day 29) on with ANC above 500 /uL, hemoglobin above 8 g/dL and no further platelet transfusion up to "
            + "2026-04-03",
        Indeterminate().Reasons);

    [Fact]
    public void P4_1_A_supported_value_names_its_transfusion_and_the_product_where_it_is_another()
    {
        var reasons = new Course().Infused().Blood(BloodProducts.WholeBlood, 27).Platelets((28, 30_000)).Anc((28, 900)).Hemoglobin((28, 9)).On(30).Reasons;
        Assert.Contains("Platelets 30000 /uL on 2026-03-29 is supported by the platelet transfusion on 2026-03-28 (whole blood)", reasons);
        Assert.Contains("No platelet or red-cell transfusion after 2026-03-28 (whole blood), independent from 2026-04-04", reasons);
    }

    [Fact]
    public void P1_7_Transfusions_that_a_source_does_not_provide_are_said_to_be_unknown()
    {
        var reasons = new Course { Provides = new SourceProvides(Labs: true, Doses: true, Transfusions: false) }
            .Infused().Platelets((28, 90_000)).Anc((28, 900)).Hemoglobin((28, 9)).RedCellsGiven(22).On(30).Reasons;
        Assert.Contains(
            "The source provides no transfusions, so nothing is known of them; the last known red-cell transfusion was on 2026-03-23", reasons);
        Assert.Contains("Without transfusions from the source the absence of severe cytopenia is never concluded", reasons);
    }

    [Fact]
    public void P7_1_A_severe_lineage_says_which_values_count_and_by_when_the_next_is_needed()
    {
        var assessment = Severe().PlateletsGiven(23).Platelets((31, 25_000), (33, 26_000)).On(33);
        Assert.Equal(
            [
                "Platelets low on 2026-03-23 and 2026-03-24 (10000, 10000 /uL, at most 20000 /uL)",
                "No platelet transfusion after 2026-03-24, independent from 2026-03-31; no red-cell transfusion in the episode",
                "Platelets: one more value above 20000 /uL on another day by 2026-04-17, with no platelet transfusion before it, resolves the lineage "
                    + "(25000, 26000 /uL on 2026-04-01 and 2026-04-03 count so far)",
            ],
            assessment.Reasons);
    }

    [Fact]
    public void P7_4_A_transfusion_since_the_first_value_starts_the_run_anew_on_the_day_from_which_it_supports_no_more() => Assert.Contains(
        "Platelets: three values above 20000 /uL in a row on different days from 2026-04-11 on (last platelet transfusion on 2026-04-04), neighbours at most 14 days apart and "
            + "no platelet transfusion from the first to the last, resolve the lineage",
        Severe().Platelets((31, 25_000), (33, 26_000)).PlateletsGiven(34).On(35).Reasons);

    [Fact]
    public void P6_2_A_dependent_lineage_says_when_the_dependence_ends() => Assert.Contains(
        "Hemoglobin: the transfusion dependence ends on 2026-04-04 without another red-cell transfusion, or with a value above 8 g/dL from 2026-04-02 on",
        new Course().Infused().RedCellsGiven(20, 25).Hemoglobin((26, 8.5m)).On(27).Reasons);

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

    [Theory]
    [InlineData("0.4 10*9/L", null, 400, "0.4 10*9/L = 400 /uL")]
    [InlineData("<0.4 10*9/L", "<", 400, "<0.4 10*9/L = <400 /uL")]
    [InlineData("400.0 /uL", null, 400, "400 /uL")]
    [InlineData("400 /mm3", null, 400, "400 /mm3 = 400 /uL")]
    [InlineData("", null, 400, "400 /uL")]
    public void P2_3_A_value_is_said_as_received_and_as_used_and_once_where_both_are_the_same(string received, string? comparator, decimal used, string said) =>
        Assert.Contains(
            $"ANC {said} on 2026-03-29 is low (at most 500 /uL)",
            new Course().Infused().Count(Lineages.Anc, 28, used, comparator: comparator, received: received).On(30).Reasons);

    [Fact]
    public void P2_3_Values_of_one_unit_are_listed_together_and_those_of_several_one_by_one()
    {
        var course = new Course().Infused().Count(Lineages.Hemoglobin, 22, 7.9m, received: "79 g/L").Count(Lineages.Hemoglobin, 23, 7.8m, received: "78 g/L");
        Assert.Contains("(79, 78 g/L = 7.9, 7.8 g/dL, at most 8 g/dL)", course.On(23).Reasons[0], StringComparison.Ordinal);
        course = new Course().Infused().Count(Lineages.Hemoglobin, 22, 7.9m, received: "79 g/L").Count(Lineages.Hemoglobin, 23, 7.8m);
        Assert.Contains("(79 g/L = 7.9 g/dL, 7.8 g/dL, at most 8 g/dL)", course.On(23).Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void P9_7_An_ALT_in_another_unit_is_said_as_received_and_as_used() => Assert.Equal(
        "ALT 2.17 ukat/L = 130.2 U/L on 2026-04-09, at least 3 times its upper limit of 40 U/L",
        Severe().Eltrombopag(50, 30, 40).Alt(39, 130.2m, received: "2.17 ukat/L").On(40).Flag(FlagCodes.HepatotoxicityHold)!.Text);

    [Fact]
    public void P3_1_Where_the_lowest_or_highest_value_of_a_day_decided_the_text_says_so()
    {
        var lowest = new Course().Infused().Hemoglobin((22, 7.9m), (23, 7.5m)).Count(Lineages.Hemoglobin, 22, 8.3m, "07:10").Count(Lineages.Hemoglobin, 23, 7.6m, "07:10").On(23);
        Assert.StartsWith("Hemoglobin low on 2026-03-23 and 2026-03-24 (7.9 (lowest of 2 that day), 7.5 g/dL", lowest.Reasons[0], StringComparison.Ordinal);
        var highest = Severe().Eltrombopag(50, 30, 40).Platelets((38, 450_000)).Count(Lineages.Platelets, 38, 390_000, "12:00").On(40);
        Assert.StartsWith("Platelets 450000 /uL (highest of 2 that day) on 2026-04-08", highest.Reasons[0], StringComparison.Ordinal);
        var both = Severe().Eltrombopag(50, 30, 40).Platelets((38, 450_000)).Count(Lineages.Platelets, 38, 410_000, "12:00").On(40);
        Assert.StartsWith("Platelets 450000 /uL on 2026-04-08", both.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void P7_1_The_numbers_in_the_sentences_are_those_of_the_definition()
    {
        var definition = Course.BeyarKatz with
        {
            Low = Course.BeyarKatz.Low with { PlateletsPerUl = new LowThreshold("<", 50_000) },
            Detection = Course.BeyarKatz.Detection with { LowValues = 3, LowMaxGapDays = 10 },
            Resolution = Course.BeyarKatz.Resolution with { Values = 2, MaxGapDays = 9 },
        };
        var reasons = new Course { Definition = definition }.Infused().Platelets((22, 40_000), (26, 49_000)).On(26).Reasons;
        Assert.Contains(
            "Platelets: one more value below 50000 /uL on another day by 2026-04-06, with no unsupported value of at least 50000 /uL between, makes the lineage severe "
                + "(40000, 49000 /uL on 2026-03-23 and 2026-03-27 count so far)",
            reasons);
        Assert.Contains(
            "Platelets: two values of at least 50000 /uL in a row on different days, neighbours at most 9 days apart and no platelet transfusion from the first to the last, "
                + "resolve the lineage",
            reasons);
    }

    [Fact]
    public void P10_9_The_text_of_a_flag_does_not_grow_without_bound_and_its_evidence_stays_whole()
    {
        var course = new Course().Infused();
        for (var day = 22; day < 62; day++) course.Refused(DataQualityCodes.UnitUnknown, Lineages.Anc, day, $"r-{day}");
        var flag = course.On(62).Flag(FlagCodes.DataQuality)!;
        Assert.Equal(40, flag.Evidence.Count);
        Assert.Equal(12, flag.Text.Split("; ").Length);
        Assert.EndsWith("and 29 more, the last: unit-unknown on 2026-05-01: Could not be used", flag.Text, StringComparison.Ordinal);
    }

    private static Assessment Indeterminate() => new Course().Infused().Platelets((25, 90_000)).Anc((28, 400)).PlateletsGiven(26).On(30);

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));

    private static Course Complete() => Severe().Anc((44, 900)).Hemoglobin((44, 9)).Eltrombopag(100, 30, 44).Platelets((40, 25_000), (42, 30_000), (44, 40_000));
}
