using System.Globalization;
using System.Numerics;
using CarT.Fhir.UnitTests.Documentation;
using Xunit;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary>
/// <c>cart-fhir icaht</c> on 10,000 generated series in both modes, against a grader of the test's own, and every difference between the modes laid to
/// the quirks that make it (P12.2, P12.3, E23). docs/protocol.md shows the counts.
/// </summary>
[Collection(DocumentSection.Collection)]
public sealed class IcahtManySeriesTests
{
    private const int Seed = 20240408;
    private const int Series = 10_000;

    private static readonly (string Name, Quirks Of, Func<IcahtRow, int?> Read)[] Answers =
    [
        ("early grade", QuirkGrader.OfTheEarlyGrade, row => row.Early),
        ("late grade", QuirkGrader.OfTheLateGrade, row => row.Late),
        ("days at most 500", QuirkGrader.OfTheEarlyGrade, row => row.LongestAtMost500),
        ("days at most 100", QuirkGrader.OfTheEarlyGrade, row => row.LongestAtMost100),
    ];

    private static readonly (Quirks Quirk, string Text)[] Names =
    [
        (Quirks.TrailingGap, "Q1: one or two recovered days at the end belong to the run"),
        (Quirks.Rounding, "Q2: values rounded to ten"),
        (Quirks.SingleValue, "Q3: a single value stands for all days"),
        (Quirks.Fraction, "Q4: a late value between whole numbers is grade 0"),
        (Quirks.JoinedNeverAbove, "Q6: a joined run counts as never recovered"),
        (Quirks.LastMeasurement, "the last measurement is the last follow-up"),
        (Quirks.SingleLate, "a single late day is graded"),
        (Quirks.LowestLate, "the lowest late day decides, not the second-lowest"),
    ];

    [Fact]
    public async Task Ten_thousand_series_are_graded_alike_twice_and_every_difference_of_the_modes_has_its_quirk()
    {
        var series = GeneratedSeries.Of(Seed, Series);
        var csv = GeneratedSeries.Csv(series);
        var strict = await GradesAsync(csv, "strict");
        var fredHutch = await GradesAsync(csv, "fred-hutch");

        Assert.Equal(series.Select(counts => QuirkGrader.Grade(counts, Quirks.None)), strict);
        Assert.Equal(series.Select(counts => QuirkGrader.Grade(counts, QuirkGrader.All)), fredHutch);
        var causes = Answers.Select(answer => series.Zip(strict, fredHutch)
            .Where(row => answer.Read(row.Second) != answer.Read(row.Third))
            .Select(row => SmallestSets(row.First, answer.Of, answer.Read, answer.Read(row.Third))).ToList()).ToList();
        Assert.All(causes, answer => Assert.All(answer, Assert.NotEmpty));
        Assert.All(Names, name => Assert.Contains(causes, answer => answer.Exists(sets => sets.Contains(name.Quirk))));
        DocumentSection.Compare("icaht", [.. Cross("early", strict, fredHutch, row => row.Early), "", .. Cross("late", strict, fredHutch, row => row.Late), "", .. ByQuirk(causes)]);
    }

    /// <summary>Graded twice: the same bytes, and a row for each series in its place.</summary>
    private static async Task<List<IcahtRow>> GradesAsync(string csv, string mode)
    {
        var run = await Cli.RunAsync(["icaht", "-", "--mode", mode], csv);
        var again = await Cli.RunAsync(["icaht", "-", "--mode", mode], csv);

        Assert.Equal((0, $"{Series} patients graded ({mode}), 0 lines refused\n"), (run.ExitCode, run.Errors));
        Assert.Equal(run.Output, again.Output);
        var rows = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(line => line.Split(',')).ToList();
        Assert.Equal(Enumerable.Range(1, Series).Select(id => id.ToString(CultureInfo.InvariantCulture)), rows.Select(row => row[0]));
        return [.. rows.Select(row => new IcahtRow(GradeOf(row[1]), GradeOf(row[2]), int.Parse(row[3], CultureInfo.InvariantCulture), int.Parse(row[4], CultureInfo.InvariantCulture)))];
    }

    private static int? GradeOf(string field) => field.Length == 0 ? null : int.Parse(field, CultureInfo.InvariantCulture);

    /// <summary>The smallest sets of quirks that turn the strict answer into the published grader's.</summary>
    private static List<Quirks> SmallestSets(IReadOnlyList<(int Day, decimal Anc)> series, Quirks among, Func<IcahtRow, int?> read, int? wanted)
    {
        var sets = Enumerable.Range(1, (int)QuirkGrader.All).Select(bits => (Quirks)bits).Where(set => (set & ~among) == Quirks.None)
            .Where(set => read(QuirkGrader.Grade(series, set)) == wanted).ToList();
        var least = sets.Select(Size).DefaultIfEmpty().Min();
        return [.. sets.Where(set => Size(set) == least)];
    }

    private static int Size(Quirks set) => BitOperations.PopCount((uint)set);

    private static IEnumerable<string> Cross(string window, List<IcahtRow> strict, List<IcahtRow> fredHutch, Func<IcahtRow, int?> read)
    {
        int?[] grades = [null, 0, 1, 2, 3, 4];
        yield return $"| {window}: strict, down; fred-hutch, across | {string.Join(" | ", grades.Select(Text))} |";
        yield return $"|---|{string.Concat(grades.Select(_ => "---|"))}";
        var pairs = strict.Zip(fredHutch, (a, b) => (read(a), read(b))).ToLookup(pair => pair);
        foreach (var down in grades) yield return $"| {Text(down)} | {string.Join(" | ", grades.Select(across => pairs[(down, across)].Count()))} |";
    }

    private static string Text(int? grade) => grade is { } value ? value.ToString(CultureInfo.InvariantCulture) : "none";

    private static IEnumerable<string> ByQuirk(List<List<List<Quirks>>> causes)
    {
        yield return $"| series in which it makes a difference, alone + together | {string.Join(" | ", Answers.Select(answer => answer.Name))} |";
        yield return $"|---|{string.Concat(Answers.Select(_ => "---|"))}";
        foreach (var (quirk, text) in Names)
        {
            yield return $"| {text} | {string.Join(" | ", causes.Select((answer, i) => Answers[i].Of.HasFlag(quirk)
                ? $"{answer.Count(sets => sets.Contains(quirk))} + {answer.Count(sets => sets.Exists(set => Size(set) > 1 && set.HasFlag(quirk)))}" : ""))} |";
        }
        yield return $"| all differences | {string.Join(" | ", causes.Select(answer => answer.Count))} |";
        yield return $"| unexplained | {string.Join(" | ", causes.Select(answer => answer.Count(sets => sets.Count == 0)))} |";
    }
}
