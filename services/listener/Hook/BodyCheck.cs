using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Hook;

/// <summary>
/// The look at the outside of a body before it is stored: is it JSON of a form that can be taken apart later. A resource inside a Bundle that gives a
/// property twice spoils itself and not the Bundle; it is refused when the entry is read.
/// </summary>
internal static class BodyCheck
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = FhirJsonScan.MaxDepth, AllowDuplicateProperties = false };
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = FhirJsonScan.MaxDepth };

    /// <summary>What is wrong with the body; null when it can be taken apart.</summary>
    /// <param name="body">Not empty.</param>
    /// <param name="channel">Where it came; an envelope is no FHIR resource.</param>
    public static ReadProblem? ProblemOf(ReadOnlyMemory<byte> body, string? channel)
    {
        if (channel is not null) return ProblemOfEnvelope(body);
        var problem = FhirJsonScan.Scan(body).Problem;
        return problem?.Code switch
        {
            ReadProblemCodes.NoResourceType => null,
            ReadProblemCodes.DuplicateKey when IsInEntry(problem.Path) => ProblemOfBundle(body, problem),
            _ => problem,
        };
    }

    private static ReadProblem? ProblemOfEnvelope(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(body), Strict);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? null : new ReadProblem(ReadProblemCodes.NotAnObject, "envelope");
        }
        catch (JsonException)
        {
            return new ReadProblem(ReadProblemCodes.NotJson, "envelope");
        }
    }

    private static bool IsInEntry(string path) =>
        path.StartsWith("Bundle.entry[", StringComparison.Ordinal) && path.Contains("].resource.", StringComparison.Ordinal);

    // The scan stops at the first problem: here the rest is looked at, and what must be unambiguous for a Bundle to be taken apart.
    private static ReadProblem? ProblemOfBundle(ReadOnlyMemory<byte> body, ReadProblem found)
    {
        try
        {
            using var document = JsonDocument.Parse(FhirJsonScan.WithoutMark(body), Lenient);
            var entries = document.RootElement.Member("entry").Items().ToList();
            var parts = entries.SelectMany(entry => new[] { entry, entry.Member("request"), entry.Member("response") }).Prepend(document.RootElement);
            var isClear = parts.All(HasEachNameOnce) && IsClearStatus(entries[0].Member("resource"));
            return isClear ? null : found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new ReadProblem(ReadProblemCodes.NotJson, "Bundle");
        }
    }

    private static bool HasEachNameOnce(JsonElement element) =>
        element.ValueKind != JsonValueKind.Object || element.EnumerateObject().Select(member => member.Name).GroupBy(name => name).All(same => same.Count() == 1);

    private static bool IsClearStatus(JsonElement first) =>
        first.Text("resourceType") is not ("Parameters" or "SubscriptionStatus")
        || FhirJsonScan.Scan(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(first).ToArray()).Problem is null;
}
