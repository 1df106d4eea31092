using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using FsCheck;
using FsCheck.Fluent;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>A course at a moment, told by the product and by <see cref="NaiveModel"/>.</summary>
internal sealed record ModelledCourse(PatientRecord Record, ProtocolDefinition Definition, TimeZoneInfo Zone, DateTimeOffset AsOf)
{
    public static ModelledCourse Of(int seed)
    {
        var random = new RandomCourse(seed);
        return new ModelledCourse(random.Course.Record(), random.Definition, random.Course.Zone, random.Moment());
    }

    public IReadOnlyList<string> Found() => Telling(() => AssessmentLines.Of(CytopeniaProtocol.Assess(Record, Definition, Zone, AsOf)));

    public IReadOnlyList<string> Told() => Telling(() => NaiveModel.Tell(new NaiveChart(Record, Definition, Zone, AsOf), Definition));

    public bool Agrees() => Found().SequenceEqual(Told());

    /// <summary>The course without every fact that the difference does not need.</summary>
    public ModelledCourse Smallest()
    {
        var smallest = this;
        Check.One(Config.Quick.WithQuietOnSuccess(true).WithMaxTest(1), Prop.ForAll(Arb.From(Gen.Constant(this), Shorter), course =>
        {
            if (course.Agrees()) return true;
            smallest = course;
            return false;
        }));
        return smallest;
    }

    /// <summary>What differs, and the facts that make it.</summary>
    public string Explain()
    {
        var (found, told) = (Found(), Told());
        return string.Join("\n  ",
        [
            $"as of {AsOf:O} in {Zone.Id}, {Record.Provides}, closed {Record.ClosedByOperatorAt:O}{(Definition == Course.BeyarKatz ? "" : ", other numbers")}",
            .. told.Except(found).Select(line => "only the model says: " + line),
            .. found.Except(told).Select(line => "only the assessment says: " + line),
            .. Record.Resources.Select(Facts),
        ]);
    }

    private static IEnumerable<ModelledCourse> Shorter(ModelledCourse course)
    {
        var facts = course.Record.Resources.ToList();
        for (var size = facts.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < facts.Count; from += size)
                yield return course with { Record = course.Record with { Resources = [.. facts.Take(from), .. facts.Skip(from + size)] } };
        }
    }

    private static string Facts(ResourceVersion version)
    {
        IEnumerable<object> facts =
        [
            .. version.CellCounts, .. version.Chemistry, .. version.PlateletClumps, .. version.DrugsGiven, .. version.DrugStatements, .. version.Transfusions,
            .. version.Infusions, .. version.PatientStatuses, .. version.Refusals,
        ];
        return $"{version.Resource.Reference} {version.LastUpdated:O} {JsonSerializer.Serialize(facts, CartJson.Options)}";
    }

    /// <summary>One that throws says so, so that it differs and is cut down like any other.</summary>
    private static IReadOnlyList<string> Telling(Func<IReadOnlyList<string>> tell)
    {
        try
        {
            return tell();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [$"{e.GetType().Name} at {e.StackTrace}"];
        }
    }
}
