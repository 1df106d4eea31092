using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Input;

namespace CarT.Fhir.Standalone.Evaluate;

/// <summary>Reads the input, evaluates it, and writes the result to standard output and a summary to standard error.</summary>
internal static class EvaluateRun
{
    // On the command line there is one hospital: all ids share one namespace.
    private const string Namespace = "input";

    private static readonly byte[] NewLine = [(byte)'\n'];

    public static async Task<int> RunAsync(IReadOnlyList<string> paths, EvaluationSettings settings, string format, CancellationToken cancel)
    {
        await using var standardInput = Console.OpenStandardInput();
        var input = InputReader.Read(paths, standardInput, new ReadContext { Namespace = Namespace, DoseEvidence = settings.Definition.Episode.DoseEvidence.ToHashSet(StringComparer.Ordinal) });
        var result = Evaluation.Of(input.Versions, settings);
        result = result with { WithoutPatient = Merge(result.WithoutPatient, input.Refused) };
        if (format == "table") TableOutput.Write(AssessmentTable.Of(result));
        else await WriteJsonAsync(result, cancel);
        await SummariseAsync(input, result);
        if (result.Assessments.Count == 0) return ExitCodes.NothingUsable;
        return result.AnyRefused ? ExitCodes.SomeRefused : ExitCodes.Done;
    }

    private static async Task WriteJsonAsync(EvaluationResult result, CancellationToken cancel)
    {
        await using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        foreach (var assessment in result.Assessments)
        {
            await JsonSerializer.SerializeAsync(output, assessment, CartJson.Options, cancel);
            await output.WriteAsync(NewLine, cancel);
        }
        if (result.WithoutPatient.Count == 0) return;
        await JsonSerializer.SerializeAsync(output, new { Patient = (string?)null, DataQuality = result.WithoutPatient }, CartJson.Options, cancel);
        await output.WriteAsync(NewLine, cancel);
    }

    private static Task SummariseAsync(InputResult input, EvaluationResult result)
    {
        var refused = input.Versions.Count(version => version.Refusals.Any(refusal => !DataQualityCodes.Remarks.Contains(refusal.Code))) + input.Refused.Count;
        var notRelevant = input.Versions.Count(version => version.NotRelevant is not null);
        return Console.Error.WriteLineAsync(
            $"{input.Versions.Count} resource versions read, {notRelevant} not relevant, {refused} refused, {input.Skipped} files without FHIR skipped; {result.Assessments.Count} patients");
    }

    private static IReadOnlyList<DataQualityFinding> Merge(IReadOnlyList<DataQualityFinding> a, IReadOnlyList<DataQualityFinding> b) =>
        [.. a.Concat(b).Distinct().OrderBy(finding => finding.Code, StringComparer.Ordinal).ThenBy(finding => finding.Resource, StringComparer.Ordinal)];
}
