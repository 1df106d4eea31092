using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>The cohort report: what was ever true of each patient, and the numbers of the paper.</summary>
public class CohortTests
{
    [Fact]
    public void The_median_of_an_even_number_is_the_mean_of_the_middle_two_and_nothing_has_none()
    {
        Assert.Equal(new Spread(4, 26.5m, 6, 38), Spread.Of([38, null, 26, 6, 27]));
        Assert.Equal(new Spread(3, 22, 8, 124), Spread.Of([124, 8, 22]));
        Assert.Equal(new Spread(0, null, null, null), Spread.Of([null, null]));
        Assert.Equal("""{"n":4,"median":27,"min":6,"max":38}""", JsonSerializer.Serialize(Spread.Of([6, 26, 28, 38]), CartJson.Options));
    }

    [Fact]
    public void P7_7_The_first_resolution_counts_although_it_was_lost_and_came_again()
    {
        var course = Treated().Platelets((32, 21_000), (34, 22_000), (36, 23_000), (40, 9_000), (42, 8_000), (50, 30_000), (52, 31_000), (54, 32_000));

        var episode = Of(course, 60).Episode!;

        Assert.Equal((32, 2), (episode.Platelets.ResolvedDay, episode.Platelets.DaysFromTpoRaStart));
        Assert.Equal(Course.Date(50), course.On(60).Lineages.Platelets.ResolvedOn);
        Assert.Equal(
            [new(LineagePhase.Severe, 28, 35), new(LineagePhase.Resolved, 36, 41), new(LineagePhase.Severe, 42, 53), new(LineagePhase.Resolved, 54, 60)],
            episode.Platelets.Spans);
    }

    [Fact]
    public void P7_2_What_a_low_lineage_had_resolved_before_the_TPO_RA_is_forgotten()
    {
        var course = new Course().Infused().Platelets((21, 9_000), (22, 8_000), (23, 30_000), (24, 31_000), (25, 32_000), (28, 9_000)).Eltrombopag(50, 30, 60)
            .Platelets((40, 30_000), (42, 31_000), (44, 32_000));

        Assert.Equal((40, 10), (Of(course, 60).Episode!.Platelets.ResolvedDay, Of(course, 60).Episode!.Platelets.DaysFromTpoRaStart));
        Assert.Equal(23, Of(course, 26).Episode!.Platelets.ResolvedDay);
    }

    [Fact]
    public void P7_6_A_lineage_that_was_not_low_at_baseline_has_no_days_to_resolution()
    {
        var episode = Of(Treated().Anc((26, 2000), (28, 2100), (32, 2200)), 60).Episode!;

        Assert.Equal((false, null), (episode.Anc.LowAtBaseline, episode.Anc.DaysFromTpoRaStart));
    }

    [Fact]
    public void P8_2_P8_3_Response_and_complete_resolution_are_ever_met_although_a_relapse_followed()
    {
        var course = Treated().Platelets((32, 21_000), (34, 22_000), (36, 23_000), (50, 9_000), (52, 8_000));
        foreach (var day in new[] { 26, 28, 34, 36 }) course.Anc((day, 2000)).Hemoglobin((day, 10));

        var at60 = course.On(60);
        var patient = Of(course, 60);

        Assert.False(at60.Response.Met);
        Assert.False(at60.Response.Complete);
        Assert.Equal((36, 36), (patient.Episode!.ResponseDay, patient.Episode.CompleteDay));
        Assert.Equal((true, true), (Report([patient]).PerPatient[0].Response, Report([patient]).PerPatient[0].Complete));
    }

    [Fact]
    public void P1_3_Of_two_infusions_the_episode_with_the_TPO_RA_is_told_and_severity_of_any_counts()
    {
        var course = new Course().Infused().Platelets((21, 9_000), (23, 8_000)).Infused(100, product: "axicabtagene-ciloleucel")
            .Platelets((122, 9_000), (124, 8_000)).Eltrombopag(50, 130, 140);

        var patient = Of(course, 150);

        Assert.Equal((2, 30, "axicabtagene-ciloleucel"), (patient.Episode!.Number, patient.Episode.StartDay, patient.Episode.Product));
        Assert.True(Of(course, 99).EverSevere);
        Assert.Equal(1, Of(course, 99).Episode!.Number);
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void Screened_is_who_has_an_evaluable_value_on_day_21_or_later(int day, bool screened) =>
        Assert.Equal(screened, Of(new Course().Infused().Hemoglobin((day, 10)), 40).Screened);

    [Fact]
    public void Nobody_and_a_patient_without_an_infusion_make_a_report_too()
    {
        var nobody = Report([]);
        var report = Report([Of(new Course().Anc((3, 400)), 10)]);

        Assert.Equal((0, 0, 0), (nobody.Patients, nobody.StartDay.N, nobody.Products.Count));
        Assert.Equal((1, 0, 0, 0), (report.Patients, report.WithInfusion, report.Screened, report.Treated));
        Assert.Null(report.PerPatient[0].Product);
    }

    [Fact]
    public void Agents_are_grouped_as_in_the_paper_and_others_are_named()
    {
        var report = Report(
        [
            Of(Treated(), 40), Of(new Course().Infused().Romiplostim(30), 40), Of(Treated().Romiplostim(35), 40),
            Of(new Course().Infused().Drug(Agents.Avatrombopag, 30, null), 40), Of(Treated().Drug(Agents.Avatrombopag, 30, null), 40), Of(new Course().Infused(), 40),
        ]);

        Assert.Equal("eltrombopag 1, romiplostim 1, both 1, avatrombopag 1, eltrombopag+avatrombopag 1", Text(report.Agents));
        Assert.Equal((5, 6), (report.Treated, report.WithInfusion));
    }

    [Fact]
    public void P13_2_Refusals_are_listed_and_remarks_are_not()
    {
        var course = Treated().Refused(DataQualityCodes.UnitUnknown, Lineages.Anc, 30, "o1").Refused(DataQualityCodes.DoseMissing, Concerns.TpoRa, 30, "o2");

        var report = CohortReport.Of([Of(course, 40)], [new DataQualityFinding(DataQualityCodes.PatientMissing, "Observation/o0", "Nobody")]);

        Assert.Equal([new("Observation/o0", DataQualityCodes.PatientMissing), new("Observation/o1", DataQualityCodes.UnitUnknown)], report.Refused);
    }

    [Fact]
    public void P11_1_Whatever_the_order_of_the_facts_the_course_is_the_same()
    {
        AssessmentProperties.ForAllCourses(random =>
        {
            var (record, asOf) = (random.Course.Record(), random.Moment());
            var shuffled = record.Resources.ToArray();
            new Random(random.Next(1000)).Shuffle(shuffled);
            return Json(random.Course, record, asOf) == Json(random.Course, record with { Resources = [.. shuffled, .. shuffled.Take(3)] }, asOf);
        });

        static string Json(Course course, PatientRecord record, DateTimeOffset asOf) =>
            JsonSerializer.Serialize(CytopeniaProtocol.CourseOf(record, course.Definition, course.Zone, asOf), CartJson.Options);
    }

    [Fact]
    public void P6_P7_The_course_and_the_assessment_agree_on_the_day_itself()
    {
        AssessmentProperties.ForAllCourses(random =>
        {
            var (record, asOf) = (random.Course.Record(), random.Moment());
            var course = CytopeniaProtocol.CourseOf(record, random.Course.Definition, random.Course.Zone, asOf);
            var assessment = random.Course.Assess(record, asOf);
            if (course.Episode is not { } episode || episode.Number != assessment.Episode!.Number) return true;
            return episode.State == assessment.State && episode.StartDay == assessment.Therapy.StartDay
                && (episode.ResponseDay is not null || !assessment.Response.Met) && (episode.CompleteDay is not null || !assessment.Response.Complete)
                && episode.Lineages.All(lineage =>
                    (assessment.Lineages.Of(lineage.Lineage).ResolvedOn is null || lineage.ResolvedDay is not null)
                    && lineage.Values.Select(value => (decimal?)value.Value).LastOrDefault() == assessment.Lineages.Of(lineage.Lineage).Latest?.Value);
        });
    }

    /// <summary>Platelets low on days 26 and 28; eltrombopag from day 30.</summary>
    private static Course Treated() => new Course().Infused().Platelets((26, 9_000), (28, 8_000)).Eltrombopag(50, 30, 36);

    private static PatientCourse Of(Course course, int day) => CytopeniaProtocol.CourseOf(course.Record(), course.Definition, course.Zone, course.Moment(day, "23:30"));

    private static CohortReport Report(IReadOnlyCollection<PatientCourse> courses) => CohortReport.Of(courses, []);

    private static string Text(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"));
}
