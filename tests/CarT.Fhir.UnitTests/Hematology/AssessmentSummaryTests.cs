using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What an assessment reports beside its state: notes, the list of data quality, and what there is without an infusion.</summary>
public class AssessmentSummaryTests
{
    [Fact]
    public void P10_11_Late_is_judged_by_the_first_severe_day_over_all_lineages()
    {
        var course = new Course().Infused().Platelets((22, 9_000), (23, 9_000)).Anc((34, 100), (35, 100));
        Assert.DoesNotContain(NoteCodes.Late, course.On(40).Notes);
    }

    [Fact]
    public void P10_1_Without_an_infusion_nothing_is_judged()
    {
        var assessment = new Course().Platelets((22, 9_000)).PlateletsGiven(22).Eltrombopag(50, 20, 22).On(23);
        Assert.Equal(new ResponseSummary(false, null, null, false, null), assessment.Response);
        Assert.Equal((null, null, null), (assessment.Therapy.StartedOn, assessment.Therapy.StartDay, assessment.Therapy.StoppedOn));
        Assert.Empty(assessment.Therapy.Agents);
        Assert.Empty(assessment.Therapy.Notes);
        Assert.Empty(assessment.CarePlan.Activities);
        Assert.All(Lineages.All, lineage =>
        {
            var summary = assessment.Lineages.Of(lineage);
            Assert.Equal((LineageStatuses.Unknown, null, null), (summary.Status, summary.LowAtBaseline, summary.Latest));
            Assert.Empty(summary.Evidence);
        });
    }

    [Fact]
    public void P13_2_The_list_of_data_quality_is_in_order_of_code_then_resource()
    {
        var course = new Course().Infused()
            .Refused(DataQualityCodes.UnitMissing, Lineages.Anc, 22, "a").Refused(DataQualityCodes.CodeAmbiguous, Lineages.Anc, 22, "c")
            .Refused(DataQualityCodes.CodeAmbiguous, Lineages.Anc, 22, "b");
        Assert.Equal(
            [(DataQualityCodes.CodeAmbiguous, "Observation/b"), (DataQualityCodes.CodeAmbiguous, "Observation/c"), (DataQualityCodes.UnitMissing, "Observation/a")],
            course.On(22).DataQuality.Select(d => (d.Code, d.Resource)));
    }

    [Fact]
    public void P13_2_Two_refusals_of_one_resource_are_in_order_of_their_texts_and_the_same_one_is_told_once()
    {
        static Refusal Refusal(string slot, string text) => new() { Code = DataQualityCodes.UnitMissing, Slot = slot, Text = text };
        var course = new Course().Infused().Add(("Observation", "panel"), v => v with { Refusals = [Refusal("1", "b"), Refusal("2", "a"), Refusal("3", "b")] });
        Assert.Equal(["a", "b"], course.On(22).DataQuality.Select(d => d.Text));
    }

    [Fact]
    public void P1_7_Notes_of_a_source_without_doses_and_transfusions_are_given_also_without_an_infusion()
    {
        var notes = new Course { Provides = new(true, false, false) }.On(22).Notes;
        Assert.Equal([NoteCodes.DosesUnknown, NoteCodes.TransfusionsUnknown], notes);
    }

    [Fact]
    public void P1_7_Without_a_transfusion_feed_no_count_no_date_and_no_independence_is_told()
    {
        var course = new Course { Provides = new(true, true, false) }.Infused().PlateletsGiven(22);
        Assert.Equal(new TransfusionSummary(null, null, null), course.On(30).Transfusions.Platelets);
        Assert.Equal(new TransfusionSummary(null, null, null), course.On(30).Transfusions.RedCells);
    }

    [Theory]
    [InlineData(32, null)]
    [InlineData(33, 25)]
    public void P9_1_Of_two_agents_therapy_stops_with_the_last_dose_of_either(int day, int? stopped)
    {
        var therapy = new Course().Infused().Eltrombopag(50, 25, 25).Drug(Agents.Avatrombopag, 23, new Dose(20, "mg")).On(day).Therapy;
        Assert.Equal(stopped is { } last ? Course.Date(last) : null, therapy.StoppedOn);
        Assert.Equal((Course.Date(23), 23), (therapy.StartedOn, therapy.StartDay));
    }

    [Fact]
    public void P1_6_A_dose_on_day_0_starts_the_course_and_one_before_does_not()
    {
        Assert.Equal(0, new Course().Infused(time: null).Eltrombopag(50, 0, 0).On(3).Therapy.StartDay);
        Assert.Null(new Course().Infused(time: null).Eltrombopag(50, -1, -1).On(3).Therapy.StartDay);
    }

    [Fact]
    public void P10_10_Evidence_of_a_status_is_what_it_rests_on()
    {
        var course = new Course().Infused().Anc((25, 900)).Platelets((22, 9_000), (24, 8_000), (26, 30_000)).RedCellsGiven(24, 26);
        var lineages = course.On(26).Lineages;
        Assert.Equal((LineageStatuses.Adequate, "Observation/anc-25-06:30"), (lineages.Anc.Status, Assert.Single(lineages.Anc.Evidence)));
        Assert.Equal((LineageStatuses.Recovering, "Observation/platelets-26-06:30"), (lineages.Platelets.Status, Assert.Single(lineages.Platelets.Evidence)));
        Assert.Equal(["Procedure/red-cells-24-14:00", "Procedure/red-cells-26-14:00"], lineages.Hemoglobin.Evidence.Order(StringComparer.Ordinal));
        Assert.Equal(["Observation/platelets-22-06:30", "Observation/platelets-24-06:30"], course.On(25).Lineages.Platelets.Evidence);
        Assert.Empty(course.On(24).Lineages.Anc.Evidence);
    }
}
