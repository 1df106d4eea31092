using System.Globalization;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary>
/// Neutrophil counts after CAR-T made from a seed: a fall within the first week, a nadir, a recovery or none, sometimes a late dip; drawn daily, thrice a week,
/// weekly, with gaps, or once; with the values at which graders differ.
/// </summary>
internal static class GeneratedSeries
{
    private static readonly int[] Nadirs = [20, 60, 100, 101, 103, 105, 150, 300, 450, 500, 501, 503, 505, 515];
    private static readonly int[] LateLevels = [50, 90, 102, 300, 480, 700, 999, 1200, 1490];

    public static IReadOnlyList<IReadOnlyList<(int Day, decimal Anc)>> Of(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => One(random))];
    }

    /// <summary>One row per measurement; the patients are called 1, 2, 3, …</summary>
    public static string Csv(IReadOnlyList<IReadOnlyList<(int Day, decimal Anc)>> series) =>
        "id,day,anc\n" + string.Concat(series.SelectMany((counts, i) => counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{i + 1},{count.Day},{count.Anc}\n"))));

    private static List<(int Day, decimal Anc)> One(Random random)
    {
        var end = random.Next(5) == 0 ? random.Next(3, 60) : random.Next(60, 101);
        var course = Course(random);
        var digits = random.Next(4);
        var days = DaysDrawn(random, end);
        var repeats = days.Where(_ => random.Next(20) == 0).ToList();
        return [.. days.Concat(repeats).Select(day => (day, Written(course(day), digits, random)))];
    }

    /// <summary>The count of a day, before it is written down.</summary>
    private static Func<int, int> Course(Random random)
    {
        var (fall, nadir) = (random.Next(0, 6), Nadirs[random.Next(Nadirs.Length)]);
        // Never, on the last days of the early window, or within the weeks after the nadir.
        var recovery = random.Next(6) switch { 0 => int.MaxValue, 1 => random.Next(27, 31), _ => fall + random.Next(1, 40) };
        var (dip, dipLength, dipLevel) = (random.Next(31, 80), random.Next(0, 25), LateLevels[random.Next(LateLevels.Length)]);
        var (isSteady, blip) = (random.Next(2) == 0, random.Next(4) == 0 ? random.Next(5, 28) : -1);
        return day =>
            day < fall ? 1500 + (random.Next(300) * 10)
            : day == blip ? 900
            : day < recovery ? (isSteady ? nadir : Math.Max(0, nadir + random.Next(-40, 40)))
            : day >= dip && day < dip + dipLength ? dipLevel + random.Next(0, 20)
            : 600 + (random.Next(250) * 10);
    }

    private static List<int> DaysDrawn(Random random, int end)
    {
        var first = random.Next(0, 3);
        var days = new List<int>();
        if (random.Next(12) is var kind && kind == 0) return random.Next(2) == 0 ? [random.Next(0, 31)] : [random.Next(0, 31), random.Next(31, 101)];
        for (var day = first; day <= end; day += Step(random, kind, day)) days.Add(day);
        return days;
    }

    private static int Step(Random random, int kind, int day) => kind switch
    {
        <= 3 => day < 30 ? 1 : random.Next(1, 8),
        <= 6 => day % 7 < 4 ? 2 : 3,
        <= 8 => 7,
        9 => random.Next(1, 16),
        10 => random.Next(8, 14),
        _ => day < 14 ? 1 : random.Next(3, 12),
    };

    private static decimal Written(int count, int digits, Random random) => digits switch
    {
        0 => Math.Round(count / 10m) * 10,
        1 => count + (random.Next(3) == 0 ? 0.5m : 0),
        _ => count,
    };
}
