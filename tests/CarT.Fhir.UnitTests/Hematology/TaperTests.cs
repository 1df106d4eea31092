using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class TaperTests
{
    [Theory]
    [InlineData(150, 100)]
    [InlineData(100, 50)]
    [InlineData(75, 25)]
    public void P9_8_A_responder_is_tapered_by_50_mg(int mg, int proposed)
    {
        var course = Responder(mg);
        Assert.Null(course.On(43).Activity(ActivityCodes.TaperTpoRa));
        Assert.Equal(new Dose(proposed, "mg"), course.On(44).Activity(ActivityCodes.TaperTpoRa)!.Dose);
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void P9_8_At_50_mg_or_less_stopping_is_reviewed(int mg, bool stop)
    {
        var assessment = Responder(mg).On(44);
        Assert.Equal(stop, assessment.Activity(ActivityCodes.StopTpoRaReview) is not null);
        Assert.Equal(!stop, assessment.Activity(ActivityCodes.TaperTpoRa) is not null);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void P9_8_After_a_reduction_the_next_waits_until_the_dose_has_lasted_14_days(int day, bool proposed)
    {
        var assessment = Responder(150, to: 45).Eltrombopag(100, 46, 60).On(day);
        Assert.Equal(States.Tapering, assessment.State);
        Assert.Equal(proposed, assessment.Activity(ActivityCodes.TaperTpoRa) is not null);
    }

    [Fact]
    public void P9_8_A_reduction_on_the_day_of_response_counts_as_one_since()
    {
        Assert.NotNull(Responder(150, to: 42).Eltrombopag(100, 43, 45).On(45).Activity(ActivityCodes.TaperTpoRa));
        Assert.Null(Responder(150, to: 43).Eltrombopag(100, 44, 45).On(45).Activity(ActivityCodes.TaperTpoRa));
    }

    [Fact]
    public void P9_8_An_unknown_present_dose_is_tapered_without_a_dose() =>
        Assert.Null(Responder(100, to: 43).Eltrombopag(null, 44, 44).On(44).Activity(ActivityCodes.TaperTpoRa)!.Dose);

    [Theory]
    [InlineData(52, true)]
    [InlineData(53, false)]
    public void P9_8_Only_while_eltrombopag_is_current(int day, bool proposed) =>
        Assert.Equal(proposed, Responder(100, to: 45).On(day).Activity(ActivityCodes.TaperTpoRa) is not null);

    [Fact]
    public void P9_8_A_reduction_for_high_platelets_takes_the_place_of_a_taper()
    {
        var plan = Responder(100).Platelets((46, 250_000)).On(46).CarePlan;
        Assert.Equal([ActivityCodes.CbcWithDifferential, ActivityCodes.LiverPanel, ActivityCodes.ReduceTpoRa], plan.Codes());
        Assert.Equal(new Dose(75, "mg"), plan.Activities[2].Dose);
        Assert.DoesNotContain(ActivityCodes.StopTpoRaReview, Responder(50).Platelets((46, 250_000)).On(46).CarePlan.Codes());
    }

    [Fact]
    public void P9_8_A_relapse_ends_the_taper_and_a_new_response_begins_another()
    {
        var course = Responder(150, to: 45).Eltrombopag(100, 46, 50).Platelets((47, 9_000), (48, 9_000)).Eltrombopag(150, 51, 70)
            .Platelets((52, 30_000), (54, 30_000), (56, 30_000));
        Assert.Null(course.On(48).Activity(ActivityCodes.TaperTpoRa));
        Assert.Equal(new Dose(100, "mg"), course.On(56).Activity(ActivityCodes.TaperTpoRa)!.Dose);
    }

    [Theory]
    [InlineData(141, false)]
    [InlineData(142, true)]
    public void P9_9_Nothing_resolved_112_days_after_the_start_is_no_response(int day, bool reached)
    {
        var assessment = Severe().Eltrombopag(50, 30, 145).Platelets((day, 9_000)).On(day);
        Assert.Equal(reached ? States.NonResponder : States.OnTreatment, assessment.State);
        Assert.Equal(reached, assessment.HasActive(FlagCodes.NonResponseReview));
        Assert.Equal(reached, assessment.Activity(ActivityCodes.StopTpoRaReview) is not null);
    }

    [Theory]
    [InlineData(150, 67, false)]
    [InlineData(150, 68, true)]
    [InlineData(149, 68, false)]
    [InlineData(175, 68, true)]
    public void P9_9_Or_28_days_of_eltrombopag_at_150_mg_or_more(int mg, int day, bool reached)
    {
        var assessment = Severe().Eltrombopag(100, 30, 39).Eltrombopag(mg, 40, 70).On(day);
        Assert.Equal(reached, assessment.State == States.NonResponder);
        Assert.Equal(reached, assessment.Activity(ActivityCodes.StopTpoRaReview) is not null);
    }

    [Fact]
    public void P9_9_A_lower_dose_or_the_end_of_eltrombopag_breaks_the_28_days()
    {
        Assert.Equal(States.OnTreatment, Severe().Eltrombopag(150, 30, 59).Eltrombopag(100, 60, 60).Eltrombopag(150, 61, 62).On(62).State);
        var stopped = Severe().Eltrombopag(150, 30, 60);
        Assert.Equal(States.NonResponder, stopped.On(67).State);
        Assert.Equal(States.SeverePersistentCytopenia, stopped.On(68).State);
    }

    [Fact]
    public void P9_9_After_112_days_it_holds_without_therapy_too() =>
        Assert.Equal(States.NonResponder, Severe().Eltrombopag(50, 30, 40).Platelets((140, 9_000)).On(142).State);

    [Fact]
    public void P9_9_A_resolution_that_was_lost_again_is_no_non_response()
    {
        var course = Severe().Hemoglobin((40, 7), (44, 9), (46, 9), (48, 9), (60, 7), (62, 7)).Eltrombopag(50, 30, 145).Platelets((140, 9_000));
        Assert.Equal(States.OnTreatment, course.On(142).State);
    }

    [Fact]
    public void P9_9_With_a_hold_the_hold_comes_first()
    {
        var assessment = Severe().Eltrombopag(50, 30, 145).Alt(140, 200).On(142);
        Assert.Equal(States.SafetyHold, assessment.State);
        Assert.Null(assessment.Flag(FlagCodes.NonResponseReview));
        Assert.Null(assessment.Activity(ActivityCodes.StopTpoRaReview));
    }

    [Fact]
    public void E16_An_ANC_lifted_by_pegfilgrastim_and_falling_again_is_a_response_with_a_remark_and_then_a_relapse()
    {
        var course = new Course().Infused().Anc((28, 100), (29, 100)).Eltrombopag(50, 30, 60).Drug(Agents.GcsfLongActing, 34, null)
            .Anc((36, 900), (38, 900), (40, 900), (50, 300), (52, 200));
        Assert.Equal(Course.Date(36), course.On(40).Response.On);
        Assert.Contains("under G-CSF", course.On(40).Flag(FlagCodes.TpoRaResponse)!.Text, StringComparison.Ordinal);
        var relapsed = course.On(52);
        Assert.Equal(Course.Date(52), relapsed.Flag(FlagCodes.Relapse)!.Since);
        Assert.Equal(States.OnTreatment, relapsed.State);
        Assert.Null(relapsed.Activity(ActivityCodes.StopTpoRaReview));
    }

    /// <summary>Platelets low at baseline, eltrombopag from day 30, response on day 44.</summary>
    private static Course Responder(int mg, int to = 60) => Severe().Eltrombopag(mg, 30, to).Platelets((40, 30_000), (42, 30_000), (44, 30_000));

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));
}
