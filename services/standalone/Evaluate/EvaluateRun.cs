using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.Standalone.Input;

namespace CarT.Fhir.Standalone.Evaluate;

/// <summary>Reads the input, evaluates it, and writes the result to standard output and a summary to standard error.</summary>
internal static class EvaluateRun
{
    private static readonly byte[] NewLine = [(byte)'\n'];

    public static async Task<int> RunAsync(IReadOnlyList<string> paths, InputSettings settings, string format, CancellationToken cancel)
    {
        var input = await PatientInput.ReadAsync(paths, settings);
        var assessments = input.Patients.Select(patient => CytopeniaProtocol.Assess(patient.Record, settings.Definition, settings.Zone, patient.AsOf)).ToList();
        if (format == "table") TableOutput.Write(AssessmentTable.Of(assessments, input.WithoutPatient));
        else await WriteJsonAsync(assessments, input.WithoutPatient, cancel);
        await Console.Error.WriteLineAsync(input.Summary());
        if (assessments.Count == 0) return ExitCodes.NothingUsable;
        var findings = assessments.SelectMany(assessment => assessment.DataQuality).Concat(input.WithoutPatient);
        return findings.Any(finding => !DataQualityCodes.Remarks.Contains(finding.Code)) ? ExitCodes.SomeRefused : ExitCodes.Done;
    }

    private static async Task WriteJsonAsync(IReadOnlyList<Assessment> assessments, IReadOnlyList<DataQualityFinding> withoutPatient, CancellationToken cancel)
    {
        await using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        foreach (var assessment in assessments)
        {
            await JsonSerializer.SerializeAsync(output, assessment, CartJson.Options, cancel);
            await output.WriteAsync(NewLine, cancel);
        }
        if (withoutPatient.Count == 0) return;
        await JsonSerializer.SerializeAsync(output, new { Patient = (string?)null, DataQuality = withoutPatient }, CartJson.Options, cancel);
        await output.WriteAsync(NewLine, cancel);
    }
}
