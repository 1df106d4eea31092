using Spectre.Console;
using Spectre.Console.Rendering;

namespace CarT.Fhir.Standalone;

/// <summary>Tables on standard output: as wide as the terminal, or plain and wide enough for a whole row where it is a file or a pipe.</summary>
internal static class TableOutput
{
    private const int WidthOfAFile = 200;

    public static Table Titled(string title, params string[] columns)
    {
        var table = new Table().RoundedBorder().Title(title);
        foreach (var column in columns) table.AddColumn(column);
        return table;
    }

    public static void Write(IRenderable table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = Console.IsOutputRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        if (Console.IsOutputRedirected) console.Profile.Width = WidthOfAFile;
        console.Write(table);
    }
}
