using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class ResponseTests
{
    [Fact]
    public void P8_2_Response_needs_one_resolved_lineage_and_independence_and_no_dependence()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000), (44, 40_000));
        Assert.False(course.On(43).Response.Met);
        var assessment = course.On(44);
        Assert.Equal(new ResponseSummary(true, Course.Date(40), Course.Date(44), false, null), assessment.Response);
        Assert.Equal(States.Responded, assessment.State);
        Assert.Equal(Course.Date(44), assessment.Flag(FlagCodes.TpoRaResponse)!.Since);
    }

    [Fact]
    public void P8_2_A_red_cell_transfusion_in_the_last_7_days_delays_response_and_dates_it()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000), (44, 40_000)).RedCellsGiven(43);
        Assert.False(course.On(49).Response.Met);
        Assert.Equal(new ResponseSummary(true, Course.Date(50), Course.Date(50), false, null), course.On(50).Response);
    }

    [Fact]
    public void P8_2_If_neither_ANC_nor_platelets_were_low_hemoglobin_takes_their_place()
    {
        var course = new Course().Infused().Hemoglobin((28, 7), (29, 7)).Anc((29, 900)).Platelets((29, 90_000)).Eltrombopag(50, 30, 50)
            .Hemoglobin((36, 9), (38, 9), (40, 9));
        Assert.True(course.On(40).Response.Met);
    }

    [Fact]
    public void P8_2_Hemoglobin_alone_is_no_response_when_platelets_were_low() =>
        Assert.False(Treated().Hemoglobin((36, 9), (38, 9), (40, 9)).On(40).Response.Met);

    [Fact]
    public void P8_There_is_no_response_without_a_TPO_RA() =>
        Assert.False(new Course().Infused().Platelets((28, 10_000), (29, 10_000), (40, 25_000), (42, 30_000), (44, 40_000)).On(44).Response.Met);

    [Fact]
    public void P8_3_E18_Platelets_and_ANC_resolved_with_hemoglobin_low_is_response_and_not_complete()
    {
        var course = Treated().Anc((40, 900), (42, 900), (44, 900)).Platelets((40, 25_000), (42, 30_000), (44, 40_000)).Hemoglobin((44, 7.5m));
        Assert.Equal((true, false), (course.On(44).Response.Met, course.On(44).Response.Complete));
    }

    [Fact]
    public void P8_3_Complete_when_every_lineage_low_at_baseline_is_resolved()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000), (44, 40_000)).Hemoglobin((42, 9), (44, 9), (46, 9));
        var assessment = course.On(46);
        Assert.Equal((true, Course.Date(42)), (assessment.Response.Complete, assessment.Response.CompleteOn));
        Assert.True(assessment.HasActive(FlagCodes.CompleteResolution));
    }

    [Fact]
    public void P8_3_A_low_value_of_another_lineage_ends_complete_and_response_stays()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000), (44, 40_000)).Hemoglobin((42, 9), (44, 9), (46, 9)).Anc((48, 400));
        var assessment = course.On(48);
        Assert.Equal((true, false, null), (assessment.Response.Met, assessment.Response.Complete, assessment.Response.CompleteOn));
        Assert.Equal(Course.Date(48), assessment.Flag(FlagCodes.CompleteResolution)!.Until);
    }

    [Fact]
    public void P8_5_E16_Relapse_begins_when_the_resolution_is_lost_and_ends_when_response_holds_again()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000), (44, 40_000), (47, 10_000), (48, 10_000), (52, 30_000), (53, 30_000), (54, 30_000));
        var relapsed = course.On(48);
        Assert.Equal((false, Course.Date(40), Course.Date(44)), (relapsed.Response.Met, relapsed.Response.On, relapsed.Response.ConfirmedOn));
        Assert.Equal(States.OnTreatment, relapsed.State);
        Assert.True(relapsed.HasActive(FlagCodes.Relapse));
        var again = course.On(54);
        Assert.Equal((true, Course.Date(40)), (again.Response.Met, again.Response.On));
        Assert.Equal(Course.Date(54), again.Flag(FlagCodes.Relapse)!.Until);
        Assert.Equal(2, again.Flags.Count(f => f.Code == FlagCodes.TpoRaResponse));
    }

    [Fact]
    public void P8_4_A_response_that_holds_again_carries_its_own_evidence()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000), (44, 40_000), (47, 10_000), (48, 10_000), (52, 31_000), (53, 32_000), (54, 33_000));
        var again = course.On(54).Flags.Single(f => f is { Code: FlagCodes.TpoRaResponse, Until: null });
        Assert.Equal(["Observation/platelets-52-06:30", "Observation/platelets-53-06:30", "Observation/platelets-54-06:30"], again.Evidence);
        Assert.Contains("31000", again.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("25000", again.Text, StringComparison.Ordinal);
        Assert.Equal((Course.Date(40), Course.Date(44)), (course.On(54).Response.On, course.On(54).Response.ConfirmedOn));
    }

    [Fact]
    public void P8_5_Dependence_that_begins_is_a_relapse_and_a_single_transfusion_is_not()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000), (44, 40_000)).RedCellsGiven(46);
        Assert.True(course.On(46).Response.Met);
        Assert.False(course.RedCellsGiven(48).On(48).Response.Met);
    }

    [Fact]
    public void P1_7_Without_a_transfusion_feed_response_cannot_be_met()
    {
        var course = Treated(new Course { Provides = new SourceProvides(true, true, false) }).Platelets((40, 25_000), (42, 30_000), (44, 40_000));
        Assert.Equal(LineageStatuses.Resolved, course.On(44).Lineages.Platelets.Status);
        Assert.False(course.On(44).Response.Met);
    }

    [Fact]
    public void E8_The_third_value_amended_to_12_000_withdraws_the_verdict()
    {
        var course = Treated().Platelets((40, 25_000), (42, 30_000)).Count(Lineages.Platelets, 44, 21_000, id: "third");
        Assert.True(course.On(44).Response.Met);
        Assert.False(course.Count(Lineages.Platelets, 44, 12_000, id: "third", version: "2").On(46).Response.Met);
        Assert.Null(course.On(46).Flag(FlagCodes.TpoRaResponse));
    }

    [Fact]
    public void E14_Started_on_day_55_with_hemoglobin_resolved_124_days_later_is_still_open_and_counted()
    {
        var course = new Course().Infused().Platelets((50, 10_000), (52, 10_000)).Hemoglobin((50, 7), (52, 7)).Anc((52, 900)).Eltrombopag(50, 55, 182)
            .Platelets((90, 30_000), (92, 30_000), (94, 30_000)).Hemoglobin((179, 9), (180, 9), (181, 9));
        var assessment = course.On(182);
        Assert.Equal(124, assessment.Lineages.Hemoglobin.DaysFromTpoRaStart);
        Assert.Equal(States.Responded, assessment.State);
        Assert.Null(course.On(178).Lineages.Hemoglobin.ResolvedOn);
    }

    [Fact]
    public void E16_A_resolution_under_GCSF_is_remarked()
    {
        var course = new Course().Infused().Anc((28, 100), (29, 100)).Eltrombopag(50, 30, 50).Drug(Agents.GcsfLongActing, 34, null)
            .Anc((36, 900), (38, 900), (40, 900));
        Assert.Contains("900 (under G-CSF)", course.On(40).Flag(FlagCodes.TpoRaResponse)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void E17_A_lineage_never_low_at_baseline_has_no_days_to_resolution()
    {
        var course = Treated().Anc((29, 900), (33, 400), (36, 900), (38, 900), (40, 900));
        Assert.Equal((Course.Date(36), null), (course.On(40).Lineages.Anc.ResolvedOn, course.On(40).Lineages.Anc.DaysFromTpoRaStart));
    }

    /// <summary>Platelets and hemoglobin low, ANC adequate, eltrombopag from day 30.</summary>
    private static Course Treated(Course? course = null) => (course ?? new Course()).Infused().Platelets((28, 10_000), (29, 10_000))
        .Hemoglobin((28, 7), (29, 7)).Anc((29, 900)).Eltrombopag(50, 30, 60);
}
