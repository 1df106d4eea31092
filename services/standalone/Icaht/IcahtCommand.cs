using System.CommandLine;

namespace CarT.Fhir.Standalone.Icaht;

/// <summary><c>cart-fhir icaht FILE.csv</c>: a table of counts in, a table of hematotoxicity grades out.</summary>
internal static class IcahtCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "CSV with the columns id, day (from the infusion), anc (cells/uL) and optionally platelets (cells/uL), one row per measurement; - is standard input",
        };
        var mode = new Option<string>("--mode") { Description = "strict, or fred-hutch: as the published grader", DefaultValueFactory = _ => Hematology.Icaht.Strict };
        mode.AcceptOnlyFromAmong(Hematology.Icaht.Strict, Hematology.Icaht.FredHutch);
        var command = new Command("icaht", "Grades early and late ICAHT of each patient of a CSV file") { file, mode };
        command.SetAction(async (parsed, cancel) =>
        {
            var path = parsed.GetValue(file)!;
            try
            {
                using var input = path == "-" ? new StreamReader(Console.OpenStandardInput()) : File.OpenText(path);
                return await IcahtRun.RunAsync(input, parsed.GetValue(mode)!, Console.Out, Console.Error, cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"{path}: cannot be read ({e.Message})");
                return ExitCodes.UnusableArguments;
            }
        });
        return command;
    }
}
