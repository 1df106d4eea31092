using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>A resource as it stands in a target. Kept as JSON, so that nothing is lost that our types do not know.</summary>
/// <param name="Id">Logical id.</param>
/// <param name="VersionId"><c>meta.versionId</c>; null at a server without versions.</param>
/// <param name="LastUpdated"><c>meta.lastUpdated</c>, or null.</param>
/// <param name="Status">The status code.</param>
/// <param name="Json">The resource.</param>
internal sealed record FoundResource(string Id, string? VersionId, DateTimeOffset? LastUpdated, string? Status, string Json)
{
    private const string EnteredInError = "entered-in-error";

    public bool IsEnteredInError => Status == EnteredInError;

    /// <summary>The same resource marked as entered in error, everything else untouched.</summary>
    public string AsEnteredInError()
    {
        var node = JsonNode.Parse(Json)!;
        node["status"] = EnteredInError;
        return node.ToJsonString();
    }

    /// <summary>The resource in the body of a read or write, or null when the body is none of this type.</summary>
    public static FoundResource? Read(FhirAnswer answer, string type)
    {
        if (answer.Body.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return Read(document.RootElement, type) is { } found ? found with { VersionId = answer.VersionId ?? found.VersionId } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The resources of a search page that carry our identifier; null when the page is no Bundle. Filtered again here, because a server may
    /// ignore a search parameter that it does not know.
    /// </summary>
    public static IReadOnlyList<FoundResource>? ReadPage(FhirAnswer page, string type, string system, string value)
    {
        try
        {
            using var document = JsonDocument.Parse(page.Body);
            if (Text(document.RootElement, "resourceType") != "Bundle") return null;
            return [.. Items(document.RootElement, "entry")
                .Where(entry => entry.TryGetProperty("resource", out _)).Select(entry => entry.GetProperty("resource"))
                .Where(resource => HasIdentifier(resource, system, value)).Select(resource => Read(resource, type)).OfType<FoundResource>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static FoundResource? Read(JsonElement resource, string type)
    {
        if (resource.ValueKind != JsonValueKind.Object || Text(resource, "resourceType") != type || Text(resource, "id") is not { } id) return null;
        var meta = resource.TryGetProperty("meta", out var element) && element.ValueKind == JsonValueKind.Object ? element : default;
        var updated = DateTimeOffset.TryParse(Text(meta, "lastUpdated"), out var instant) ? instant : (DateTimeOffset?)null;
        return new FoundResource(id, Text(meta, "versionId"), updated, Text(resource, "status"), resource.GetRawText());
    }

    private static bool HasIdentifier(JsonElement resource, string system, string value) =>
        resource.ValueKind == JsonValueKind.Object
        && Items(resource, "identifier").Any(identifier => Text(identifier, "system") == system && Text(identifier, "value") == value);

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>UTF-8 of a resource as text.</summary>
    public static ReadOnlyMemory<byte> Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
