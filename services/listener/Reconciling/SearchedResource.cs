using System.Runtime.InteropServices;
using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>One resource of a page of results.</summary>
/// <param name="Reference"><c>{type}/{id}</c>.</param>
/// <param name="LastUpdated"><c>meta.lastUpdated</c>, or null.</param>
/// <param name="ContentHash">As of the version that is read from it.</param>
/// <param name="Json">As received.</param>
internal sealed record SearchedResource(string Reference, DateTimeOffset? LastUpdated, string ContentHash, byte[] Json)
{
    /// <summary>What makes two results one: the resource and its content.</summary>
    internal readonly record struct Identity(string Reference, string ContentHash);

    public Identity Id => new(Reference, ContentHash);

    public string Type => Reference[..Reference.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The resources of a page, without remarks of the server about the search itself; null when the page is no Bundle.</summary>
    /// <param name="page">The body of an answer.</param>
    /// <param name="total">How many matches it says that there are on all pages; null when it does not say.</param>
    public static List<SearchedResource>? Of(ReadOnlyMemory<byte> page, out long? total)
    {
        total = null;
        try
        {
            using var document = JsonDocument.Parse(page);
            if (document.RootElement.Text("resourceType") != "Bundle") return null;
            total = LenientJson.Whole(document.RootElement.Text("total"));
            return [.. document.RootElement.Member("entry").Items().Where(entry => entry.Member("search").Text("mode") != "outcome")
                .Select(entry => entry.Member("resource")).Where(resource => resource.ValueKind == JsonValueKind.Object && resource.Text("resourceType") != "OperationOutcome")
                .Select(resource => Of(JsonMarshal.GetRawUtf8Value(resource).ToArray()))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What <see cref="ContentHash"/> is of these bytes of a resource.</summary>
    public static string HashOf(ReadOnlyMemory<byte> json) =>
        FhirJsonScan.Scan(json).Problem is null ? R4.Reading.ContentHash.Of(json) : R4.Reading.ContentHash.OfBytes(json.Span);

    private static SearchedResource Of(byte[] json)
    {
        var scan = FhirJsonScan.Scan(json);
        return new SearchedResource($"{scan.Header.Type}/{scan.Header.Id}", LenientJson.Instant(scan.Header.LastUpdated), HashOf(json), json);
    }
}
