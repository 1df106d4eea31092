using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class EscalationTests
{
    [Theory]
    [InlineData(43, null)]
    [InlineData(44, 100)]
    public void P9_3_A_higher_dose_is_proposed_after_14_days_at_the_same_dose(int day, int? proposed) => Assert.Equal(proposed, Escalated(Treated(), day));

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public void P9_3_Doses_on_80_percent_of_the_days_are_enough(int doses, bool proposed) =>
        Assert.Equal(proposed, Escalated(Monitored().Eltrombopag(50, 30, 30).Eltrombopag(50, 46 - doses, 44), 45) is not null);

    [Fact]
    public void P9_3_A_dose_of_the_day_itself_is_no_completed_day() =>
        Assert.Null(Escalated(Monitored().Eltrombopag(50, 30, 40).Eltrombopag(50, 45, 45), 45));

    [Fact]
    public void P9_3_A_different_dose_breaks_the_series_and_days_without_do_not()
    {
        Assert.Null(Escalated(Monitored().Eltrombopag(50, 30, 36).Eltrombopag(75, 37, 37).Eltrombopag(50, 38, 43), 44));
        Assert.Equal(100, Escalated(Monitored().Eltrombopag(50, 30, 36).Eltrombopag(50, 38, 43), 44));
    }

    [Fact]
    public void P9_3_A_day_with_an_unknown_dose_counts_and_does_not_break_the_series()
    {
        Assert.Equal(100, Escalated(Monitored().Eltrombopag(50, 30, 33).Eltrombopag(null, 34, 38).Eltrombopag(50, 39, 43), 44));
        Assert.Null(Escalated(Monitored().Eltrombopag(50, 30, 42).Eltrombopag(null, 43, 43), 44));
    }

    [Theory]
    [InlineData(50, 125, 150)]
    [InlineData(50, 150, null)]
    [InlineData(25, 25, 75)]
    [InlineData(25, 50, 75)]
    [InlineData(25, 75, null)]
    [InlineData(26, 100, 150)]
    [InlineData(null, 100, 150)]
    public void P9_3_The_cap_is_150_mg_and_75_mg_after_a_start_at_25_mg_or_less(int? first, int present, int? proposed) =>
        Assert.Equal(proposed, Escalated(Monitored().Eltrombopag(first, 29, 29).Eltrombopag(present, 30, 43), 44));

    [Theory]
    [InlineData(200_000, true)]
    [InlineData(200_001, false)]
    public void P9_3_The_latest_platelets_are_at_most_200_000_by_the_daily_maximum(int platelets, bool proposed) =>
        Assert.Equal(
            proposed,
            Escalated(Treated(anc: true).Count(Lineages.Platelets, 41, 9_000, "05:00").Count(Lineages.Platelets, 41, platelets, "18:00"), 44) is not null);

    [Theory]
    [InlineData(47, true)]
    [InlineData(48, false)]
    public void P9_3_The_platelets_are_at_most_7_days_old(int day, bool proposed) => Assert.Equal(proposed, Escalated(Treated(to: 50), day) is not null);

    [Theory]
    [InlineData(30, true)]
    [InlineData(29, false)]
    public void P9_3_The_ALT_is_at_most_14_days_old(int day, bool proposed) =>
        Assert.Equal(proposed, Escalated(Treated(altDay: null).Alt(day, 30), 44) is not null);

    [Theory]
    [InlineData(119, true)]
    [InlineData(120, false)]
    public void P9_3_The_ALT_is_below_3_times_its_upper_limit(int alt, bool proposed) =>
        Assert.Equal(proposed, Escalated(Treated(altDay: null).Alt(40, alt), 44) is not null);

    [Fact]
    public void P9_3_An_ALT_without_its_upper_limit_supports_no_escalation()
    {
        Assert.Null(Escalated(Treated(altDay: null).Alt(40, 30, null), 44));
        Assert.Equal(100, Escalated(Treated().Alt(41, 30, null), 44));
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void P9_3_Eltrombopag_is_current(int day, bool proposed) =>
        Assert.Equal(proposed, Escalated(Monitored().Eltrombopag(50, 10, 43).Platelets((48, 9_000)).Alt(48, 30), day) is not null);

    [Fact]
    public void P9_3_A_responder_is_not_escalated_and_a_relapse_is()
    {
        var course = Treated(to: 70).Platelets((50, 30_000), (52, 30_000), (54, 30_000)).Alt(50, 30);
        Assert.Equal(100, Escalated(course, 53));
        Assert.Null(Escalated(course, 54));
        Assert.Equal(100, Escalated(course.Platelets((57, 9_000), (58, 9_000)), 58));
    }

    [Fact]
    public void P9_3_Non_response_is_not_escalated()
    {
        var course = Monitored().Eltrombopag(100, 30, 142).Platelets((138, 9_000)).Alt(138, 30);
        Assert.Equal(150, Escalated(course, 141));
        Assert.Null(Escalated(course, 142));
    }

    [Fact]
    public void P9_3_A_reduction_that_another_agent_asks_for_bars_an_escalation()
    {
        var strict = Course.BeyarKatz.Thrombocytosis.Romiplostim with { ReduceAbovePerUl = 150_000, HoldAbovePerUl = 250_000 };
        var course = new Course { Definition = Course.BeyarKatz with { Thrombocytosis = Course.BeyarKatz.Thrombocytosis with { Romiplostim = strict } } };
        var plan = Treated(course, anc: true).Romiplostim(40).Platelets((43, 180_000)).On(44).CarePlan.Codes();
        Assert.Contains(ActivityCodes.ReduceTpoRa, plan);
        Assert.DoesNotContain(ActivityCodes.EscalateEltrombopag, plan);
    }

    [Fact]
    public void P9_3_The_proposal_names_the_doses_and_the_evidence()
    {
        var activity = Treated().On(44, "07:00").Activity(ActivityCodes.EscalateEltrombopag)!;
        Assert.Equal(ActivityKinds.MedicationRequest, activity.Kind);
        Assert.Contains("to 100 mg daily: no response at 50 mg since 2026-03-31", activity.Text, StringComparison.Ordinal);
        Assert.Contains("off-label", activity.Text, StringComparison.Ordinal);
        Assert.Equal(["MedicationAdministration/eltrombopag-43-08:00", "Observation/platelets-40-06:30", "Observation/alt-35"], activity.Evidence);
    }

    private static decimal? Escalated(Course course, int day) => course.On(day).Activity(ActivityCodes.EscalateEltrombopag)?.Dose?.Value;

    /// <summary>Eltrombopag 50 mg from day 30, with platelets of day 40 and an ALT of day 35.</summary>
    private static Course Treated(Course? course = null, int to = 43, int? altDay = 35, bool anc = false) =>
        Monitored(course, altDay, anc).Eltrombopag(50, 30, to);

    private static Course Monitored(Course? course = null, int? altDay = 35, bool anc = false)
    {
        course = (course ?? new Course()).Infused().Count(anc ? Lineages.Anc : Lineages.Platelets, 22, 100).Platelets((40, 9_000));
        course.Count(anc ? Lineages.Anc : Lineages.Platelets, 23, 100);
        return altDay is { } day ? course.Alt(day, 30) : course;
    }
}
