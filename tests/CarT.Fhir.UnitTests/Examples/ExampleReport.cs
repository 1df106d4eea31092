using System.Globalization;
using System.Text;
using CarT.Fhir.UnitTests.Repository;

namespace CarT.Fhir.UnitTests.Examples;

/// <summary>Tables for people, in <c>artifacts/examples</c>; <c>./check</c> prints them at its end.</summary>
internal static class ExampleReport
{
    internal static void Write(string name, string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(RepositoryFiles.Root, "artifacts", "examples")).FullName;
        File.WriteAllText(Path.Combine(folder, name), text);
    }

    /// <summary>What became of the resources, one line for each type.</summary>
    internal static string Resources() => new StringBuilder()
        .AppendLine("Published resources: scanned = the bytes passed; read = into the model; same = written back the same; refused, with codes; ignored = no class for the type")
        .AppendLine()
        .Append(Table(["package", "type", "resources", "scanned", "read", "same", "refused", "ignored"], ExamplePackage.All.SelectMany(Lines)))
        .AppendLine()
        .AppendJoin("\n\n", ExamplePackage.All.Select(Ignored))
        .AppendLine()
        .ToString();

    /// <summary>Which of them a reader that tolerates nothing would refuse.</summary>
    internal static string Strict() => new StringBuilder()
        .AppendLine("Published resources that are not read when nothing is tolerated")
        .AppendLine()
        .Append(Table(["package", "types of ours", "read strictly", "refused", "codes"], ExamplePackage.All.Select(StrictLine)))
        .AppendLine()
        .Append(Table(["package", "file", "codes"], ExamplePackage.All.SelectMany(StrictFailures)))
        .ToString();

    /// <summary>A table of text columns.</summary>
    internal static string Table(string[] heads, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(heads).ToList();
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        var text = new StringBuilder();
        foreach (var row in all)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => IsNumber(all, column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        return text.ToString();
    }

    private static bool IsNumber(List<string[]> rows, int column) => rows.Count > 1 && rows.Skip(1).All(row => int.TryParse(row[column], CultureInfo.InvariantCulture, out _));

    private static IEnumerable<string[]> Lines(ExamplePackage package)
    {
        var outcomes = ExampleSurvey.Of(package);
        return outcomes.GroupBy(outcome => outcome.Type, StringComparer.Ordinal)
            .Where(type => type.Any(outcome => outcome.IsOurs || outcome.ScanProblem is not null))
            .OrderBy(type => type.Key, StringComparer.Ordinal)
            .Select(type => Line(package, type.Key, [.. type]))
            .Append(Line(package, "(types without a class)", [.. outcomes.Where(outcome => !outcome.IsOurs)]))
            .Append(Line(package, "(all)", outcomes));
    }

    private static string Ignored(ExamplePackage package)
    {
        var types = ExampleSurvey.Of(package).Where(outcome => !outcome.IsOurs).GroupBy(outcome => outcome.Type, StringComparer.Ordinal)
            .OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => $"{type.Key} {Text(type.Count())}");
        return $"Types without a class in {package.Name}: {string.Join(", ", types)}";
    }

    private static string[] Line(ExamplePackage package, string type, IReadOnlyList<ExampleOutcome> outcomes) =>
    [
        package.Name, type, Text(outcomes.Count), Text(outcomes.Count(outcome => outcome.ScanProblem is null)), Text(outcomes.Count(outcome => outcome.IsRead)),
        Text(outcomes.Count(outcome => outcome.IsRead && outcome.Losses.Count == 0)), Codes(outcomes.Select(outcome => outcome.ScanProblem ?? outcome.Refusal)),
        Text(outcomes.Count(outcome => outcome.ScanProblem is null && !outcome.IsOurs)),
    ];

    private static string[] StrictLine(ExamplePackage package)
    {
        var ours = ExampleSurvey.Of(package).Where(outcome => outcome.IsOurs && outcome.ScanProblem is null).ToList();
        var refused = ours.FindAll(outcome => outcome.StrictCodes.Count > 0);
        return [package.Name, Text(ours.Count), Text(ours.Count - refused.Count), Text(refused.Count), Codes(refused.SelectMany(outcome => outcome.StrictCodes))];
    }

    private static IEnumerable<string[]> StrictFailures(ExamplePackage package) => ExampleSurvey.Of(package)
        .Where(outcome => outcome.StrictCodes.Count > 0)
        .Select(outcome => new[] { package.Name, outcome.File, string.Join(' ', outcome.StrictCodes) });

    private static string Codes(IEnumerable<string?> codes)
    {
        var counted = codes.OfType<string>().GroupBy(code => code, StringComparer.Ordinal).OrderBy(code => code.Key, StringComparer.Ordinal)
            .Select(code => $"{Text(code.Count())} {code.Key}").ToList();
        return counted.Count == 0 ? "0" : string.Join(", ", counted);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
