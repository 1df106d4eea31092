using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class HoldTests
{
    private static readonly string[] ExactlyOnHold = [ActivityCodes.CbcWithDifferential, ActivityCodes.HoldTpoRa, ActivityCodes.LiverPanel];

    [Theory]
    [InlineData(200_000, null)]
    [InlineData(200_001, FlagCodes.ThrombocytosisReduce)]
    [InlineData(400_000, FlagCodes.ThrombocytosisReduce)]
    [InlineData(400_001, FlagCodes.ThrombocytosisHold)]
    public void P9_6_Above_200_000_reduce_and_above_400_000_hold(int platelets, string? flag)
    {
        var assessment = Treated().Platelets((40, platelets)).On(40);
        Assert.Equal(flag, assessment.Flags.SingleOrDefault(f => f.Code.StartsWith("thrombocytosis", StringComparison.Ordinal))?.Code);
        Assert.Equal(flag == FlagCodes.ThrombocytosisHold, assessment.State == States.SafetyHold);
        Assert.Equal(flag == FlagCodes.ThrombocytosisReduce, assessment.Activity(ActivityCodes.ReduceTpoRa) is not null);
    }

    [Fact]
    public void P9_6_The_daily_maximum_counts_and_a_comparator_is_not_dropped()
    {
        Assert.Equal(States.SafetyHold, Treated().Count(Lineages.Platelets, 40, 450_000, "18:00").Platelets((40, 90_000)).On(40).State);
        Assert.Equal(States.SafetyHold, Treated().Count(Lineages.Platelets, 40, 400_000, comparator: ">").On(40).State);
        Assert.Equal(States.OnTreatment, Treated().Count(Lineages.Platelets, 40, 400_000, comparator: ">=").On(40).State);
    }

    [Theory]
    [InlineData(150_000, true)]
    [InlineData(149_999, false)]
    public void P9_6_Under_therapy_a_hold_lasts_until_the_platelets_are_below_150_000(int platelets, bool holds)
    {
        var assessment = Treated().Platelets((40, 450_000), (42, 300_000), (44, platelets)).On(44);
        Assert.Equal(holds, assessment.State == States.SafetyHold);
        Assert.Equal((Course.Date(40), holds ? null : Course.Date(44)), Interval(assessment, FlagCodes.ThrombocytosisHold));
        Assert.Null(assessment.Flag(FlagCodes.ThrombocytosisReduce));
    }

    [Theory]
    [InlineData(200_001, true)]
    [InlineData(200_000, false)]
    public void P9_6_Without_therapy_a_hold_lasts_until_the_platelets_are_at_most_200_000(int platelets, bool holds)
    {
        var course = Treated(to: 40).Platelets((40, 450_000), (48, platelets));
        Assert.Equal(States.SafetyHold, course.On(47).State);
        Assert.Equal(holds, course.On(48).State == States.SafetyHold);
        Assert.Equal(holds, course.On(48).CarePlan.Codes().SequenceEqual(ExactlyOnHold));
    }

    [Fact]
    public void P9_6_Nothing_begins_without_therapy() =>
        Assert.DoesNotContain(
            Treated(to: 40).Platelets((48, 450_000)).On(48).Flags, f => f.Code is FlagCodes.ThrombocytosisHold or FlagCodes.ThrombocytosisReduce);

    [Fact]
    public void P9_6_A_hold_ends_when_the_episode_closes()
    {
        var dead = Treated().Platelets((40, 450_000)).Died(42).On(50);
        Assert.Equal((Course.Date(40), Course.Date(42)), Interval(dead, FlagCodes.ThrombocytosisHold));
        Assert.Equal(States.Closed, dead.State);
        Assert.Empty(dead.CarePlan.Activities);
    }

    [Fact]
    public void P9_6_P9_7_A_hold_that_closing_ended_does_not_come_back_on_reopening()
    {
        var byDose = Severe(ClosedOnDay42()).Eltrombopag(50, 30, 41).Platelets((40, 450_000), (41, 250_000)).Eltrombopag(50, 50, 50).On(50);
        Assert.Equal((Course.Date(40), Course.Date(42)), Interval(byDose, FlagCodes.ThrombocytosisHold));
        Assert.Equal(States.OnTreatment, byDose.State);
        var byLoss = Severe(ClosedOnDay42()).Eltrombopag(50, 30, 40).Alt(40, 130).Platelets((34, 30_000), (36, 30_000), (38, 30_000), (50, 9_000), (52, 9_000));
        Assert.Equal(States.SafetyHold, byLoss.On(41).State);
        Assert.Equal(States.SeverePersistentCytopenia, byLoss.On(52).State);
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(99_999, false)]
    public void P9_6_Of_two_agents_the_lower_limit_to_resume_counts(int platelets, bool holds)
    {
        var limits = Course.BeyarKatz.Thrombocytosis with { Romiplostim = new PlateletLimits(200_000, 400_000, ResumeBelowPerUl: 100_000) };
        var course = Severe(new Course { Definition = Course.BeyarKatz with { Thrombocytosis = limits } }).Eltrombopag(50, 30, 42).Romiplostim(38);
        Assert.Equal(holds, course.Platelets((40, 450_000), (42, platelets)).On(42).State == States.SafetyHold);
    }

    [Theory]
    [InlineData(true, true, 180_000, FlagCodes.ThrombocytosisReduce)]
    [InlineData(true, true, 260_000, FlagCodes.ThrombocytosisHold)]
    [InlineData(false, true, 150_000, null)]
    [InlineData(false, true, 150_001, FlagCodes.ThrombocytosisReduce)]
    [InlineData(false, true, 250_001, FlagCodes.ThrombocytosisHold)]
    [InlineData(true, false, 180_000, null)]
    [InlineData(true, false, 260_000, FlagCodes.ThrombocytosisReduce)]
    public void P9_6_Limits_are_per_agent_and_of_two_the_stricter_counts(bool eltrombopag, bool romiplostim, int platelets, string? flag)
    {
        var european = new PlateletLimits(ReduceAbovePerUl: 150_000, HoldAbovePerUl: 250_000, ResumeBelowPerUl: 150_000);
        var limits = Course.BeyarKatz.Thrombocytosis with { Romiplostim = european };
        var course = Severe(new Course { Definition = Course.BeyarKatz with { Thrombocytosis = limits } }).Platelets((40, platelets));
        if (eltrombopag) course.Eltrombopag(50, 30, 40);
        if (romiplostim) course.Romiplostim(38);
        Assert.Equal(flag, course.On(40).Flags.SingleOrDefault(f => f.Code.StartsWith("thrombocytosis", StringComparison.Ordinal))?.Code);
    }

    [Theory]
    [InlineData(100, 75)]
    [InlineData(26, 1)]
    [InlineData(25, null)]
    [InlineData(null, null)]
    public void P9_6_Reduce_names_25_mg_less_and_no_dose_when_it_is_low_or_unknown(int? mg, int? proposed) =>
        Assert.Equal(proposed, Severe().Eltrombopag(mg, 30, 40).Platelets((40, 250_000)).On(40).Activity(ActivityCodes.ReduceTpoRa)!.Dose?.Value);

    [Fact]
    public void P9_6_Reduce_names_no_dose_of_an_eltrombopag_that_is_not_current() =>
        Assert.Null(Severe().Eltrombopag(100, 30, 31).Romiplostim(35).Platelets((40, 250_000)).On(40).Activity(ActivityCodes.ReduceTpoRa)!.Dose);

    [Theory]
    [InlineData(119, false)]
    [InlineData(120, true)]
    public void P9_7_E19_An_ALT_of_3_times_its_upper_limit_holds(int alt, bool holds)
    {
        var assessment = Treated().Alt(40, alt).On(40);
        Assert.Equal(holds, assessment.State == States.SafetyHold);
        Assert.Equal(holds, assessment.HasActive(FlagCodes.HepatotoxicityHold));
        Assert.Equal(holds, assessment.CarePlan.Codes().SequenceEqual(ExactlyOnHold));
    }

    [Theory]
    [InlineData("<", false)]
    [InlineData("<=", true)]
    [InlineData(">=", true)]
    [InlineData(">", true)]
    public void P9_7_P2_4_A_comparator_on_the_limit_decides_and_is_told(string comparator, bool holds)
    {
        var hold = Treated().Alt(40, 120, 40, comparator).On(40).Flag(FlagCodes.HepatotoxicityHold);
        Assert.Equal(holds, hold is not null);
        if (holds) Assert.Contains($"ALT {comparator}120 U/L", hold!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void P9_7_The_hold_lasts_without_therapy_until_an_ALT_with_its_upper_limit_is_lower()
    {
        var course = Treated(to: 40).Alt(40, 130).Alt(50, 60, null).Alt(55, 119);
        Assert.Equal(States.SafetyHold, course.On(54).State);
        var over = course.On(55);
        Assert.Equal(States.SeverePersistentCytopenia, over.State);
        Assert.Equal((Course.Date(40), Course.Date(55)), Interval(over, FlagCodes.HepatotoxicityHold));
    }

    [Fact]
    public void P9_7_A_raised_ALT_holds_from_the_start_of_therapy_and_not_before()
    {
        var course = Severe().Alt(25, 130).Eltrombopag(50, 30, 30);
        Assert.Equal(States.SeverePersistentCytopenia, course.On(29).State);
        Assert.Equal(Course.Date(30), course.On(32).Flag(FlagCodes.HepatotoxicityHold)!.Since);
    }

    [Fact]
    public void P9_7_E19_Without_an_upper_limit_no_rule_fires_and_under_therapy_it_is_remarked()
    {
        var assessment = Treated(to: 40).Alt(29, 900, null).Alt(40, 900, null).Alt(48, 900, null).On(48);
        Assert.Equal(States.SeverePersistentCytopenia, assessment.State);
        Assert.Equal(["Observation/alt-40"], assessment.DataQuality.Where(d => d.Code == DataQualityCodes.ReferenceRangeMissing).Select(d => d.Resource));
        Assert.Null(assessment.Flag(FlagCodes.DataQuality));
        Assert.Null(assessment.Flag(FlagCodes.HepatotoxicityHold));
    }

    [Fact]
    public void P9_8_E19_Platelets_of_450_000_on_a_responders_third_day_hold_and_do_not_taper()
    {
        var course = Treated().Platelets((40, 30_000), (42, 90_000), (44, 450_000));
        var assessment = course.On(44);
        Assert.True(assessment.Response.Met);
        Assert.True(assessment.HasActive(FlagCodes.TpoRaResponse));
        Assert.Equal(States.SafetyHold, assessment.State);
        Assert.Equal(ExactlyOnHold, assessment.CarePlan.Codes());
    }

    [Theory]
    [InlineData(200_000, true)]
    [InlineData(250_000, false)]
    [InlineData(450_000, false)]
    public void P9_4_The_second_romiplostim_is_not_proposed_with_a_hold_or_a_reduction(int platelets, bool proposed) =>
        Assert.Equal(proposed, Severe().Romiplostim(25).Platelets((32, platelets)).On(32).Activity(ActivityCodes.SecondRomiplostim) is not null);

    [Fact]
    public void P10_3_The_reasons_of_a_hold_name_the_value_and_the_limit()
    {
        var reasons = Treated().Count(Lineages.Platelets, 40, 450_000, comparator: ">").Alt(40, 130).On(40).Reasons;
        Assert.Contains("Platelets >450000 /uL on 2026-04-10, above 400000 /uL under a TPO-RA", reasons);
        Assert.Contains("ALT 130 U/L on 2026-04-10, at least 3 times its upper limit of 40 U/L", reasons);
    }

    [Fact]
    public void P10_9_A_second_hold_is_an_interval_of_its_own()
    {
        var holds = Treated().Platelets((40, 450_000), (42, 100_000), (46, 500_000)).On(46).Flags.Where(f => f.Code == FlagCodes.ThrombocytosisHold).ToList();
        Assert.Equal([(Course.Date(40), Course.Date(42)), (Course.Date(46), (DateOnly?)null)], holds.Select(h => (h.Since, h.Until)));
        Assert.Equal(["Observation/platelets-46-06:30"], holds[1].Evidence);
    }

    private static (DateOnly Since, DateOnly? Until) Interval(Assessment assessment, string code) =>
        assessment.Flags.Single(f => f.Code == code) is var flag ? (flag.Since, flag.Until) : default;

    private static Course ClosedOnDay42() => new() { ClosedByOperatorAt = new DateTimeOffset(2026, 4, 12, 9, 0, 0, TimeSpan.Zero) };

    private static Course Treated(int to = 60) => Severe().Eltrombopag(50, 30, to);

    private static Course Severe(Course? course = null) => (course ?? new Course()).Infused().Platelets((22, 10_000), (23, 10_000));
}
