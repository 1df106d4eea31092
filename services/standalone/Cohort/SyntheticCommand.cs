using System.CommandLine;
using System.Text;
using CarT.Fhir.Simulator.Courses;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary><c>cart-fhir synthetic</c>: a made-up cohort as NDJSON, one FHIR Bundle per patient, for <c>evaluate</c>, <c>cohort</c> and whoever wants to try them.</summary>
internal static class SyntheticCommand
{
    public static Command Create()
    {
        var variant = new Option<CohortVariant>("--variant") { Description = "which lineage the responder without complete resolution lacks: A hemoglobin, B platelets, C neutrophils" };
        var (seed, patients) = (Seed(), Patients());
        var command = new Command("synthetic", "Writes a made-up cohort as NDJSON, one FHIR Bundle per patient; nobody's records") { variant, seed, patients };
        command.SetAction((parsed, cancel) =>
            WriteAsync(new CohortOptions { Variant = parsed.GetValue(variant), Seed = parsed.GetValue(seed), Patients = parsed.GetValue(patients) }, cancel));
        return command;
    }

    public static Option<int> Seed() => new("--seed") { Description = "seed of the synthetic cohort", DefaultValueFactory = _ => 2022 };

    public static Option<int> Patients()
    {
        var patients = new Option<int>("--patients") { Description = "patients in the cohort, the first six of them treated", DefaultValueFactory = _ => 93 };
        patients.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 500) result.AddError("--patients must lie between 1 and 500");
        });
        return patients;
    }

    private static async Task<int> WriteAsync(CohortOptions options, CancellationToken cancel)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        foreach (var bundle in CohortBundles.Of(SyntheticCohort.Generate(options))) await output.WriteLineAsync(bundle.ToJsonString().AsMemory(), cancel);
        return ExitCodes.Done;
    }
}
