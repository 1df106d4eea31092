using System.Text.Json;

namespace CarT.Fhir.R4.Client;

/// <summary>What a page of results says about the search itself (R4 bundle.html, search.html). Pure.</summary>
internal static class SearchPage
{
    /// <summary>Where the next page is.</summary>
    /// <param name="Url">The link <c>next</c>; null on the last page.</param>
    /// <param name="IsReadable">False when a link cannot be read: it may be the one to the next page.</param>
    public readonly record struct NextPage(string? Url, bool IsReadable);

    public static NextPage NextOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            // Not a Bundle: the caller meets the same bytes and refuses them with their path.
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("link", out var links)) return new NextPage(null, true);
            return links.ValueKind == JsonValueKind.Array ? NextOf([.. links.EnumerateArray()]) : new NextPage(null, false);
        }
        catch (JsonException)
        {
            return new NextPage(null, true);
        }
    }

    /// <summary>Whether an OperationOutcome among the results tells of an error: then they are not all that there are.</summary>
    public static bool IsPartial(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return false;
        try
        {
            using var document = JsonDocument.Parse(body);
            return Items(document.RootElement, "entry").Select(entry => Member(entry, "resource")).Where(resource => Text(resource, "resourceType") == "OperationOutcome")
                .SelectMany(outcome => Items(outcome, "issue")).Any(issue => Text(issue, "severity") is "error" or "fatal");
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static NextPage NextOf(JsonElement[] links)
    {
        if (Array.Exists(links, link => Text(link, "relation") is null)) return new NextPage(null, false);
        var next = links.Where(link => Text(link, "relation") == "next").Select(link => Text(link, "url")).Take(1).ToList();
        return next.Count == 0 ? new NextPage(null, true) : new NextPage(next[0], next[0] is { Length: > 0 });
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;
}
