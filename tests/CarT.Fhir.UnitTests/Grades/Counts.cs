using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Grading;

/// <summary>Counts for the graders, written in days from the infusion.</summary>
internal static class Counts
{
    public static GradeParameters Parameters { get; } = ProtocolDefinition.BuiltIn("beyar-katz-2022").Grades;

    public static IReadOnlyList<CountOnDay> On(params (int Day, decimal Value)[] values) => [.. values.Select(v => new CountOnDay(v.Day, v.Value))];

    /// <summary>The same value on each day of [from, to].</summary>
    public static IReadOnlyList<CountOnDay> Each(int from, int to, decimal value) => [.. Enumerable.Range(from, to - from + 1).Select(day => new CountOnDay(day, value))];

    /// <summary>2000 on each day of [0, 30], but the value given on [from, to].</summary>
    public static IReadOnlyList<CountOnDay> Dip(int from, int to, decimal value) =>
        [.. Enumerable.Range(0, 31).Select(day => new CountOnDay(day, day >= from && day <= to ? value : 2000))];

    public static IcahtResult Strict(IReadOnlyList<CountOnDay> anc, FollowUp? followUp = null) =>
        Icaht.Grade(Icaht.Strict, anc, Parameters, followUp ?? FollowUp.Complete);

    public static IcahtResult FredHutch(IReadOnlyList<CountOnDay> anc, FollowUp? followUp = null) =>
        Icaht.Grade(Icaht.FredHutch, anc, Parameters, followUp ?? FollowUp.Complete);
}
