using System.Text.Json;
using CarT.Fhir.Hematology;
using Spectre.Console;

namespace CarT.Fhir.Standalone.Definitions;

/// <summary>Definitions for people.</summary>
internal static class DefinitionTables
{
    public static Table List(IEnumerable<ProtocolDefinition> definitions)
    {
        var table = TableOf("id", "version", "default", "title", "hash");
        foreach (var definition in definitions)
            AddRow(table, definition.Id, definition.Version, definition.Hash == ProtocolDefinition.Default.Hash ? "yes" : "", definition.Title, definition.Hash);
        return table;
    }

    /// <summary>Every parameter with its value and what needs approval there; then what needs approval and is no parameter.</summary>
    public static Table Show(ProtocolDefinition definition, IReadOnlyList<(string Path, JsonElement Value)> parameters)
    {
        var table = TableOf("parameter", "value", "needs approval");
        AddRow(table, "id", definition.Id, "");
        AddRow(table, "version", definition.Version, "");
        AddRow(table, "hash", definition.Hash, "");
        AddRow(table, "title", definition.Title, "");
        AddRow(table, "source", definition.Source, "");
        foreach (var (path, value) in parameters)
            AddRow(table, path, DefinitionParameters.Text(value), string.Join('\n', definition.SignOff.Where(item => item.Parameters.Any(named => IsPartOf(path, named))).Select(Text)));
        foreach (var item in definition.SignOff.Where(item => item.Parameters.Count == 0)) AddRow(table, "", "", Text(item));
        return table;
    }

    public static Table Diff(ProtocolDefinition a, ProtocolDefinition b, IEnumerable<ParameterDifference> differences)
    {
        var table = TableOf("parameter", $"{a.Id} {a.Version}", $"{b.Id} {b.Version}");
        foreach (var difference in differences)
            AddRow(table, difference.Parameter, DefinitionParameters.Text(difference.A), DefinitionParameters.Text(difference.B));
        return table;
    }

    /// <summary>Whether a parameter is the one named, or lies in the section that is.</summary>
    private static bool IsPartOf(string path, string named) => (path + ".").StartsWith(named + ".", StringComparison.Ordinal);

    private static string Text(SignOff item) => $"{item.Rule}: {item.Text}";

    private static Table TableOf(params string[] titles)
    {
        var table = new Table().RoundedBorder();
        foreach (var title in titles) table.AddColumn(Markup.Escape(title));
        return table;
    }

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Markup(Markup.Escape(cell))));
}
