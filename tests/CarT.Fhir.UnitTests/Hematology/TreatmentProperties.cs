using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What no treatment may ever lead to, whatever the course.</summary>
public class TreatmentProperties
{
    private static readonly string[] Increases = [ActivityCodes.EscalateEltrombopag, ActivityCodes.SecondRomiplostim];
    private static readonly string[] Decreases = [ActivityCodes.HoldTpoRa, ActivityCodes.ReduceTpoRa, ActivityCodes.TaperTpoRa, ActivityCodes.StopTpoRaReview];

    [Fact]
    public void P9_3_P9_4_No_dose_of_eltrombopag_is_proposed_above_its_cap() => ForAllAssessments((assessment, random) =>
    {
        var cap = FirstDailyDose(random.Course, assessment) <= 25 ? 75 : 150;
        return assessment.CarePlan.Activities
            .Where(a => a.Code is ActivityCodes.ConsiderEltrombopag or ActivityCodes.EscalateEltrombopag).All(a => a.Dose!.Value <= cap);
    });

    [Fact]
    public void P9_Proposed_doses_are_above_zero_and_lie_on_the_right_side_of_the_present_one() => ForAllAssessments((assessment, _) =>
    {
        var present = assessment.Therapy.Agents.SingleOrDefault(a => a.Agent == Agents.Eltrombopag)?.LatestDose?.Value;
        return assessment.CarePlan.Activities.All(a => a.Dose is not { } dose || (dose.Value > 0 && a.Code switch
        {
            ActivityCodes.EscalateEltrombopag => dose.Value > present && dose.Value <= present + 50,
            ActivityCodes.ReduceTpoRa or ActivityCodes.TaperTpoRa => dose.Value < present,
            _ => true,
        }));
    });

    [Fact]
    public void P9_4_Never_more_than_two_doses_of_romiplostim_are_proposed() => ForAllAssessments((assessment, _) =>
    {
        var given = assessment.Therapy.Agents.SingleOrDefault(a => a.Agent == Agents.Romiplostim)?.Doses ?? 0;
        return (given == 0 || assessment.Activity(ActivityCodes.ConsiderRomiplostim) is null)
            && (given == 1 || assessment.Activity(ActivityCodes.SecondRomiplostim) is null);
    });

    [Fact]
    public void P9_3_Nothing_is_escalated_on_old_platelets_or_without_a_recent_ALT_and_its_limit() => ForAllAssessments((assessment, random) =>
    {
        if (assessment.Activity(ActivityCodes.EscalateEltrombopag) is not { } escalation) return true;
        var today = Today(assessment, random.Course);
        var evidence = random.Course.Versions.Where(v => escalation.Evidence.Contains(v.Resource.Reference)).ToList();
        return evidence.SelectMany(v => v.CellCounts)
                .Any(c => c is { Lineage: Lineages.Platelets, Value: <= 200_000 } && today - Day(c.Time, random.Course) is >= 0 and <= 7)
            && evidence.SelectMany(v => v.Chemistry).Any(c => IsBelowThreeTimes(c) && today - Day(c.Time, random.Course) is >= 0 and <= 14);
    });

    [Fact]
    public void P9_8_Nobody_is_told_to_give_more_and_less_and_a_hold_is_exactly_three_proposals() => ForAllAssessments((assessment, _) =>
    {
        var codes = assessment.CarePlan.Codes();
        string[] hold = [ActivityCodes.CbcWithDifferential, ActivityCodes.HoldTpoRa, ActivityCodes.LiverPanel];
        // The second romiplostim dose completes its course of two; only a hold or a reduction stands against it (P9.4), a taper of the tablets does not.
        var increases = codes.Contains(ActivityCodes.TaperTpoRa) ? Increases.Except([ActivityCodes.SecondRomiplostim]) : Increases;
        return !(codes.Intersect(increases).Any() && codes.Intersect(Decreases).Except([ActivityCodes.StopTpoRaReview]).Any())
            && (assessment.State == States.SafetyHold) == codes.SequenceEqual(hold)
            && (assessment.State == States.SafetyHold)
                == (assessment.HasActive(FlagCodes.ThrombocytosisHold) || assessment.HasActive(FlagCodes.HepatotoxicityHold))
            && !(assessment.HasActive(FlagCodes.ThrombocytosisHold) && assessment.HasActive(FlagCodes.ThrombocytosisReduce));
    });

    [Fact]
    public void P7_1_A_resolution_rests_on_three_different_days() => ForAllAssessments((assessment, random) => Lineages.All.All(lineage =>
    {
        var summary = assessment.Lineages.Of(lineage);
        if (summary.ResolvedOn is null) return true;
        var days = random.Course.Versions.Where(v => summary.Evidence.Contains(v.Resource.Reference)).SelectMany(v => v.CellCounts)
            .Select(c => Day(c.Time, random.Course)).ToList();
        return days.Count == 3 && days.Distinct().Count() == 3;
    }));

    [Fact]
    public void P11_2_Retracting_the_evidence_closes_what_rests_on_it() => ForAllAssessments((assessment, random) =>
    {
        var record = random.Course.Record();
        var gone = record.Resources.Where(v =>
            v.Chemistry.Count > 0 || v.CellCounts.Any(c => c.Lineage == Lineages.Platelets) || v.DrugsGiven.Any(d => d.Agent == Agents.Romiplostim));
        var retracted = gone.Select(v => new ResourceVersion { Resource = v.Resource, VersionId = "2", ContentHash = "ff", Retracted = true });
        var after = random.Course.Assess(record with { Resources = [.. record.Resources, .. retracted] }, assessment.AsOf);
        return !after.Flags.Any(f => f.Code is FlagCodes.ThrombocytosisHold or FlagCodes.ThrombocytosisReduce or FlagCodes.HepatotoxicityHold)
            && after.State != States.SafetyHold
            && after.Lineages.Platelets.ResolvedOn is null
            && after.Activity(ActivityCodes.EscalateEltrombopag) is null
            && !(after.Flag(FlagCodes.OffProtocolDosing)?.Text.Contains("Romiplostim", StringComparison.Ordinal) ?? false);
    });

    /// <summary>Only days with one value: of two around a transfusion the lower stands for the day (P3.1), and may be the one without support.</summary>
    [Fact]
    public void P8_Worse_counts_after_the_start_never_give_a_better_verdict() => ForAllAssessments((assessment, random) =>
    {
        if (assessment.Therapy.StartedOn is not { } start) return true;
        var record = random.Course.Record();
        (string, int Day) DayOf(CellCount c) => (c.Lineage, Day(c.Time, random.Course));
        var single = record.Resources.SelectMany(v => v.CellCounts).CountBy(DayOf).Where(d => d.Value == 1).Select(d => d.Key).ToHashSet();
        bool IsLowered(CellCount c) => c.Comparator is null && DayOf(c).Day > start.DayNumber && single.Contains(DayOf(c));
        var worse = random.Course.Assess(
            record with { Resources = [.. record.Resources.Select(v => random.Next(4) == 0 && v.CellCounts.Any(IsLowered) ? Lowered(v, random) : v)] },
            assessment.AsOf);
        return Lineages.All.All(l => assessment.Lineages.Of(l).LowAtBaseline == worse.Lineages.Of(l).LowAtBaseline)
            && !Lineages.All.Any(l => Resolved(worse, l) && !Resolved(assessment, l))
            && !(worse.Response.Met && !assessment.Response.Met)
            && !(worse.Response.Complete && !assessment.Response.Complete)
            && !(worse.Response.ConfirmedOn < (assessment.Response.ConfirmedOn ?? DateOnly.MaxValue));

        static bool Resolved(Assessment a, string lineage) => a.Lineages.Of(lineage) is { LowAtBaseline: true, ResolvedOn: not null };
    });

    /// <summary>Of a value with a comparator <c>&lt;b</c> counts as just below b (P2.4).</summary>
    private static bool IsBelowThreeTimes(ChemistryResult alt) => alt.Value < 3 * alt.UpperLimit || (alt.Comparator == "<" && alt.Value == 3 * alt.UpperLimit);

    private static void ForAllAssessments(Func<Assessment, RandomCourse, bool> property) =>
        AssessmentProperties.ForAllCourses(random => property(random.Course.Assess(random.Course.Record(), random.Moment()), random));

    private static ResourceVersion Lowered(ResourceVersion version, RandomCourse random) =>
        version with { CellCounts = [.. version.CellCounts.Select(c => c with { Value = c.Value * random.Next(100) / 100 })] };

    /// <summary>The known daily dose of the first eltrombopag day of the episode.</summary>
    private static decimal? FirstDailyDose(Course course, Assessment assessment)
    {
        if (assessment.Episode is not { } episode) return null;
        var chart = new NaiveChart(course.Record(), course.Definition, course.Zone, assessment.AsOf);
        var tablets = chart.Doses(chart.Episodes()[episode.Number - 1]).Where(d => d.Agent == Agents.Eltrombopag).ToList();
        var first = tablets.Where(d => d.Day == tablets[0].Day).ToList();
        return first.Count == 0 || first.Exists(d => d.Dose is null) ? null : first.Sum(d => d.Dose);
    }

    private static int Today(Assessment assessment, Course course) => Day(ClinicalTime.At(assessment.AsOf), course);

    private static int Day(ClinicalTime time, Course course) =>
        time.Date?.DayNumber ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.Instant!.Value, course.Zone).DateTime).DayNumber;
}
