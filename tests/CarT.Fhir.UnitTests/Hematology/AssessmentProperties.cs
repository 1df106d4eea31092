using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What holds for every course. A failure names the seed of the course that broke it, <c>CART_COURSE_SEED</c> takes it alone (<see cref="CourseSeeds"/>).</summary>
public class AssessmentProperties
{
    [Fact]
    public void P11_1_Permuting_and_duplicating_the_resources_changes_nothing() => ForAllCourses(random =>
    {
        var record = random.Course.Record();
        var asOf = random.Moment();
        var shuffled = record.Resources.Concat(record.Resources.Where(_ => random.Next(3) == 0)).ToArray();
        new Random(random.Next(1000)).Shuffle(shuffled);
        return Json(random.Course.Assess(record, asOf)) == Json(random.Course.Assess(record with { Resources = shuffled }, asOf));
    });

    [Fact]
    public void P11_2_Amending_equals_having_been_right_from_the_start() => ForAllCourses(random =>
    {
        var (right, asOf) = (random.Course.Record(), random.Moment());
        var amended = right.Resources.SelectMany(v => random.Next(4) == 0 ? new[] { v with { VersionId = "2" }, Wrong(v, random) } : [v]).ToList();
        return Json(random.Course.Assess(right, asOf)) == Json(random.Course.Assess(right with { Resources = amended }, asOf));
    });

    [Fact]
    public void P2_7_Retraction_equals_never_having_been_there() => ForAllCourses(random =>
    {
        var (all, asOf) = (random.Course.Record(), random.Moment());
        var gone = all.Resources.Where(_ => random.Next(5) == 0).ToList();
        var without = all with { Resources = [.. all.Resources.Except(gone)] };
        var retracted = all with
        {
            Resources = [.. all.Resources, .. gone.Select(v => new ResourceVersion { Resource = v.Resource, VersionId = "2", ContentHash = "ff", Retracted = true })],
        };
        return Json(random.Course.Assess(without, asOf)) == Json(random.Course.Assess(retracted, asOf));
    });

    [Fact]
    public void P1_5_Nothing_later_than_asOf_matters() => ForAllCourses(random =>
    {
        var (record, asOf) = (random.Course.Record(), random.Moment());
        var seen = record with { Resources = [.. record.Resources.Where(v => TimeOf(v, random.Course) <= asOf)] };
        var whole = random.Course.Assess(record, asOf) with { NextReviewAt = null };
        return Json(whole) == Json(random.Course.Assess(seen, asOf) with { NextReviewAt = null });
    });

    [Fact]
    public void P11_4_Until_the_next_review_everything_but_the_clock_stays() => ForAllCourses(random =>
    {
        var asOf = random.Moment();
        var now = random.Course.Assess(random.Course.Record(), asOf);
        if (now.NextReviewAt is not { } next) return true;
        if (next <= asOf) return false;
        DateTimeOffset[] moments = [asOf + ((next - asOf) * (random.Next(1000) / 1000.0)), next.AddTicks(-1)];
        return moments.All(moment => FlagHistory.SameContent(now, random.Course.Assess(random.Course.Record(), moment)));
    });

    [Fact]
    public void P11_2_History_told_later_is_what_was_seen_at_the_time() => ForAllCourses(random =>
    {
        if (random.IsDeathUndated) return true;
        var day = random.Next(random.LastDay);
        var endOfDay = random.Course.Moment(day + 1, "00:00").AddTicks(-1);
        var then = random.Course.Assess(random.Course.Record(), endOfDay);
        var later = random.Course.Assess(random.Course.Record(), random.Course.Moment(day + 1 + random.Next(30), "12:00"));
        return then.Flags.Select(Interval).SequenceEqual(later.Flags.Where(f => f.Since <= Course.Date(day)).Select(Interval));

        (string, int, DateOnly, DateOnly?) Interval(AssessedFlag flag) => (flag.Code, flag.Episode, flag.Since, flag.Until <= Course.Date(day) ? flag.Until : null);
    });

    [Fact]
    public void P8_5_Response_and_relapse_are_never_in_force_together_and_every_state_has_a_reason() => ForAllCourses(random =>
    {
        var assessment = random.Course.Assess(random.Course.Record(), random.Moment());
        return !(assessment.HasActive(FlagCodes.TpoRaResponse) && assessment.HasActive(FlagCodes.Relapse))
            && assessment.Reasons.Count > 0 && assessment.Reasons.All(r => r.Length > 0)
            && (!assessment.Response.Complete || assessment.Response.Met)
            && assessment.Flags.All(f => f.Until is null == (f.Status == FlagStatuses.Active) && !(f.Until <= f.Since));
    });

    /// <summary>By day the same courses in every run, so that a change is judged and not chance; at night new ones (<see cref="CourseSeeds"/>).</summary>
    internal static void ForAllCourses(Func<RandomCourse, bool> property)
    {
        var (from, until) = CourseSeeds.Asked ?? (0, int.MaxValue);
        var config = Config.QuickThrowOnFailure.WithMaxTest(Math.Min(CourseSeeds.Count, until - from));
        Check.One(
            CourseSeeds.AreNew ? config : config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(CourseSeeds.SeedByDay, 1), null))),
            Prop.ForAll(Gen.Choose(from, until - 1).ToArbitrary(), seed => property(new RandomCourse(seed))));
    }

    private static ResourceVersion Wrong(ResourceVersion right, RandomCourse random) => right with
    {
        VersionId = "1",
        ContentHash = "00",
        CellCounts = [.. right.CellCounts.Select(c => c with { Value = c.Value * 3, Time = ClinicalTime.On(Course.Date(random.Next(60))) })],
        DrugsGiven = [],
        Transfusions = [new Transfusion { Slot = "value", Products = [BloodProducts.WholeBlood], Time = ClinicalTime.On(Course.Date(random.Next(60))) }],
    };

    /// <summary>When a version comes into sight; by its update where it says no time, at once where it has none either.</summary>
    internal static DateTimeOffset TimeOf(ResourceVersion version, Course course) =>
        FactTimes.OfFacts(version).Concat(FactTimes.OfRefusals(version)).Select(time => (DateTimeOffset?)Instant(time, course)).FirstOrDefault()
        ?? version.LastUpdated ?? DateTimeOffset.MinValue;

    private static DateTimeOffset Instant(ClinicalTime time, Course course) =>
        time.Instant ?? course.Moment(time.Date!.Value.DayNumber - Course.Day0.DayNumber, "00:00");

    private static string Json(Assessment assessment) => JsonSerializer.Serialize(assessment, CartJson.Options);
}
