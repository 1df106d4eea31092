using System.CommandLine;
using CarT.Fhir.Standalone.Cohort;

namespace CarT.Fhir.Standalone.Demo;

/// <summary><c>cart-fhir demo</c>: the services, a simulated EHR and a synthetic cohort replayed at high speed, all on 127.0.0.1.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var exit = new Option<bool>("--exit") { Description = "end after the table instead of staying up until Ctrl-C" };
        // For the script that starts a broker and a database first; by itself it would only ask for them.
        var separate = new Option<bool>("--separate") { Hidden = true };
        var throughput = new Option<int?>("--throughput") { Description = "instead of the cohort: tell so many results as fast as possible, and print how many a second were evaluated and written back" };
        var (seed, patients) = (SyntheticCommand.Seed(), SyntheticCommand.Patients());
        var command = new Command("demo", "Replays a synthetic cohort into a simulated EHR and shows what was flagged and proposed") { exit, separate, throughput, seed, patients };
        command.SetAction((parsed, cancel) => DemoRun.RunAsync(new DemoSettings(parsed.GetValue(seed), parsed.GetValue(patients), parsed.GetValue(exit), parsed.GetValue(separate), parsed.GetValue(throughput)), cancel));
        return command;
    }
}

/// <summary>What the demo was asked to do.</summary>
/// <param name="Seed">Of the cohort.</param>
/// <param name="Patients">Size of the cohort.</param>
/// <param name="ExitAfterTable">Ends then; otherwise the page stays until Ctrl-C.</param>
/// <param name="Separate">The services are processes of their own, on the store and the bus that the environment names.</param>
/// <param name="Throughput">So many results are told as fast as possible, instead of a cohort.</param>
internal sealed record DemoSettings(int Seed, int Patients, bool ExitAfterTable, bool Separate, int? Throughput);
