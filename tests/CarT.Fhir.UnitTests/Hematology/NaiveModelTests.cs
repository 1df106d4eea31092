using System.Collections.Concurrent;
using CarT.Fhir.Hematology;
using Xunit;

namespace CarT.Fhir.UnitTests.Hematology;

public class NaiveModelTests
{
    [Fact]
    public void P1_to_P13_The_assessment_says_what_a_naive_telling_of_the_protocol_says()
    {
        var bad = new ConcurrentBag<(int, string, string)>();
        Parallel.For(0, 2000, seed =>
        {
            var random = new RandomCourse(seed);
            var (record, asOf) = (random.Course.Record(), random.Moment());
            var found = AssessmentLines.Of(CytopeniaProtocol.Assess(record, random.Definition, random.Course.Zone, asOf));
            var chart = new NaiveChart(record, random.Definition, random.Course.Zone, asOf);
            var told = NaiveModel.Tell(chart, random.Definition);
            if (!told.SequenceEqual(found)) bad.Add((seed, string.Join("\n    ", told.Except(found)), string.Join("\n    ", found.Except(told))));
        });
        var file = string.Join('\n', bad.OrderBy(b => b.Item1).Select(b => $"{b.Item1}\n  model\n    {b.Item2}\n  code\n    {b.Item3}"));
        File.WriteAllText("/tmp/model/diff.txt", file);
        Assert.True(bad.IsEmpty, $"{bad.Count} differ");
    }
}
