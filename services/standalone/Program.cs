using System.CommandLine;
using CarT.Fhir.Standalone;
using CarT.Fhir.Standalone.Cohort;
using CarT.Fhir.Standalone.Definitions;
using CarT.Fhir.Standalone.Demo;
using CarT.Fhir.Standalone.Evaluate;
using CarT.Fhir.Standalone.Icaht;

var root = new RootCommand("CarT.Fhir: the post-CAR-T cytopenia protocol (Beyar-Katz 2022) on FHIR R4")
{
    RunCommand.Create(),
    HealthCommand.Create(),
    DemoCommand.Create(),
    EvaluateCommand.Create(),
    CohortCommand.Create(),
    SyntheticCommand.Create(),
    IcahtCommand.Create(),
    ProtocolCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count == 0) return await parsed.InvokeAsync();
foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
await Console.Error.WriteLineAsync("See cart-fhir --help.");
return ExitCodes.UnusableArguments;
