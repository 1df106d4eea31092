using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class StateTests
{
    [Theory]
    [InlineData(0, States.Observing)]
    [InlineData(20, States.Observing)]
    [InlineData(21, States.Screening)]
    [InlineData(28, States.Screening)]
    [InlineData(29, States.Indeterminate)]
    [InlineData(180, States.Indeterminate)]
    [InlineData(181, States.Closed)]
    public void P10_8_P10_2_The_course_of_an_empty_chart(int day, string state) => Assert.Equal(state, new Course().Infused().On(day).State);

    [Fact]
    public void P10_2_Death_closes_from_its_time_ends_the_flags_and_needs_no_review()
    {
        var course = Severe().Died(30);
        Assert.Equal(States.SeverePersistentCytopenia, course.On(30, "09:59").State);
        Assert.Equal(course.Moment(30, "10:00"), course.On(30, "09:59").NextReviewAt);
        var dead = course.On(30, "10:00");
        Assert.Equal(States.Closed, dead.State);
        Assert.Equal(Course.Date(30), dead.Flag(FlagCodes.SeverePersistentCytopenia)!.Until);
        Assert.Empty(dead.CarePlan.Activities);
        Assert.Null(dead.NextReviewAt);
    }

    [Fact]
    public void P10_2_A_death_without_a_time_counts_from_lastUpdated_else_from_the_last_fact()
    {
        var course = Severe();
        Assert.Equal(Course.Date(26), Severe().Died(null, course.Moment(26, "08:00")).On(40).Flag(FlagCodes.SeverePersistentCytopenia)!.Until);
        var byLastFact = Severe().Refused(DataQualityCodes.UnitUnknown, Lineages.Anc, 33, "refused").Died(null).On(40);
        Assert.Equal(Course.Date(33), byLastFact.Flag(FlagCodes.SeverePersistentCytopenia)!.Until);
    }

    [Fact]
    public void P10_2_Complete_closes_28_days_after_the_last_dose_and_a_dose_reopens()
    {
        var course = Severe().Eltrombopag(50, 30, 50).Platelets((40, 30_000), (42, 30_000), (44, 30_000)).Anc((44, 900)).Hemoglobin((44, 9));
        Assert.Equal(States.Responded, course.On(77).State);
        Assert.Equal(States.Closed, course.On(78).State);
        Assert.True(course.On(78).Response.Complete);
        Assert.Equal(States.Responded, course.Eltrombopag(50, 80, 80).On(80).State);
    }

    [Fact]
    public void P10_2_A_lost_resolution_reopens()
    {
        var course = Severe().Eltrombopag(50, 30, 40).Platelets((40, 30_000), (42, 30_000), (44, 30_000), (80, 9_000), (82, 9_000)).Anc((44, 900))
            .Hemoglobin((44, 9));
        Assert.Equal(States.Closed, course.On(79).State);
        var reopened = course.On(82);
        Assert.Equal(States.SeverePersistentCytopenia, reopened.State);
        Assert.Contains(NoteCodes.PreviouslyTreated, reopened.Notes);
    }

    [Fact]
    public void P10_2_After_day_180_a_severe_lineage_keeps_the_episode_open() =>
        Assert.Equal(States.SeverePersistentCytopenia, Severe().Platelets((175, 9_000), (178, 9_000)).On(200).State);

    [Fact]
    public void P10_2_An_operator_closes_and_a_later_dose_reopens()
    {
        var closed = new DateTimeOffset(2026, 3, 31, 9, 0, 0, TimeSpan.Zero);
        Course Closed() => new Course { ClosedByOperatorAt = closed }.Infused().Platelets((22, 10_000), (23, 10_000));
        Assert.Equal(States.SeverePersistentCytopenia, Closed().On(30, "08:59").State);
        Assert.Equal(closed, Closed().On(30, "08:59").NextReviewAt);
        Assert.Equal(States.Closed, Closed().On(30, "09:00").State);
        Assert.Equal(States.Closed, Closed().On(33).State);
        Assert.Equal(States.OnTreatment, Closed().Eltrombopag(50, 34, 34).On(34).State);
        Assert.Equal(States.Observing, Closed().Infused(60).On(62).State);
    }

    [Fact]
    public void P10_5_A_responder_below_the_highest_dose_is_tapering()
    {
        var course = Severe().Eltrombopag(100, 30, 50).Platelets((40, 30_000), (42, 30_000), (44, 30_000));
        Assert.Equal(States.Responded, course.On(50).State);
        Assert.Equal(States.Tapering, course.Eltrombopag(50, 51, 52).On(52).State);
        Assert.Equal(States.Responded, course.On(60).State);
    }

    [Fact]
    public void P10_7_On_treatment_while_current_else_as_untreated_with_a_note()
    {
        var course = Severe().Eltrombopag(50, 30, 32).Platelets((38, 9_000), (39, 9_000));
        Assert.Equal(States.OnTreatment, course.On(39).State);
        var stopped = course.On(40);
        Assert.Equal(States.SeverePersistentCytopenia, stopped.State);
        Assert.Equal([NoteCodes.PreviouslyTreated], stopped.Notes);
    }

    [Theory]
    [InlineData(DataQualityCodes.UnitUnknown, Lineages.Platelets, 22, true)]
    [InlineData(DataQualityCodes.UnitUnknown, Lineages.Platelets, 20, false)]
    [InlineData(DataQualityCodes.CodeAmbiguous, Lineages.Anc, 22, true)]
    [InlineData(DataQualityCodes.CodeAmbiguous, null, 22, false)]
    [InlineData(DataQualityCodes.ReferenceRangeMissing, Analytes.Alt, 22, false)]
    [InlineData(DataQualityCodes.TransfusionUnclassified, Concerns.Transfusion, 5, true)]
    [InlineData(DataQualityCodes.DoseMissing, Concerns.TpoRa, 5, true)]
    [InlineData(DataQualityCodes.DoseMissing, Concerns.Gcsf, 5, false)]
    [InlineData(DataQualityCodes.VersionAmbiguous, Lineages.Anc, 22, false)]
    public void P10_9_What_raises_the_data_quality_flag(string code, string? concern, int day, bool raised)
    {
        var assessment = new Course().Infused().Refused(code, concern, day, "r").On(day);
        Assert.Equal(raised, assessment.HasActive(FlagCodes.DataQuality));
        Assert.Contains(assessment.DataQuality, d => d.Code == code && d.Resource == "Observation/r");
    }

    [Fact]
    public void P10_9_Data_quality_lasts_14_days_and_gathers_its_causes()
    {
        var flags = new Course().Infused().Refused(DataQualityCodes.UnitUnknown, Lineages.Anc, 22, "a")
            .Refused(DataQualityCodes.UnitMissing, Lineages.Anc, 30, "b").On(60).Flags
            .Where(f => f.Code == FlagCodes.DataQuality).ToList();
        var flag = Assert.Single(flags);
        Assert.Equal((Course.Date(22), Course.Date(44)), (flag.Since, flag.Until));
        Assert.Equal(["Observation/a", "Observation/b"], flag.Evidence);
    }

    [Fact]
    public void P10_9_A_refusal_without_a_time_counts_by_lastUpdated_and_without_both_only_in_the_list()
    {
        var course = new Course().Infused();
        var dated = course.Refused(DataQualityCodes.TimeMissing, Lineages.Anc, null, "r", course.Moment(25, "12:00"));
        Assert.Empty(dated.On(24).DataQuality);
        Assert.Equal(Course.Date(25), dated.On(26).Flag(FlagCodes.DataQuality)!.Since);
        var undated = new Course().Infused().Refused(DataQualityCodes.TimeMissing, Lineages.Anc, null, "r").On(26);
        Assert.Single(undated.DataQuality);
        Assert.DoesNotContain(undated.Flags, f => f.Code == FlagCodes.DataQuality);
    }

    [Fact]
    public void P10_9_Flags_are_ordered_by_since_then_code()
    {
        var flags = Severe().PlateletsGiven(22, 24).Refused(DataQualityCodes.UnitUnknown, Lineages.Anc, 22, "a").On(30).Flags;
        Assert.Equal(flags.OrderBy(f => f.Since).ThenBy(f => f.Code, StringComparer.Ordinal), flags);
    }

    [Fact]
    public void P11_4_The_next_review_is_the_next_local_midnight_in_UTC() =>
        Assert.Equal(
            new DateTimeOffset(2026, 3, 31, 22, 0, 0, TimeSpan.Zero),
            new Course { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid") }.Infused().On(30, "23:30").NextReviewAt);

    [Fact]
    public void A_chart_with_the_last_date_of_the_calendar_is_assessed()
    {
        var last = new Course().Add(("Procedure", "x"), v => v with
        {
            Infusions = [new CarTInfusion { Slot = "value", Product = "unspecified", Time = ClinicalTime.On(DateOnly.MaxValue) }],
        });
        var assessment = last.Assess(last.Record(), DateTimeOffset.MaxValue);
        Assert.Equal((States.Observing, null), (assessment.State, assessment.NextReviewAt));
    }

    private static Course Severe() => new Course().Infused().Platelets((22, 10_000), (23, 10_000));
}
