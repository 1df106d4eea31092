using System.Runtime.InteropServices;
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

    /// <summary>The header of the resource, and what is wrong with the body; no problem when it can be taken apart.</summary>
    /// <param name="body">The bytes, unpacked.</param>
    /// <param name="channel">Where it came; an envelope is no FHIR resource.</param>
    public static ScanResult Look(ReadOnlyMemory<byte> body, string? channel)
    {
        if (channel is not null) return new ScanResult(new ResourceHeader(), ProblemOfEnvelope(body));
        var scan = FhirJsonScan.Scan(body);
        return scan.Problem?.Code switch
        {
            ReadProblemCodes.NoResourceType => scan with { Problem = null },
            ReadProblemCodes.DuplicateKey when IsInEntry(scan.Problem.Path) => scan with { Problem = ProblemOfBundle(body, scan.Problem) },
            _ => scan,
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
        || FhirJsonScan.Scan(JsonMarshal.GetRawUtf8Value(first).ToArray()).Problem is null;
}
