using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>The forms in which an EHR tells of one version.</summary>
internal static class PushShapes
{
    private const string Hook = "/fhir/hook/main";
    private const string Subscription = EhrWire.Base + "/Subscription/topic-1";

    /// <summary>The notification of a version; null where this way of telling does not tell of it (a deletion as bare POST).</summary>
    public static Push? Of(PushStyle style, StoredVersion version, long number, long eventNumber) => style switch
    {
        PushStyle.Put when version.IsDeleted => new Push(number, "DELETE", $"{Hook}/{version.Reference}", [], About(version)),
        PushStyle.Put => new Push(number, "PUT", $"{Hook}/{version.Reference}", version.Body.ToArray(), About(version)),
        PushStyle.Post => version.IsDeleted ? null : new Push(number, "POST", Hook, version.Body.ToArray(), About(version)),
        PushStyle.TopicFull => new Push(number, "POST", Hook, Topic(version, eventNumber, isFull: true), About(version)),
        PushStyle.TopicIdOnly => new Push(number, "POST", Hook, Topic(version, eventNumber, isFull: false), About(version)),
        _ => throw new ArgumentOutOfRangeException(nameof(style)),
    };

    /// <summary>Something changed, and nothing says what.</summary>
    public static Push Ping(long number) => new(number, "POST", Hook, [], "ping");

    /// <summary>Names a version: <c>Observation/1/2</c>.</summary>
    public static string About(StoredVersion version) => $"{version.Reference}/{version.Version}";

    private static byte[] Topic(StoredVersion version, long number, bool isFull)
    {
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "history",
            ["timestamp"] = Instant(version.LastUpdated),
            ["entry"] = new JsonArray(Status(version, number), Focus(version, isFull)),
        };
        return Encoding.UTF8.GetBytes(bundle.ToJsonString());
    }

    private static JsonObject Status(StoredVersion version, long number)
    {
        var focus = Parameter("focus", "valueReference", new JsonObject { ["reference"] = $"{EhrWire.Base}/{version.Reference}" });
        var count = number.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["fullUrl"] = $"{EhrWire.Base}/Parameters/status-{count}",
            ["resource"] = new JsonObject
            {
                ["resourceType"] = "Parameters",
                ["id"] = "status-" + count,
                ["parameter"] = new JsonArray(
                    Parameter("subscription", "valueReference", new JsonObject { ["reference"] = Subscription }),
                    Parameter("status", "valueCode", "active"),
                    Parameter("type", "valueCode", "event-notification"),
                    Parameter("events-since-subscription-start", "valueString", count),
                    new JsonObject
                    {
                        ["name"] = "notification-event",
                        ["part"] = new JsonArray(
                            Parameter("event-number", "valueString", count), Parameter("timestamp", "valueInstant", Instant(version.LastUpdated)), focus),
                    }),
            },
            ["request"] = new JsonObject { ["method"] = "GET", ["url"] = Subscription + "/$status" },
            ["response"] = new JsonObject { ["status"] = "200" },
        };
    }

    private static JsonObject Focus(StoredVersion version, bool isFull)
    {
        var entry = new JsonObject { ["fullUrl"] = $"{EhrWire.Base}/{version.Reference}" };
        if (isFull && !version.IsDeleted) entry["resource"] = version.ToJson();
        entry["request"] = new JsonObject { ["method"] = version.Kind switch { WriteKind.Create => "POST", WriteKind.Update => "PUT", _ => "DELETE" }, ["url"] = version.Reference };
        entry["response"] = new JsonObject { ["status"] = "200", ["etag"] = version.ETag, ["lastModified"] = Instant(version.LastUpdated) };
        return entry;
    }

    private static JsonObject Parameter(string name, string member, JsonNode value) => new() { ["name"] = name, [member] = value };

    private static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
