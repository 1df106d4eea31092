using System.Collections.Frozen;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Server.Search;

internal enum SearchKind
{
    Token,
    Reference,
    Date,
    Uri,
}

internal sealed record SearchParameter(string Name, SearchKind Kind, Func<JsonObject, IEnumerable<IndexedValue>> Values);

/// <summary>
/// The types that the server keeps and the parameters by which each can be searched (R4 search parameter registry, cut to what clients of a
/// charting system use). <c>Flag?status</c> and <c>Flag?code</c> are additions of this server.
/// </summary>
internal static class SearchParameters
{
    private const string Everywhere = "_id _lastUpdated _tag _security identifier";

    private static readonly FrozenDictionary<string, SearchParameter> Definitions = new SearchParameter[]
    {
        new("_id", SearchKind.Token, resource => Code(resource["id"])),
        new("_lastUpdated", SearchKind.Date, resource => Times(resource["meta"]?["lastUpdated"])),
        new("_tag", SearchKind.Token, resource => Json.Objects(resource["meta"]?["tag"]).SelectMany(Coding)),
        new("_security", SearchKind.Token, resource => Json.Objects(resource["meta"]?["security"]).SelectMany(Coding)),
        new("identifier", SearchKind.Token, resource => Json.Objects(resource["identifier"]).SelectMany(identifier => Token(identifier, "value"))),
        new("patient", SearchKind.Reference, resource => Subject(resource).Where(value => value.Text.StartsWith("Patient/", StringComparison.Ordinal))),
        new("subject", SearchKind.Reference, Subject),
        new("code", SearchKind.Token, resource => Concepts(resource["code"]).Concat(Concepts(resource["medicationCodeableConcept"]))),
        new("category", SearchKind.Token, resource => Concepts(resource["category"])),
        new("status", SearchKind.Token, resource => Code(resource["status"])),
        new("intent", SearchKind.Token, resource => Code(resource["intent"])),
        new("medication", SearchKind.Reference, resource => Reference(resource["medicationReference"])),
        new("specimen", SearchKind.Reference, resource => Reference(resource["specimen"])),
        new("target", SearchKind.Reference, resource => Json.Objects(resource["target"]).SelectMany(Reference)),
        new("date", SearchKind.Date, Dates),
        new("effective-time", SearchKind.Date, Dates),
        new("effective", SearchKind.Date, Dates),
        new("collected", SearchKind.Date, Dates),
        new("recorded", SearchKind.Date, Dates),
        new("authoredon", SearchKind.Date, Dates),
        new("whenhandedover", SearchKind.Date, Dates),
        new("url", SearchKind.Uri, resource => Code(resource["channel"]?["endpoint"])),
        new("criteria", SearchKind.Uri, resource => Code(resource["criteria"])),
        new("type", SearchKind.Token, resource => Code(resource["channel"]?["type"])),
        new("payload", SearchKind.Token, resource => Code(resource["channel"]?["payload"])),
    }.ToFrozenDictionary(parameter => parameter.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, SearchParameter[]> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AuditEvent"] = "patient date",
        ["BiologicallyDerivedProduct"] = "",
        ["CarePlan"] = "patient subject category status intent date",
        ["Communication"] = "patient subject category status",
        ["Condition"] = "patient subject category code",
        ["DetectedIssue"] = "patient code status",
        ["Device"] = "patient status",
        ["DiagnosticReport"] = "patient subject category code status date",
        ["DocumentReference"] = "patient subject category status date",
        ["Encounter"] = "patient subject status date",
        ["Flag"] = "patient subject category code status date",
        ["Medication"] = "code status",
        ["MedicationAdministration"] = "patient subject code medication status effective-time",
        ["MedicationDispense"] = "patient subject code medication status whenhandedover",
        ["MedicationRequest"] = "patient subject code medication status intent authoredon",
        ["MedicationStatement"] = "patient subject category code medication status effective",
        ["Observation"] = "patient subject category code status date specimen",
        ["Organization"] = "",
        ["Patient"] = "",
        ["Practitioner"] = "",
        ["Procedure"] = "patient subject category code status date",
        ["Provenance"] = "patient target recorded",
        ["ServiceRequest"] = "patient subject category code status intent authoredon",
        ["Specimen"] = "patient subject status collected",
        ["Subscription"] = "url criteria status type payload",
        ["Task"] = "patient subject code status intent authoredon",
    }.ToFrozenDictionary(type => type.Key, type => (Everywhere + " " + type.Value).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => Definitions[name]).ToArray());

    public static IEnumerable<string> KnownTypes => Types.Keys.Order(StringComparer.Ordinal);

    public static bool IsKnown(string type) => Types.ContainsKey(type);

    public static IReadOnlyList<SearchParameter> Of(string type) => Types[type];

    /// <summary>The place of a parameter in <see cref="StoredVersion.Values"/>, or -1.</summary>
    public static int IndexOf(string type, string name) => Array.FindIndex(Types[type], parameter => parameter.Name == name);

    public static IReadOnlyList<IndexedValue[]> Extract(string type, JsonObject resource) =>
        Array.ConvertAll(Types[type], parameter => parameter.Values(resource).ToArray());

    public static IndexedValue[] ValuesOf(StoredVersion version, string name) =>
        IndexOf(version.Type, name) is >= 0 and var index ? version.Values[index] : [];

    /// <summary>The last two segments of a reference, <c>Type/id</c>, whatever base it came with.</summary>
    public static string Relative(string reference)
    {
        var parts = reference.Split('/');
        var history = Array.IndexOf(parts, "_history");
        var end = history < 0 ? parts.Length : history;
        return end < 2 ? reference : $"{parts[end - 2]}/{parts[end - 1]}";
    }

    private static IEnumerable<IndexedValue> Code(JsonNode? node) => Json.Text(node) is { } code ? [new IndexedValue(null, code)] : [];

    private static IEnumerable<IndexedValue> Coding(JsonObject coding) => Token(coding, "code");

    private static IEnumerable<IndexedValue> Token(JsonObject node, string member) =>
        Json.Text(node[member]) is { } code ? [new IndexedValue(Json.Text(node["system"]), code)] : [];

    private static IEnumerable<IndexedValue> Concepts(JsonNode? concepts) =>
        Json.Objects(concepts).SelectMany(concept => Json.Objects(concept["coding"])).SelectMany(Coding);

    private static IEnumerable<IndexedValue> Reference(JsonNode? reference) =>
        Json.Text((reference as JsonObject)?["reference"]) is { } text ? [new IndexedValue(null, Relative(text))] : [];

    private static IEnumerable<IndexedValue> Subject(JsonObject resource) => Reference(resource["subject"] ?? resource["patient"] ?? resource["for"]);

    private static IEnumerable<IndexedValue> Times(JsonNode? node) => FhirTimeSpan.Parse(Json.Text(node)) is { } span ? [new IndexedValue(null, "", span)] : [];

    // A resource has one date element in one of its forms; the names differ by type, and no two of them meet in one type.
    private static IEnumerable<IndexedValue> Dates(JsonObject resource)
    {
        var time = resource["effectiveDateTime"] ?? resource["effectiveInstant"] ?? resource["performedDateTime"] ?? resource["recorded"]
            ?? resource["authoredOn"] ?? resource["whenHandedOver"] ?? resource["date"] ?? resource["collection"]?["collectedDateTime"];
        if (time is not null) return Times(time);
        var period = resource["effectivePeriod"] ?? resource["performedPeriod"] ?? resource["period"] ?? resource["collection"]?["collectedPeriod"];
        return FhirTimeSpan.Period(Json.Text(period?["start"]), Json.Text(period?["end"])) is { } span ? [new IndexedValue(null, "", span)] : [];
    }
}
