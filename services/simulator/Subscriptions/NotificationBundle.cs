using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Subscriptions;

/// <summary>One event of a topic subscription: the write that matched, and its number since the subscription started.</summary>
internal sealed record TopicEvent(long Number, StoredVersion Focus);

/// <summary>The state that a notification reports.</summary>
internal sealed record SubscriptionState(SubscriptionDefinition Definition, string Status, long Events);

/// <summary>
/// Bundles of the Subscriptions R5 Backport in R4: a history Bundle whose first entry is the status (Parameters), followed by the focus resources as
/// far as the payload content allows.
/// </summary>
internal static class NotificationBundle
{
    private const string Profiles = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    public static JsonObject Create(string kind, SubscriptionState state, IReadOnlyList<TopicEvent> events, string baseUrl, DateTimeOffset now)
    {
        var entries = new JsonArray(StatusEntry(kind, state, events, baseUrl));
        if (state.Definition.Content != PayloadContent.Empty)
            foreach (var item in events)
                entries.Add(FocusEntry(item.Focus, state.Definition.Content, baseUrl));
        return new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = Guid.NewGuid().ToString(),
            ["meta"] = Profile("backport-subscription-notification-r4"),
            ["type"] = "history",
            ["timestamp"] = Instant(now),
            ["entry"] = entries,
        };
    }

    /// <summary>The answer of <c>$status</c>.</summary>
    public static JsonObject StatusAnswer(SubscriptionState state, string baseUrl, DateTimeOffset now)
    {
        var entry = StatusEntry("query-status", state, [], baseUrl);
        entry.Remove("request");
        entry.Remove("response");
        entry["search"] = new JsonObject { ["mode"] = "match" };
        return new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "searchset",
            ["total"] = 1,
            ["timestamp"] = Instant(now),
            ["entry"] = new JsonArray(entry),
        };
    }

    private static JsonObject StatusEntry(string kind, SubscriptionState state, IReadOnlyList<TopicEvent> events, string baseUrl)
    {
        var id = Guid.NewGuid().ToString();
        var subscription = $"{baseUrl}/Subscription/{state.Definition.Id}";
        return new JsonObject
        {
            ["fullUrl"] = "urn:uuid:" + id,
            ["resource"] = new JsonObject
            {
                ["resourceType"] = "Parameters",
                ["id"] = id,
                ["meta"] = Profile("backport-subscription-status-r4"),
                ["parameter"] = StatusParameters(kind, state, events, subscription, baseUrl),
            },
            ["request"] = new JsonObject { ["method"] = "GET", ["url"] = subscription + "/$status" },
            ["response"] = new JsonObject { ["status"] = "200" },
        };
    }

    private static JsonArray StatusParameters(string kind, SubscriptionState state, IReadOnlyList<TopicEvent> events, string subscription, string baseUrl)
    {
        var hidesTopic = kind == "event-notification" && state.Definition.Content == PayloadContent.Empty;
        var parameters = new JsonArray(Parameter("subscription", "valueReference", new JsonObject { ["reference"] = subscription }));
        if (!hidesTopic && state.Definition.Topic is { } topic) parameters.Add(Parameter("topic", "valueCanonical", topic));
        parameters.Add(Parameter("status", "valueCode", state.Status));
        parameters.Add(Parameter("type", "valueCode", kind));
        parameters.Add(Parameter("events-since-subscription-start", "valueString", Text(state.Events)));
        foreach (var item in events) parameters.Add(EventParameter(item, state.Definition.Content, baseUrl));
        if (state.Status == "error") parameters.Add(Parameter("error", "valueCodeableConcept", NoResponse()));
        return parameters;
    }

    private static JsonObject EventParameter(TopicEvent item, PayloadContent content, string baseUrl)
    {
        var parts = new JsonArray(
            Parameter("event-number", "valueString", Text(item.Number)),
            Parameter("timestamp", "valueInstant", Instant(item.Focus.LastUpdated)));
        if (content != PayloadContent.Empty)
            parts.Add(Parameter("focus", "valueReference", new JsonObject { ["reference"] = $"{baseUrl}/{item.Focus.Reference}" }));
        return new JsonObject { ["name"] = "notification-event", ["part"] = parts };
    }

    private static JsonObject FocusEntry(StoredVersion focus, PayloadContent content, string baseUrl)
    {
        var (method, url, status) = BundleWriter.Origin(focus);
        var entry = new JsonObject { ["fullUrl"] = $"{baseUrl}/{focus.Reference}" };
        if (content == PayloadContent.FullResource) entry["resource"] = focus.ToJson();
        entry["request"] = new JsonObject { ["method"] = method, ["url"] = url };
        entry["response"] = new JsonObject { ["status"] = status };
        return entry;
    }

    private static JsonObject NoResponse() => new()
    {
        ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/subscription-error", ["code"] = "no-response" }),
    };

    private static JsonObject Parameter(string name, string member, JsonNode value) => new() { ["name"] = name, [member] = value };

    private static JsonObject Profile(string name) => new() { ["profile"] = new JsonArray(Profiles + name) };

    // integer64 is a string in R4.
    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
