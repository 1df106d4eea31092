using System.CommandLine;
using CarT.Fhir.Standalone.Input;

namespace CarT.Fhir.Standalone.Evaluate;

/// <summary><c>cart-fhir evaluate PATH…</c>: FHIR R4 files in, one assessment per patient out. No server, no store.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var input = new InputArguments();
        var format = new Option<string>("--format") { Description = "json or table", DefaultValueFactory = _ => "json" };
        format.AcceptOnlyFromAmong("json", "table");
        var command = new Command("evaluate", "Evaluates each patient of FHIR R4 files; one JSON object per patient");
        input.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, cancel) => input.RunAsync(parsed, (files, settings) => EvaluateRun.RunAsync(files, settings, parsed.GetValue(format)!, cancel)));
        return command;
    }
}
