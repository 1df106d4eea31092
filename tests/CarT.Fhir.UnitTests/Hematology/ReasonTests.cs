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
            "Platelets: transfusion-dependent from 2026-03-22 on by the platelet transfusions on 2026-03-11 and 2026-03-16, unless an unsupported value above 20000 /uL comes before",
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
                "Platelets: platelet transfusion on 2026-03-27, independent from 2026-04-03",
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
    public void P5_3_A_supported_value_is_explained_under_treatment_too_with_the_transfusion_that_was_before_the_draw()
    {
        var course = Severe().Eltrombopag(50, 30, 40).Blood(BloodProducts.Unclassified, 36, "14:00").PlateletsGiven(38).Platelets((38, 45_000));
        Assert.Contains("Platelets 45000 /uL on 2026-04-08 is supported by the platelet transfusion on 2026-04-06 (product not stated)", course.On(38).Reasons);
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

    private static Assessment Indeterminate() => new Course().Infused().Platelets((25, 90_000)).Anc((28, 400)).PlateletsGiven(26).On(30);

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));
}
