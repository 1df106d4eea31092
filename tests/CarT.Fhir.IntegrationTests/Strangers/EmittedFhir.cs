using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>
/// What the validators of others do not look at (checked by execution): codes of required bindings, one type of a choice, nothing empty, no name twice, qty-3, per-1,
/// sqty-1, ref-1, the targets of references, the entries of Bundles by their type, no address of an example, and that we propose and never order.
/// </summary>
internal static partial class EmittedFhir
{
    private const string Any = "any type";

    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["Flag.status"] = "active inactive entered-in-error",
        ["CarePlan.status"] = "draft active on-hold revoked completed entered-in-error unknown",
        ["CarePlan.intent"] = "proposal",
        ["CarePlan.activity.detail.kind"] = "Task ServiceRequest MedicationRequest",
        ["CarePlan.activity.detail.status"] = "not-started",
        ["Subscription.status"] = "requested active off",
        ["Subscription.channel.type"] = "rest-hook",
        ["Provenance.entity.role"] = "derivation revision quotation source removal",
        ["OperationOutcome.issue.severity"] = "fatal error warning information",
        ["OperationOutcome.issue.code"] = "invalid structure required value invariant security login unknown expired forbidden suppressed processing not-supported duplicate multiple-matches "
            + "not-found deleted too-long code-invalid extension too-costly business-rule conflict transient lock-error no-store exception timeout incomplete throttled informational",
        ["Bundle.type"] = "searchset history transaction batch transaction-response batch-response collection",
        ["Bundle.entry.search.mode"] = "match include outcome",
        ["Bundle.entry.request.method"] = "GET HEAD POST PUT DELETE PATCH",
        ["CapabilityStatement.status"] = "draft active retired unknown",
        ["CapabilityStatement.kind"] = "instance capability requirements",
        ["CapabilityStatement.fhirVersion"] = "4.0.1",
        ["CapabilityStatement.rest.mode"] = "client server",
        ["CapabilityStatement.rest.interaction.code"] = "transaction batch search-system history-system",
        ["CapabilityStatement.rest.resource.interaction.code"] = "read vread update patch delete history-instance history-type create search-type",
        ["CapabilityStatement.rest.resource.versioning"] = "no-version versioned versioned-update",
        ["CapabilityStatement.rest.resource.conditionalRead"] = "not-supported modified-since not-match full-support",
        ["CapabilityStatement.rest.resource.searchParam.type"] = "number date string token reference composite quantity uri special",
        ["Observation.status"] = "registered preliminary final amended corrected cancelled entered-in-error unknown",
        ["MedicationAdministration.status"] = "in-progress not-done on-hold completed entered-in-error stopped unknown",
        ["Procedure.status"] = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
        ["Patient.gender"] = "male female other unknown",
    };

    // Of data types, wherever they stand.
    private static readonly (string End, string Codes)[] CodesOfTypes =
        [(".text.status", "generated extensions additional empty"), (".comparator", "< <= >= >"), (".identifier.use", "usual official temp secondary old")];

    private static readonly Dictionary<string, string> Targets = new(StringComparer.Ordinal)
    {
        ["Flag.subject"] = "Patient",
        ["Flag.author"] = "Device Organization Patient Practitioner PractitionerRole",
        ["CarePlan.subject"] = "Patient",
        ["CarePlan.author"] = "Patient Practitioner PractitionerRole Device RelatedPerson Organization CareTeam",
        ["CarePlan.addresses"] = "Condition",
        ["CarePlan.supportingInfo"] = Any,
        ["CarePlan.activity.reference"] = "Appointment CommunicationRequest DeviceRequest MedicationRequest NutritionOrder Task ServiceRequest VisionPrescription RequestGroup",
        ["CarePlan.activity.detail.reasonReference"] = "Condition Observation DiagnosticReport DocumentReference",
        ["Provenance.target"] = Any,
        ["Provenance.entity.what"] = Any,
        ["Provenance.agent.who"] = "Practitioner PractitionerRole RelatedPerson Patient Device Organization",
        ["Parameters.parameter.valueReference"] = Any,
        ["Parameters.parameter.part.valueReference"] = Any,
        ["Observation.subject"] = "Patient Group Device Location",
        ["MedicationAdministration.subject"] = "Patient Group",
        ["Procedure.subject"] = "Patient Group",
    };

    private static readonly string[] SimpleQuantities = ["dailyAmount", "quantity", "dose", "low", "high"];

    /// <summary>What is wrong with a resource, each as the element and the rule; nothing for a sound one.</summary>
    public static IReadOnlyList<string> Faults(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. OfResource(document.RootElement)];
    }

    private static IEnumerable<string> OfResource(JsonElement resource)
    {
        var type = Text(resource, "resourceType") ?? "?";
        return Walk(resource, type, resource).Concat(type == "Bundle" ? OfBundle(resource) : []);
    }

    private static IEnumerable<string> Walk(JsonElement element, string path, JsonElement resource) => element.ValueKind switch
    {
        JsonValueKind.Null => [$"{path}: null"],
        JsonValueKind.String when string.IsNullOrWhiteSpace(element.GetString()) => [$"{path}: empty string"],
        JsonValueKind.String when CodesOf(path) is { } codes && !codes.Split(' ').Contains(element.GetString()) => [$"{path}: code"],
        JsonValueKind.String when Example().IsMatch(element.GetString()!) => [$"{path}: an example's address"],
        JsonValueKind.Array when element.GetArrayLength() == 0 => [$"{path}: empty array"],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Walk(item, path, resource)),
        // A resource within a resource is judged as what it is.
        JsonValueKind.Object when path.Contains('.', StringComparison.Ordinal) && Text(element, "resourceType") is not null => OfResource(element),
        JsonValueKind.Object => OfObject(element, path, resource),
        _ => [],
    };

    private static IEnumerable<string> OfObject(JsonElement element, string path, JsonElement resource)
    {
        if (!element.EnumerateObject().Any()) yield return $"{path}: empty object";
        foreach (var name in element.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).Where(group => group.Count() > 1)) yield return $"{path}.{name.Key}: twice";
        foreach (var choice in element.EnumerateObject().GroupBy(member => Choice().Match(member.Name).Groups["element"].Value).Where(group => group.Key.Length > 0 && group.Count() > 1))
            yield return $"{path}.{choice.Key}[x]: two types";
        if (element.TryGetProperty("value", out var number) && number.ValueKind == JsonValueKind.Number && Text(element, "code") is not null && Text(element, "system") is null) yield return $"{path}: qty-3";
        if (Text(element, "comparator") is not null && SimpleQuantities.Contains(path[(path.LastIndexOf('.') + 1)..])) yield return $"{path}: sqty-1";
        if (Text(element, "start") is { } start && Text(element, "end") is { } end && IsAfter(start, end)) yield return $"{path}: per-1";
        if (path == "CarePlan.activity" && element.TryGetProperty("detail", out _) && element.TryGetProperty("reference", out _)) yield return $"{path}: cpl-3";
        if (Text(element, "reference") is { } reference && FaultOf(reference, path, resource) is { } fault) yield return $"{path}: {fault}";
        foreach (var item in element.EnumerateObject().SelectMany(member => Walk(member.Value, $"{path}.{member.Name}", resource))) yield return item;
    }

    private static string? CodesOf(string path) =>
        Codes.GetValueOrDefault(path) ?? CodesOfTypes.FirstOrDefault(type => path.EndsWith(type.End, StringComparison.Ordinal)).Codes;

    // Of two times the instants are compared, of two dates what both say.
    private static bool IsAfter(string start, string end)
    {
        bool IsTime(string text) => text.Contains('T', StringComparison.Ordinal);
        DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        if (IsTime(start) && IsTime(end)) return At(start) > At(end);
        return string.CompareOrdinal(start, 0, end, 0, Math.Min(Math.Min(start.Length, end.Length), "yyyy-MM-dd".Length)) > 0;
    }

    private static string? FaultOf(string reference, string path, JsonElement resource)
    {
        if (reference.StartsWith('#'))
        {
            var isContained = resource.TryGetProperty("contained", out var contained) && contained.EnumerateArray().Any(item => "#" + Text(item, "id") == reference);
            return isContained ? null : "ref-1";
        }
        if (reference.StartsWith("urn:", StringComparison.Ordinal)) return null;
        // A reference where the tables know of none is a fault as well: of ours, or of the tables.
        if (TypeAndId().Match(reference) is not { Success: true } target || !Targets.TryGetValue(path, out var allowed)) return "target of the reference";
        return allowed == Any || allowed.Split(' ').Contains(target.Groups["type"].Value) ? null : "target of the reference";
    }

    /// <summary>bdl-1 to bdl-5, bdl-7, bdl-8.</summary>
    private static IEnumerable<string> OfBundle(JsonElement bundle)
    {
        var type = Text(bundle, "type")!;
        var entries = bundle.TryGetProperty("entry", out var list) ? list.EnumerateArray().ToList() : [];
        bool Has(JsonElement entry, string name) => entry.TryGetProperty(name, out _);
        var asksRequest = type is "batch" or "transaction" or "history";
        var asksResponse = type is "batch-response" or "transaction-response" or "history";
        if (Has(bundle, "total") && type is not ("searchset" or "history")) yield return "Bundle.total: bdl-1";
        if (entries.Exists(entry => Has(entry, "search")) && type != "searchset") yield return "Bundle.entry.search: bdl-2";
        if (entries.Exists(entry => Has(entry, "request") != asksRequest)) yield return "Bundle.entry.request: bdl-3";
        if (entries.Exists(entry => Has(entry, "response") != asksResponse)) yield return "Bundle.entry.response: bdl-4";
        if (entries.Exists(entry => !Has(entry, "resource") && !Has(entry, "request") && !Has(entry, "response"))) yield return "Bundle.entry: bdl-5";
        var urls = entries.Select(entry => Text(entry, "fullUrl")).OfType<string>().ToList();
        if (type != "history" && urls.Distinct().Count() < urls.Count) yield return "Bundle.entry.fullUrl: bdl-7";
        if (urls.Exists(url => url.Contains("/_history/", StringComparison.Ordinal))) yield return "Bundle.entry.fullUrl: bdl-8";
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("^(?<element>value|effective|occurred|performed|scheduled|product|medication|author|deceased|multipleBirth|onset|timing|asNeeded|rate|dose|item|definition|subject)"
        + "(Boolean|Canonical|Code|Date|DateTime|Decimal|Id|Instant|Integer|Markdown|PositiveInt|String|Time|UnsignedInt|Uri|Url|Age|Annotation|Attachment|CodeableConcept|"
        + "Coding|Duration|Expression|HumanName|Identifier|Money|Period|Quantity|Range|Ratio|Reference|SampledData|Signature|Timing)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Choice();

    [GeneratedRegex(@"\bexample\.(org|com|net)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Example();

    [GeneratedRegex("(^|/)(?<type>[A-Z][A-Za-z]+)/[A-Za-z0-9.-]+(/_history/[A-Za-z0-9.-]+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeAndId();
}
