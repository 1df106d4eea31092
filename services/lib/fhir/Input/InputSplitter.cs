using System.Runtime.InteropServices;
using System.Text.Json;
using CarT.Fhir.R4.Reading;

namespace CarT.Fhir.R4.Input;

/// <summary>One resource, or one delete, of the input.</summary>
/// <remarks><see cref="Json"/> is empty for a delete, which has a <see cref="Deleted"/> instead.</remarks>
internal sealed record InputEntry(string File, ReadOnlyMemory<byte> Json, string? FullUrl, string? IdFromBundle, DeletedEntry? Deleted, BundleScope Scope);

/// <summary>A DELETE entry of a history Bundle: what was deleted, as version and time of the response tell.</summary>
internal sealed record DeletedEntry(string Reference, string? VersionId, string? At);

/// <summary><c>fullUrl</c> to relative reference, of the entries of one Bundle.</summary>
internal sealed class BundleScope
{
    /// <summary>Only a history tells what was deleted; elsewhere a DELETE is a wish.</summary>
    internal bool IsHistory { get; init; }

    internal Dictionary<string, string> FullUrls { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// Splits a file into resources: one resource, a Bundle of any type with Bundles in it, or one of these per line. One that is broken stops no
/// other.
/// </summary>
internal sealed class InputSplitter(Action<InputEntry> entry, Action<string, ReadProblem> refuse, Action<string> skip)
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 4 * FhirJsonScan.MaxDepth };

    internal void Split(string file, ReadOnlyMemory<byte> bytes)
    {
        bytes = FhirJsonScan.WithoutMark(bytes);
        if (IsWhite(bytes.Span)) skip(file);
        else if (!TryDocument(file, bytes, new BundleScope()) && !TryLines(file, bytes))
            refuse(file, FhirJsonScan.Scan(bytes).Problem ?? new ReadProblem(ReadProblemCodes.NotJson, "resource"));
    }

    private bool TryDocument(string file, ReadOnlyMemory<byte> bytes, BundleScope scope)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Deep);
            Take(file, document.RootElement, null, null, scope);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Lines are resources when the first of several is a JSON document of its own.</summary>
    private bool TryLines(string file, ReadOnlyMemory<byte> bytes)
    {
        var lines = Lines(bytes).Where(line => !IsWhite(line.Bytes.Span)).ToList();
        if (lines.Count < 2 || !IsDocument(lines[0].Bytes)) return false;
        foreach (var (number, line) in lines)
        {
            var name = $"{file}:{number}";
            if (!TryDocument(name, line, new BundleScope())) refuse(name, new ReadProblem(ReadProblemCodes.NotJson, "resource"));
        }
        return true;
    }

    private static bool IsDocument(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Deep);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Take(string file, JsonElement resource, string? fullUrl, string? idFromBundle, BundleScope scope)
    {
        try
        {
            TakeReadable(file, resource, fullUrl, idFromBundle, scope);
        }
        // Half a surrogate pair, and what is no UTF-8, is found only when the text is read.
        catch (InvalidOperationException)
        {
            refuse(file, FhirJsonScan.Scan(Bytes(resource)).Problem ?? new ReadProblem(ReadProblemCodes.NotJson, "resource"));
        }
    }

    private void TakeReadable(string file, JsonElement resource, string? fullUrl, string? idFromBundle, BundleScope scope)
    {
        var type = resource.ValueKind == JsonValueKind.Object ? Text(resource, "resourceType") : null;
        if (type is null) skip(file);
        else if (type == "Bundle") TakeBundle(file, resource);
        else entry(new InputEntry(file, Bytes(resource), fullUrl, idFromBundle, null, scope));
    }

    private void TakeBundle(string file, JsonElement bundle)
    {
        if (!HasEachNameOnce(bundle)) refuse(file, new ReadProblem(ReadProblemCodes.DuplicateKey, "Bundle"));
        if (!HasEachNameOnce(bundle) || !bundle.TryGetProperty("entry", out var entries) || entries.ValueKind != JsonValueKind.Array) return;
        var scope = new BundleScope { IsHistory = Text(bundle, "type") == "history" };
        var index = 0;
        foreach (var item in entries.EnumerateArray())
        {
            var name = $"{file}#{index++}";
            if (item.ValueKind == JsonValueKind.Object) TakeReadableEntry(name, item, scope);
            else refuse(name, new ReadProblem(ReadProblemCodes.NotAnObject, "Bundle.entry"));
        }
    }

    private void TakeReadableEntry(string name, JsonElement item, BundleScope scope)
    {
        try
        {
            if (IsClear(item)) TakeEntry(name, item, scope);
            else refuse(name, new ReadProblem(ReadProblemCodes.DuplicateKey, "Bundle.entry"));
        }
        catch (InvalidOperationException)
        {
            refuse(name, new ReadProblem(ReadProblemCodes.NotJson, "Bundle.entry"));
        }
    }

    /// <summary>Of two resources in one entry, or two methods of its request, nobody can say which is meant. The resource itself is looked at when it is read.</summary>
    private static bool IsClear(JsonElement entry) =>
        HasEachNameOnce(entry) && entry.EnumerateObject().All(member => member.NameEquals("resource") || HasEachNameOnce(member.Value));

    private static bool HasEachNameOnce(JsonElement element) => element.ValueKind != JsonValueKind.Object
        || element.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal).Count() == element.GetPropertyCount();

    private void TakeEntry(string name, JsonElement item, BundleScope scope)
    {
        var fullUrl = Text(item, "fullUrl");
        var method = Text(item, "request", "method");
        var url = Text(item, "request", "url");
        if (item.TryGetProperty("resource", out var resource))
        {
            var id = IdOf(fullUrl) ?? (method == "PUT" ? IdOf(url) : null);
            if (fullUrl is not null && Text(resource, "resourceType") is { } type && (Text(resource, "id") ?? id) is { } known)
                scope.FullUrls[fullUrl] = $"{type}/{known}";
            if (Text(resource, "resourceType") is null) refuse(name, new ReadProblem(ReadProblemCodes.NoResourceType, "Bundle.entry.resource"));
            else Take(name, resource, fullUrl, id, scope);
        }
        else if (scope.IsHistory && method == "DELETE" && (url ?? fullUrl) is { } deleted)
        {
            var version = Text(item, "response", "etag")?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
            var gone = new DeletedEntry(deleted, version, Text(item, "response", "lastModified"));
            entry(new InputEntry(name, default, fullUrl, null, gone, scope));
        }
    }

    /// <summary>The id that a Bundle gives to a resource that has none of its own.</summary>
    private static string? IdOf(string? url)
    {
        if (url is null || url.Contains('?', StringComparison.Ordinal)) return null;
        var id = url[(url.LastIndexOfAny(['/', ':']) + 1)..];
        return id.Length is > 0 and <= 64 && id.Length < url.Length ? id : null;
    }

    private static string? Text(JsonElement item, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out item)) return null;
        }
        return item.ValueKind == JsonValueKind.String ? item.GetString() : null;
    }

    private static byte[] Bytes(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes)> Lines(ReadOnlyMemory<byte> bytes)
    {
        for (var number = 1; !bytes.IsEmpty; number++)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            yield return (number, end < 0 ? bytes : bytes[..end]);
            bytes = end < 0 ? default : bytes[(end + 1)..];
        }
    }

    private static bool IsWhite(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0;
}
