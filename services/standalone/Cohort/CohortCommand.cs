using System.CommandLine;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.Standalone.Input;

namespace CarT.Fhir.Standalone.Cohort;

/// <summary><c>cart-fhir cohort PATH…</c>: FHIR R4 files in, the report of the whole cohort out, as JSON, table or page.</summary>
internal static class CohortCommand
{
    public static Command Create()
    {
        var input = new InputArguments();
        var format = new Option<string>("--format") { Description = "json, table, or html: one page with every course drawn", DefaultValueFactory = _ => "json" };
        format.AcceptOnlyFromAmong("json", "table", "html");
        var command = new Command("cohort", "Sums up the patients of FHIR R4 files: who was screened, treated, responded, and how long it took");
        input.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, cancel) => input.RunAsync(parsed, (files, settings) => RunAsync(files, settings, parsed.GetValue(format)!, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> paths, InputSettings settings, string format, CancellationToken cancel)
    {
        var input = await PatientInput.ReadAsync(paths, settings);
        // A retired id is the same person as its survivor (P11.6).
        var courses = input.Patients.Where(patient => !patient.IsRetired)
            .Select(patient => CytopeniaProtocol.CourseOf(patient.Record, settings.Definition, settings.Zone, patient.AsOf)).ToList();
        var report = CohortReport.Of(courses, input.WithoutPatient);
        await WriteAsync(report, courses, settings.Definition, format, cancel);
        await Console.Error.WriteLineAsync(input.Summary());
        if (courses.Count == 0) return ExitCodes.NothingUsable;
        return report.Refused.Count > 0 ? ExitCodes.SomeRefused : ExitCodes.Done;
    }

    private static async Task WriteAsync(CohortReport report, IReadOnlyList<PatientCourse> courses, ProtocolDefinition definition, string format, CancellationToken cancel)
    {
        await using var output = Console.OpenStandardOutput();
        switch (format)
        {
            case "table":
                CohortTable.Write(report);
                break;
            case "html":
                await output.WriteAsync(CohortPage.Render(report, courses, definition), cancel);
                break;
            default:
                await JsonSerializer.SerializeAsync(output, report, CartJson.Options, cancel);
                await output.WriteAsync("\n"u8.ToArray(), cancel);
                break;
        }
    }
}
