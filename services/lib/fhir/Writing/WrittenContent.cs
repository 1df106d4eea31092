using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Units;
using Hl7.Fhir.Model;

namespace CarT.Fhir.R4.Writing;

/// <summary>
/// Compares what we wrote with what stands in the charting system. A server may add ids, versions, displays, extensions and its own
/// narrative, and write references with its address: none of that is a change of content, and none of it a clinician's edit.
/// </summary>
public static partial class WrittenContent
{
    private static readonly string[] OfTheServer = ["id", "meta", "text", "created"];
    private static readonly string[] Decoration = ["id", "extension", "display", "userSelected"];

    /// <summary>SHA-256 (lower-case hex) of the content that people and we decide on.</summary>
    public static string Fingerprint(DomainResource resource)
    {
        var json = JsonNode.Parse(FhirJson.Write(resource))!.AsObject();
        foreach (var name in OfTheServer) json.Remove(name);
        return ContentHash.Of(Encoding.UTF8.GetBytes(Plain(json)!.ToJsonString()));
    }

    /// <summary>Whether nothing needs to be written: the same content, and a narrative of the same words.</summary>
    public static bool IsUpToDate(DomainResource standing, DomainResource wanted) =>
        Fingerprint(standing) == Fingerprint(wanted) && Words(standing) == Words(wanted);

    /// <summary>Whether somebody else changed what we had written. Such a resource is left as it is.</summary>
    public static bool WasEdited(DomainResource standing, string fingerprintLastWritten) => Fingerprint(standing) != fingerprintLastWritten;

    /// <summary>
    /// Whether writing the resource back would lose something that its bytes hold: a contained resource or an element that our model does not
    /// know. Then it must not be overwritten.
    /// </summary>
    public static bool WouldLose(ReadOnlyMemory<byte> standing, DomainResource read) =>
        Leaves(JsonNode.Parse(standing.Span)) != Leaves(JsonNode.Parse(FhirJson.Write(read)));

    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => !Decoration.Contains(member.Key, StringComparer.Ordinal) && !member.Key.StartsWith('_'))
            .Select(member => KeyValuePair.Create(member.Key, member is { Key: "reference", Value: JsonValue text } ? Relative(text) : Plain(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Plain)]),
        JsonValue value when value.TryGetValue<decimal>(out var number) => JsonValue.Create(UnitTable.Normalise(number)),
        _ => node?.DeepClone(),
    };

    private static JsonValue Relative(JsonValue reference)
    {
        var text = reference.GetValue<string>();
        return JsonValue.Create(TypeAndId().Match(text) is { Success: true } match ? match.Groups["key"].Value : text);
    }

    private static string Words(DomainResource resource) =>
        WhiteSpace().Replace(Tags().Replace(resource.Text?.Div ?? "", " "), " ").Trim();

    private static int Leaves(JsonNode? node) => node switch
    {
        JsonObject members => members.Sum(member => Leaves(member.Value)),
        JsonArray items => items.Sum(Leaves),
        _ => 1,
    };

    [GeneratedRegex(@"\A(.*/)?(?<key>[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})(/_history/[^/]+)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeAndId();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WhiteSpace();
}
