using System.Text.Json;

namespace CarT.Fhir.R4.Client;

/// <summary>One issue of an OperationOutcome (R4 operationoutcome.html), bounded; for operators, never for logs: servers put patient data into its text.</summary>
/// <param name="Severity"><c>fatal</c>, <c>error</c>, <c>warning</c> or <c>information</c>; empty when it is none of the form of a code.</param>
/// <param name="Code">The issue type, such as <c>business-rule</c>; empty as above.</param>
/// <param name="Expression">Where in the resource: FHIRPath of <c>expression</c>, else <c>location</c>.</param>
/// <param name="Text"><c>details.text</c>, else <c>diagnostics</c>; null without either.</param>
public sealed record FhirIssue(string Severity, string Code, IReadOnlyList<string> Expression, string? Text)
{
    private const int MaxIssues = 20;
    private const int MaxText = 500;

    /// <summary>The issues of a body, in order; empty when the body is absent, HTML, or something else.</summary>
    public static IReadOnlyList<FhirIssue> ReadAll(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return [];
        try
        {
            using var document = JsonDocument.Parse(body);
            return [.. Items(document.RootElement, "issue").Where(issue => issue.ValueKind == JsonValueKind.Object).Take(MaxIssues).Select(Read)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static FhirIssue Read(JsonElement issue)
    {
        var expression = Texts(issue, "expression");
        var text = (issue.TryGetProperty("details", out var details) ? TextOf(details, "text") : null) ?? TextOf(issue, "diagnostics");
        return new FhirIssue(CodeOf(issue, "severity"), CodeOf(issue, "code"), expression.Count > 0 ? expression : Texts(issue, "location"), text);
    }

    // What is not of the form of a code may be anything, patient data included.
    private static string CodeOf(JsonElement issue, string name) =>
        TextOf(issue, name) is { Length: > 0 and <= 40 } code && code.All(c => char.IsAsciiLetterLower(c) || c == '-') ? code : "";

    private static List<string> Texts(JsonElement issue, string name) =>
        [.. Items(issue, name).Where(item => item.ValueKind == JsonValueKind.String).Take(MaxIssues).Select(item => Cut(item.GetString()!))];

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Cut(value.GetString()!) : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : default;

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
