using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.UnitTests.Hematology;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>What holds for the grades of every series. A failure names the seed of the series that broke it.</summary>
public sealed class GradeProperties
{
    private static readonly string[] IcahtModes = [Icaht.Strict, Icaht.FredHutch];
    private static readonly string[] TicahtModes = [Ticaht.Table, Ticaht.Code];

    [Fact]
    public void P12_7_Values_after_the_last_day_known_change_nothing() => ForAllSeries((random, counts) =>
    {
        var followUp = new FollowUp(random.Next(110), random.Next(4) == 0);
        var later = Series(random).Select(count => count with { Day = followUp.LastDay + 1 + count.Day });
        return Grades(counts.Where(count => count.Day <= followUp.LastDay), followUp).SequenceEqual(
            Grades(counts.Where(count => count.Day <= followUp.LastDay).Concat(later), followUp));
    });

    [Fact]
    public void P11_1_Permuting_and_doubling_the_rows_changes_no_ICAHT_grade() => ForAllSeries((random, counts) =>
    {
        var shuffled = counts.Concat(counts.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(shuffled);
        return IcahtModes.All(mode => Grade(mode, counts) == Grade(mode, shuffled));
    });

    [Fact]
    public void P11_1_Permuting_the_rows_changes_no_grade() => ForAllSeries((random, counts) =>
    {
        var shuffled = counts.ToArray();
        random.Shuffle(shuffled);
        return Grades(counts, FollowUp.Complete).SequenceEqual(Grades(shuffled, FollowUp.Complete));
    });

    [Fact]
    public void P12_3_The_published_grader_gives_the_same_answer_every_time() =>
        ForAllSeries((_, counts) => Grade(Icaht.FredHutch, counts) == Grade(Icaht.FredHutch, [.. counts]));

    [Fact]
    public void P12_2_A_lower_count_never_lowers_a_strict_grade() => ForAllSeries((random, counts) =>
    {
        var lower = counts.Select(count => count with { Value = random.Next(3) == 0 ? count.Value / 2 : count.Value }).ToList();
        var (before, after) = (Grade(Icaht.Strict, counts), Grade(Icaht.Strict, lower));
        return !(after.Early < before.Early) && !(after.Late < before.Late) && after.LongestAtMost500 >= before.LongestAtMost500;
    });

    [Fact]
    public void P12_2_On_whole_tens_of_a_fully_measured_window_the_modes_differ_only_at_the_end_of_the_window() => ForAllSeries((random, _) =>
    {
        var daily = Enumerable.Range(0, 31).Select(day => new CountOnDay(day, day < 28 ? random.Next(80) * 10 : 2000)).ToList();
        return Grade(Icaht.Strict, daily) == Grade(Icaht.FredHutch, daily);
    });

    [Fact]
    public void P1_5_The_grades_of_an_assessment_see_nothing_later_than_asOf() => ForAllSeries((random, counts) =>
    {
        var day = random.Next(110);
        Course Of(IEnumerable<CountOnDay> values) => values.Select((count, i) => (count, i)).Aggregate(
            new Course().Infused(time: null), (course, row) => course.Count(Lineages.Anc, row.count.Day, row.count.Value, id: $"anc-{row.i}"));
        return Of(counts).On(day).Grades == Of(counts.Where(count => count.Day <= day)).On(day).Grades;
    });

    private static IcahtResult Grade(string mode, IReadOnlyCollection<CountOnDay> counts) => Icaht.Grade(mode, counts, Counts.Parameters, FollowUp.Complete);

    private static IEnumerable<object> Grades(IEnumerable<CountOnDay> counts, FollowUp followUp)
    {
        var all = counts.ToList();
        return IcahtModes.Select(mode => (object)Icaht.Grade(mode, all, Counts.Parameters, followUp))
            .Concat(TicahtModes.Select(mode => (object)Ticaht.Grade(mode, [.. all.Select(count => count with { Value = count.Value * 50 })], Counts.Parameters, followUp)));
    }

    /// <summary>Counts around the borders, several on some days, with gaps of up to ten days.</summary>
    private static List<CountOnDay> Series(Random random)
    {
        decimal[] borders = [50, 100, 101, 104, 105, 106, 450.5m, 500, 501, 505, 515, 999, 1000, 1000.5m, 1500, 1501, 3000];
        var counts = new List<CountOnDay>();
        for (var day = random.Next(6); day < 110; day += random.Next(8) == 0 ? random.Next(11) : random.Next(3))
            counts.Add(new CountOnDay(day, random.Next(2) == 0 ? borders[random.Next(borders.Length)] : random.Next(1200)));
        return counts;
    }

    private static void ForAllSeries(Func<Random, List<CountOnDay>, bool> property) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new Random(seed) is var random && property(random, Series(random))));
}
