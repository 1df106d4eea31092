using System.CommandLine;

namespace CarT.Fhir.Standalone.Demo;

/// <summary><c>cart-fhir demo</c>: the services, a simulated EHR and a synthetic cohort replayed at high speed, all on 127.0.0.1.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var exit = new Option<bool>("--exit") { Description = "end after the table instead of staying up until Ctrl-C" };
        var seed = new Option<int>("--seed") { Description = "seed of the synthetic cohort", DefaultValueFactory = _ => 2022 };
        var patients = new Option<int>("--patients") { Description = "patients in the cohort", DefaultValueFactory = _ => 93 };
        patients.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 500) result.AddError("--patients must lie between 1 and 500");
        });
        var command = new Command("demo", "Replays a synthetic cohort into a simulated EHR and shows what was flagged and proposed") { exit, seed, patients };
        command.SetAction((parsed, cancel) => DemoRun.RunAsync(new DemoSettings(parsed.GetValue(seed), parsed.GetValue(patients), parsed.GetValue(exit)), cancel));
        return command;
    }
}

/// <summary>What the demo was asked to do.</summary>
internal sealed record DemoSettings(int Seed, int Patients, bool ExitAfterTable);
