using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class RegimenTests
{
    [Fact]
    public void P1_6_The_course_starts_with_the_first_dose_above_zero_or_not_stated()
    {
        var therapy = Severe().Drug(Agents.Eltrombopag, 24, new Dose(0, "mg")).Drug(Agents.Romiplostim, 26, null).Eltrombopag(50, 27, 28).On(28).Therapy;
        Assert.Equal((Course.Date(26), 26), (therapy.StartedOn, therapy.StartDay));
        Assert.Equivalent(
            new[] { Given("eltrombopag", 2, new Dose(50, "mg"), 28), Given("romiplostim", 1, null, 26) }, therapy.Agents, strict: true);
    }

    [Fact]
    public void P1_6_A_statement_counts_as_a_daily_dose_on_each_covered_day_up_to_asOf()
    {
        var therapy = Severe().Statement("s", 25, null, 50).On(34).Therapy;
        Assert.Equivalent(Given("eltrombopag", 10, new Dose(50, "mg"), 34, "MedicationStatement"), Assert.Single(therapy.Agents), strict: true);
    }

    [Fact]
    public void P1_6_A_day_with_an_administration_takes_none_from_a_statement() =>
        Assert.Equivalent(Given("eltrombopag", 10, new Dose(75, "mg"), 34, "MedicationAdministration", "MedicationStatement"),
            Severe().Statement("s", 25, 40, 50).Eltrombopag(75, 34, 34).On(34).Therapy.Agents[0], strict: true);

    [Fact]
    public void P1_6_A_completed_statement_without_an_end_covers_its_start_day_only() =>
        Assert.Equal((1, Course.Date(25)), Agent(Severe().Statement("s", 25, null, 50, "completed")));

    [Fact]
    public void P1_6_Days_of_supply_are_counted_from_the_local_day_of_the_dispense()
    {
        var madrid = new Course { Definition = WithDispenses, Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid") };
        var lateInUtc = new DateTimeOffset(Course.Date(25).ToDateTime(new TimeOnly(23, 30)), TimeSpan.Zero);
        Assert.Equal((3, Course.Date(28)), Agent(Severe(madrid).Supply("d", ClinicalTime.At(lateInUtc), 3, 50)));
    }

    [Theory]
    [InlineData("MedicationStatement", "(50 mg, from a medication statement)")]
    [InlineData("MedicationDispense", "(50 mg, from a medication dispense)")]
    public void P1_6_The_reasons_name_the_origin_of_the_last_dose(string type, string said)
    {
        var assessment = Severe(new Course { Definition = WithDispenses }).Supply("s", ClinicalTime.On(Course.Date(25)), 10, 50, type).On(30);
        Assert.Contains(assessment.Reasons, reason => reason.EndsWith(said, StringComparison.Ordinal));
        Assert.Equal([type], assessment.Therapy.Agents[0].Origins);
    }

    [Fact]
    public void P1_6_Of_several_statements_the_one_with_the_latest_start_counts_then_the_greater_id()
    {
        var course = Severe().Statement("a", 25, null, 50).Statement("c", 30, null, 100).Statement("b", 30, null, 75);
        Assert.Equal(new Dose(50, "mg"), course.On(29).Therapy.Agents[0].LatestDose);
        Assert.Equivalent(Given("eltrombopag", 7, new Dose(100, "mg"), 31, "MedicationStatement"), course.On(31).Therapy.Agents[0], strict: true);
    }

    [Fact]
    public void P1_6_Statements_count_only_where_the_definition_names_them()
    {
        var definition = Course.BeyarKatz with { Episode = Course.BeyarKatz.Episode with { DoseEvidence = ["MedicationAdministration"] } };
        Assert.Null(Severe(new Course { Definition = definition }).Statement("s", 25, null, 50).On(30).Therapy.StartedOn);
    }

    [Fact]
    public void P1_7_Without_a_dose_feed_therapy_is_unknown()
    {
        var assessment = Severe(new Course { Provides = new SourceProvides(true, false, true) }).Eltrombopag(50, 25, 30).On(30);
        Assert.Equal((null, null, null), (assessment.Therapy.StartedOn, assessment.Therapy.StartDay, assessment.Therapy.StoppedOn));
        Assert.Empty(assessment.Therapy.Agents);
        Assert.Contains(NoteCodes.DosesUnknown, assessment.Notes);
        Assert.Equal(States.SeverePersistentCytopenia, assessment.State);
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void P9_1_Eltrombopag_is_current_for_7_days(int daysLater, bool current) =>
        Assert.Equal(current ? null : Course.Date(25), Severe().Eltrombopag(50, 25, 25).On(25 + daysLater).Therapy.StoppedOn);

    [Theory]
    [InlineData(14, true)]
    [InlineData(15, false)]
    public void P9_1_Romiplostim_is_current_for_14_days(int daysLater, bool current) =>
        Assert.Equal(current ? null : Course.Date(25), Severe().Romiplostim(25).On(25 + daysLater).Therapy.StoppedOn);

    [Fact]
    public void P9_2_The_daily_dose_is_the_sum_of_the_day_and_unknown_when_a_part_is()
    {
        var twice = Severe().Drug(Agents.Eltrombopag, 25, new Dose(25, "mg")).Drug(Agents.Eltrombopag, 25, new Dose(50, "mg"), "20:00");
        Assert.Equivalent(Given("eltrombopag", 2, new Dose(75, "mg"), 25), twice.On(25).Therapy.Agents[0], strict: true);
        Assert.Equivalent(Given("eltrombopag", 3, null, 25), twice.Drug(Agents.Eltrombopag, 25, null, "22:00").On(25).Therapy.Agents[0], strict: true);
    }

    [Fact]
    public void P9_4_Severe_thrombocytopenia_proposes_review_workup_counts_and_both_agents()
    {
        var plan = Severe().Alt(20, 30).On(23).CarePlan;
        Assert.Equal(
            [
                ActivityCodes.CbcWithDifferential, ActivityCodes.ConsiderEltrombopag, ActivityCodes.ConsiderRomiplostim, ActivityCodes.CytopeniaWorkup,
                ActivityCodes.HaematologistReview, ActivityCodes.LiverPanel, ActivityCodes.OphthalmicExamination,
            ],
            plan.Codes());
        Assert.Equal(new Dose(50, "mg"), plan.Activities[1].Dose);
        Assert.Equal(new Dose(125, "ug"), plan.Activities[2].Dose);
        Assert.All(plan.Activities, a => Assert.Equal("not-started", a.Status));
        Assert.DoesNotContain("after the liver panel", plan.Activities[1].Text, StringComparison.Ordinal);
        Assert.Contains("25 mg", plan.Activities[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void P9_4_Without_an_ALT_in_the_last_14_days_the_text_says_after_the_liver_panel()
    {
        Assert.Contains("after the liver panel", Severe().Alt(9, 30).On(23).Activity(ActivityCodes.ConsiderEltrombopag)!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("after the liver panel", Severe().Alt(10, 30).On(23).Activity(ActivityCodes.ConsiderEltrombopag)!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(120, false)]
    [InlineData(119, true)]
    public void P9_4_An_ALT_of_3_times_the_upper_limit_bars_a_start(int alt, bool proposed) =>
        Assert.Equal(proposed, Severe().Alt(22, alt).On(23).Activity(ActivityCodes.ConsiderEltrombopag) is not null);

    [Theory]
    [InlineData(200_000, true)]
    [InlineData(200_001, false)]
    [InlineData(null, false)]
    public void P9_4_Isolated_neutropenia_needs_known_platelets_up_to_200_000(int? platelets, bool proposed)
    {
        var course = new Course().Infused().Anc((21, 100), (22, 100));
        if (platelets is { } value) course.Platelets((22, value));
        Assert.Equal(proposed, course.On(22).Activity(ActivityCodes.ConsiderEltrombopag) is not null);
    }

    [Fact]
    public void P9_4_Isolated_anaemia_proposes_no_TPO_RA()
    {
        var plan = new Course().Infused().Hemoglobin((21, 7), (22, 7)).Platelets((22, 90_000)).On(22).CarePlan;
        Assert.Contains(ActivityCodes.OphthalmicExamination, plan.Codes());
        Assert.DoesNotContain(ActivityCodes.ConsiderEltrombopag, plan.Codes());
        Assert.DoesNotContain(ActivityCodes.ConsiderRomiplostim, plan.Codes());
    }

    [Theory]
    [InlineData(50, 100, 100)]
    [InlineData(25, 100, 75)]
    [InlineData(50, 175, 150)]
    [InlineData(50, null, 50)]
    public void P9_4_Eltrombopag_given_before_is_proposed_at_its_last_dose_up_to_the_cap(int first, int? last, int proposed)
    {
        var assessment = Severe().Eltrombopag(first, 24, 24).Eltrombopag(last, 25, 25).Romiplostim(24).Platelets((40, 9_000)).On(45);
        Assert.Equal(States.SeverePersistentCytopenia, assessment.State);
        Assert.Equal(new Dose(proposed, "mg"), assessment.Activity(ActivityCodes.ConsiderEltrombopag)!.Dose);
        Assert.Null(assessment.Activity(ActivityCodes.ConsiderRomiplostim));
    }

    [Fact]
    public void P9_4_On_treatment_counts_and_liver_panel_are_proposed()
    {
        var assessment = Severe().Eltrombopag(50, 25, 30).On(30);
        Assert.Equal(States.OnTreatment, assessment.State);
        Assert.Equal(
            [ActivityCodes.CbcWithDifferential, ActivityCodes.CytopeniaWorkup, ActivityCodes.HaematologistReview, ActivityCodes.LiverPanel],
            assessment.CarePlan.Codes());
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(39, true)]
    [InlineData(40, false)]
    public void P9_4_The_second_romiplostim_is_proposed_from_7_days_on_while_the_first_is_current(int day, bool proposed) =>
        Assert.Equal(proposed, Severe().Romiplostim(25).On(day).Activity(ActivityCodes.SecondRomiplostim) is not null);

    [Fact]
    public void P9_4_After_two_doses_of_romiplostim_none_is_proposed() =>
        Assert.Null(Severe().Romiplostim(25, 32).On(39).Activity(ActivityCodes.SecondRomiplostim));

    [Fact]
    public void P11_5_Sentences_name_no_patient_and_no_running_day()
    {
        static string Texts(Assessment a) => string.Join("|", a.Reasons.Concat(a.Flags.Select(f => f.Text)).Concat(a.CarePlan.Activities.Select(x => x.Text)));
        var course = Severe().Eltrombopag(50, 25, 25);
        Assert.Equal(Texts(course.On(30)), Texts(course.On(31)));
        Assert.DoesNotContain(Course.Patient.Id + " ", Texts(course.On(30)), StringComparison.Ordinal);
    }

    private static ProtocolDefinition WithDispenses { get; } = Course.BeyarKatz with
    {
        Episode = Course.BeyarKatz.Episode with { DoseEvidence = ["MedicationAdministration", "MedicationStatement", "MedicationDispense"] },
    };

    private static AgentSummary Given(string agent, int doses, Dose? latest, int latestDay, params string[] origins) =>
        new(agent, doses, latest, Course.Date(latestDay)) { Origins = origins is [] ? ["MedicationAdministration"] : origins };

    private static (int Doses, DateOnly? On) Agent(Course course) => course.On(40).Therapy.Agents[0] is var agent ? (agent.Doses, agent.LatestOn) : default;

    private static Course Severe(Course? course = null) => (course ?? new Course()).Infused().Platelets((21, 10_000), (22, 10_000));
}
