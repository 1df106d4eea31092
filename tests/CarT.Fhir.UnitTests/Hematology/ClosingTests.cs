using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What closes an episode, what keeps it open, and what opens it again (P10.2).</summary>
public class ClosingTests
{
    private static readonly DateTimeOffset MorningOfDay30 = new(2026, 3, 31, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(153, 181, true)]
    [InlineData(154, 181, false)]
    [InlineData(154, 182, true)]
    public void P10_2_After_day_180_a_dose_in_the_last_28_days_keeps_the_episode_open(int lastDose, int day, bool closed) =>
        Assert.Equal(closed, Recovered().Eltrombopag(50, 150, lastDose).On(day).State == States.Closed);

    [Theory]
    [InlineData(175, false)]
    [InlineData(160, true)]
    public void P10_2_After_day_180_transfusion_dependence_keeps_the_episode_open(int first, bool closed) =>
        Assert.Equal(closed, Recovered().RedCellsGiven(first, first + 3).Hemoglobin((first + 12, 9), (first + 13, 9), (first + 14, 9)).On(185).State == States.Closed);

    [Fact]
    public void P10_2_After_day_180_dependence_on_platelets_keeps_the_episode_open() =>
        Assert.NotEqual(States.Closed, Recovered().PlateletsGiven(178, 181).On(185).State);

    [Fact]
    public void P10_2_A_dose_of_the_day_on_which_an_operator_closes_does_not_reopen()
    {
        var course = Severe(MorningOfDay30).Eltrombopag(50, 28, 30);
        Assert.Equal(States.Closed, course.On(30).State);
        Assert.Equal(States.Closed, course.On(35).State);
        Assert.Contains(course.On(35).Reasons, reason => reason.Contains("Closed by an operator on 2026-03-31", StringComparison.Ordinal));
    }

    [Fact]
    public void P10_2_A_resolution_that_is_lost_after_an_operator_has_closed_reopens_for_good()
    {
        var course = Severe(MorningOfDay30).Platelets((25, 30_000), (26, 30_000), (27, 30_000), (34, 9_000), (36, 9_000), (40, 30_000), (42, 30_000), (44, 30_000));
        Assert.Equal(States.Closed, course.On(35).State);
        Assert.Equal(States.SeverePersistentCytopenia, course.On(36).State);
        Assert.Equal(States.Indeterminate, course.On(44).State);
    }

    [Fact]
    public void P10_2_A_resolution_lost_on_the_day_of_closing_does_not_reopen() =>
        Assert.Equal(
            States.Closed,
            Severe(MorningOfDay30).Platelets((24, 30_000), (25, 30_000), (26, 30_000), (28, 9_000), (30, 9_000)).On(31).State);

    [Fact]
    public void P10_2_An_operator_who_closed_before_the_infusion_closed_another_episode() =>
        Assert.Equal(States.SeverePersistentCytopenia, Severe(new DateTimeOffset(2026, 2, 28, 9, 0, 0, TimeSpan.Zero)).On(30).State);

    [Fact]
    public void P10_2_An_operator_closes_on_the_day_of_the_infusion_and_a_later_dose_reopens_for_good()
    {
        var course = Severe(new DateTimeOffset(2026, 3, 1, 18, 0, 0, TimeSpan.Zero));
        Assert.Equal(States.Closed, course.On(30).State);
        course.Eltrombopag(50, 31, 31);
        Assert.All(Enumerable.Range(31, 4), day => Assert.Equal(States.OnTreatment, course.On(day).State));
    }

    [Fact]
    public void P10_2_Death_is_final_whatever_comes_after_it() =>
        Assert.Equal(States.Closed, Severe().Died(30).Eltrombopag(50, 35, 35).Platelets((36, 9_000)).On(40).State);

    [Fact]
    public void P10_2_Of_two_reports_of_a_death_the_earlier_counts()
    {
        var course = Severe().Died(33).Add(
            ("Patient", "retired"),
            v => v with { PatientStatuses = [new PatientStatus { Slot = "value", Deceased = true, DeceasedAt = ClinicalTime.On(Course.Date(31)) }] });
        Assert.Equal(Course.Date(31), course.On(40).Flag(FlagCodes.SeverePersistentCytopenia)!.Until);
        Assert.Equal("Died on 2026-04-01", course.On(40).Reasons[0]);
    }

    [Fact]
    public void P10_2_A_living_patients_status_closes_nothing() =>
        Assert.Equal(
            States.SeverePersistentCytopenia,
            Severe().Add(("Patient", "p1"), v => v with { PatientStatuses = [new PatientStatus { Slot = "value" }] }).On(30).State);

    [Fact]
    public void P10_2_A_death_that_is_known_by_lastUpdated_is_not_seen_before()
    {
        var course = Severe();
        course.Died(null, course.Moment(30, "08:00"));
        Assert.Equal(States.SeverePersistentCytopenia, course.On(30, "07:59").State);
        Assert.Equal(course.Moment(30, "08:00"), course.On(30, "07:59").NextReviewAt);
        Assert.Equal(States.Closed, course.On(30, "08:00").State);
    }

    [Fact]
    public void P10_2_A_death_without_any_time_counts_from_the_last_fact_seen()
    {
        var course = Severe().Died(null).Platelets((27, 30_000)).Count(Lineages.Anc, 26, 900).Refused(DataQualityCodes.UnitUnknown, Lineages.Anc, 25, "r");
        Assert.Equal(Course.Date(27), course.On(40).Flag(FlagCodes.SeverePersistentCytopenia)!.Until);
        Assert.Equal(Course.Date(26), course.On(26).Flag(FlagCodes.SeverePersistentCytopenia)!.Until);
    }

    [Theory]
    [InlineData(3, States.SafetyHold)]
    [InlineData(30, States.Closed)]
    public void P10_2_Closing_goes_before_a_hold(int operatorDay, string state)
    {
        var closed = operatorDay == 30 ? MorningOfDay30 : (DateTimeOffset?)null;
        Assert.Equal(state, Severe(closed).Eltrombopag(50, 25, 30).Alt(29, 200).On(31).State);
    }

    private static Course Severe(DateTimeOffset? closed = null) =>
        new Course { ClosedByOperatorAt = closed }.Infused().Platelets((22, 10_000), (23, 10_000));

    /// <summary>Low and recovered before day 30, so that no lineage is Severe any more.</summary>
    private static Course Recovered() => Severe().Platelets((26, 30_000), (27, 30_000), (28, 30_000)).Hemoglobin((28, 9)).Anc((28, 900));
}
