using System.Collections.Concurrent;
using CarT.Fhir.Contracts;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// The whole assessment against <see cref="NaiveModel"/> on random courses at random moments: state, lineages, transfusions, therapy, verdicts, proposals with
/// their doses, and every interval of every flag of every episode. A course that differs is named by its seed (<see cref="CourseSeeds"/>) and cut down to the
/// facts that the difference needs.
/// </summary>
public class NaiveModelTests(ITestOutputHelper output)
{
    private const int MostFailuresShown = 3;

    /// <summary>How often at least each word must be said in 2,000 courses: what is never said is never compared.</summary>
    private const int Seldom = 4;

    [Fact]
    public void P6_1_P6_2_P7_1_P7_2_P7_7_P8_2_P8_3_P8_5_P9_3_P9_4_P9_5_P9_6_P9_7_P9_8_P9_9_P10_9_P10_10_Every_course_is_told_as_the_text_of_the_protocol_tells_it()
    {
        var (from, until) = CourseSeeds.Asked ?? (0, CourseSeeds.Count);
        output.WriteLine($"CART_COURSE_SEED={from}-{until}");
        var failed = new ConcurrentBag<int>();
        Parallel.For(from, until, (seed, loop) =>
        {
            if (ModelledCourse.Of(seed).Agrees()) return;
            failed.Add(seed);
            if (failed.Count >= MostFailuresShown) loop.Stop();
        });

        Assert.True(failed.IsEmpty, string.Join("\n\n", failed.Order().Take(MostFailuresShown).Select(Explain)));
    }

    [Fact]
    public void The_courses_reach_every_state_flag_proposal_and_status()
    {
        var said = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        Parallel.For(0, CourseSeeds.ByDay, seed =>
        {
            foreach (var word in ModelledCourse.Of(seed).Found().Select(Word).Distinct()) said.AddOrUpdate(word, 1, static (_, n) => n + 1);
        });

        var words = Words.ToList();
        output.WriteLine(string.Join('\n', words.Select(word => $"{said.GetValueOrDefault(word)} {word}")));
        Assert.DoesNotContain(words, word => said.GetValueOrDefault(word) < Seldom);
    }

    private static string Explain(int seed) => $"CART_COURSE_SEED={seed} {ModelledCourse.Of(seed).Smallest().Explain()}";

    /// <summary>What kind of thing a line says: the state, a flag, an activity, the status of a lineage, the number of the episode.</summary>
    private static string Word(string line) => string.Join(' ', line.Split(' ').Take(2));

    private static IEnumerable<string> Words =>
    [
        .. Constants(typeof(States)).Select(code => "state " + code),
        .. Constants(typeof(FlagCodes)).Select(code => "flag " + code),
        .. Constants(typeof(ActivityCodes)).Select(code => "activity " + code),
        .. Lineages.All.SelectMany(_ => Constants(typeof(LineageStatuses)), (lineage, status) => $"{lineage} {status}"),
        .. Agents.TpoRa.Select(agent => "agent " + agent),
        "episode 2", "episode 3", "response True", "response False",
    ];

    private static IEnumerable<string> Constants(Type codes) => codes.GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
}
