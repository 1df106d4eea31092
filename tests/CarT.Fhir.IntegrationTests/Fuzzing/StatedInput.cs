using System.Text;
using System.Text.Json;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.IntegrationTests.Fuzzing;

/// <summary>The resources in an input of the command line, taken apart without the product: one document, Bundles in it, or one document per line.</summary>
internal sealed class StatedInput : IDisposable
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 600 };

    private readonly List<JsonDocument> documents = [];
    private readonly List<(Raw Content, string? IdOfEntry, Dictionary<string, string> FullUrls, bool IsInDoubt)> resources = [];

    private StatedInput() { }

    internal static StatedInput? Of(byte[] bytes)
    {
        var input = new StatedInput();
        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(3) : bytes;
        if (!input.TryAdd(text) && !Lines(text).Select(input.TryAdd).ToList().Exists(isRead => isRead)) return null;
        return input;
    }

    public void Dispose() => documents.ForEach(document => document.Dispose());

    /// <summary>The resources that could be the one of that key. Those in a Bundle that gives a name twice are none: nobody can say what it holds.</summary>
    internal IEnumerable<(Raw Content, IReadOnlyDictionary<string, string> FullUrls)> Named(ResourceKey key) => resources
        .Where(resource => !resource.IsInDoubt && resource.Content["resourceType"].Text == key.Type && (resource.Content["id"].Text ?? resource.IdOfEntry) == key.Id)
        .Select(resource => (resource.Content["id"].Text is null ? WithId(resource.Content, key.Id) : resource.Content, (IReadOnlyDictionary<string, string>)resource.FullUrls));

    /// <summary>The last resource of that reference, as a later version takes the place of an earlier.</summary>
    internal Raw Behind(string reference) => resources.FindLast(resource =>
        $"{resource.Content["resourceType"].Text}/{resource.Content["id"].Text ?? resource.IdOfEntry}" == reference).Content;

    private bool TryAdd(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json, Deep);
            documents.Add(document);
            Add(new Raw(document.RootElement), null, [], isInDoubt: false);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Add(Raw resource, string? id, Dictionary<string, string> fullUrls, bool isInDoubt)
    {
        if (resource.Element.ValueKind != JsonValueKind.Object) return;
        if (resource["resourceType"].Text != "Bundle")
        {
            resources.Add((resource, id, fullUrls, isInDoubt));
            return;
        }
        var scope = new Dictionary<string, string>(StringComparer.Ordinal);
        isInDoubt |= resource.IsInDoubt;
        foreach (var entry in resource.Exactly("entry").Items.Where(item => item.Element.ValueKind == JsonValueKind.Object))
        {
            var content = entry.Exactly("resource");
            var idOfEntry = LastPart(entry.Exactly("fullUrl").Text) ?? LastPart(entry.Exactly("request").Exactly("url").Text);
            if (entry.Exactly("fullUrl").Text is { } url && content["resourceType"].Text is { } type && (content["id"].Text ?? idOfEntry) is { } known) scope[url] = $"{type}/{known}";
            if (content.IsThere) Add(content, idOfEntry, scope, isInDoubt || entry.IsInDoubt);
        }
    }

    private static string? LastPart(string? url) => url?.Split('/', ':')[^1] is { Length: > 0 } id ? id : null;

    private Raw WithId(Raw resource, string id)
    {
        var document = JsonDocument.Parse($"{{\"id\":{JsonSerializer.Serialize(id)},{resource.Element.GetRawText().TrimStart()[1..]}", Deep);
        documents.Add(document);
        return new Raw(document.RootElement);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            yield return end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
        }
    }
}
