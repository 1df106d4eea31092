using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.Simulator.Server.Search;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Subscriptions;

/// <summary>How much a topic notification says about its focus (backport-payload-content).</summary>
internal enum PayloadContent
{
    Empty,
    IdOnly,
    FullResource,
}

/// <summary>
/// What a Subscription resource asks for. Criteria that are a canonical make it topic-based (Subscriptions R5 Backport 1.1.0); criteria of the form
/// <c>Type?parameters</c> make it a classic R4 one.
/// </summary>
internal sealed record SubscriptionDefinition
{
    private const string Backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";

    public required string Id { get; init; }

    /// <summary>The topic canonical; null for a classic subscription.</summary>
    public string? Topic { get; init; }

    public required Uri Endpoint { get; init; }

    /// <summary>The mime type to send; null: an empty ping.</summary>
    public string? Payload { get; init; }

    public PayloadContent Content { get; init; }

    public int MaxCount { get; init; } = 1;

    public TimeSpan? Heartbeat { get; init; }

    public TimeSpan? Timeout { get; init; }

    public DateTimeOffset? End { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Filters by type, all of which must match; empty: every type but Subscription.</summary>
    public required FrozenDictionary<string, SearchQuery[]> Filters { get; init; }

    /// <summary>Whether a new version of a resource is a match. Only the new value counts; a deletion never matches.</summary>
    public bool Matches(StoredVersion version)
    {
        if (version.IsDeleted || version.Type == "Subscription") return false;
        if (Filters.Count == 0) return true;
        return Filters.TryGetValue(version.Type, out var queries) && Array.TrueForAll(queries, query => query.Matches(version));
    }

    /// <exception cref="FhirProblemException">The server cannot serve this subscription; the text says why.</exception>
    public static SubscriptionDefinition Parse(JsonObject resource)
    {
        var channel = resource["channel"] as JsonObject ?? throw FhirProblemException.Invalid("The subscription has no channel");
        if (Json.Text(channel["type"]) != "rest-hook") throw FhirProblemException.Invalid("Only the channel type rest-hook is supported");
        var criteria = Json.Text(resource["criteria"]) ?? throw FhirProblemException.Invalid("The subscription has no criteria");
        var payload = Json.Text(channel["payload"]);
        if (payload?.Contains("json", StringComparison.Ordinal) == false) throw FhirProblemException.Invalid("Only JSON payloads are supported");
        var isTopic = criteria.StartsWith("http", StringComparison.Ordinal) || criteria.StartsWith("urn:", StringComparison.Ordinal);
        return new SubscriptionDefinition
        {
            Id = Json.Text(resource["id"])!,
            Topic = isTopic ? criteria : null,
            Endpoint = Uri.TryCreate(Json.Text(channel["endpoint"]), UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"
                ? endpoint
                : throw FhirProblemException.Invalid("The channel has no http endpoint"),
            Payload = payload,
            Content = ContentOf(Json.Text(Extension(channel["_payload"], "payload-content")?["valueCode"])),
            MaxCount = Number(Extension(channel, "max-count")?["valuePositiveInt"]) ?? 1,
            Heartbeat = Seconds(Extension(channel, "heartbeat-period")?["valueUnsignedInt"]),
            Timeout = Seconds(Extension(channel, "timeout")?["valueUnsignedInt"]),
            End = DateTimeOffset.TryParse(Json.Text(resource["end"]), CultureInfo.InvariantCulture, out var end) ? end : null,
            Headers = [.. (channel["header"] as JsonArray ?? []).Select(Json.Text).OfType<string>().Select(Header)],
            Filters = ParseFilters(isTopic ? Extensions(resource["_criteria"], "filter-criteria").Select(filter => Json.Text(filter["valueString"]) ?? "") : [criteria]),
        };
    }

    private static FrozenDictionary<string, SearchQuery[]> ParseFilters(IEnumerable<string> criteria) =>
        criteria.Select(ParseFilter).GroupBy(query => query.Type).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private static SearchQuery ParseFilter(string criteria)
    {
        var parts = criteria.TrimStart('/').Split('?', 2);
        if (!SearchParameters.IsKnown(parts[0])) throw FhirProblemException.Invalid("The criteria name no resource type of this server");
        var query = SearchQuery.Parse(parts[0], parts.Length > 1 ? parts[1] : "");
        return query.Unknown is null ? query : throw FhirProblemException.Invalid($"The search parameter {query.Unknown} of the criteria is not supported");
    }

    private static PayloadContent ContentOf(string? code) => code switch
    {
        "full-resource" => PayloadContent.FullResource,
        "id-only" => PayloadContent.IdOnly,
        _ => PayloadContent.Empty,
    };

    private static KeyValuePair<string, string> Header(string line)
    {
        var parts = line.Split(':', 2);
        return KeyValuePair.Create(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : "");
    }

    private static TimeSpan? Seconds(JsonNode? node) => Number(node) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    private static JsonObject? Extension(JsonNode? node, string name) => Extensions(node, name).FirstOrDefault();

    private static IEnumerable<JsonObject> Extensions(JsonNode? node, string name) =>
        Json.Objects((node as JsonObject)?["extension"]).Where(extension => Json.Text(extension["url"]) == Backport + name);
}
