using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Server.Search;

namespace CarT.Fhir.Simulator.Server;

/// <summary>The CapabilityStatement, made from the table of types and parameters that the search itself uses.</summary>
internal static class Capability
{
    private const string TopicCanonical = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical";

    public static byte[] Statement(string baseUrl, SimulatedEhrOptions options) => Json.Bytes(new JsonObject
    {
        ["resourceType"] = "CapabilityStatement",
        ["status"] = "active",
        ["date"] = "2026-01-01",
        ["kind"] = "instance",
        ["software"] = new JsonObject { ["name"] = "CarT.Fhir.Simulator" },
        ["implementation"] = new JsonObject { ["description"] = "Simulated charting system with synthetic data", ["url"] = baseUrl },
        ["fhirVersion"] = "4.0.1",
        ["format"] = new JsonArray("application/fhir+json", "json"),
        ["rest"] = new JsonArray(new JsonObject
        {
            ["mode"] = "server",
            ["resource"] = new JsonArray([.. SearchParameters.KnownTypes.Select(type => Resource(type, options))]),
            ["interaction"] = Codes("transaction", "batch"),
        }),
    });

    private static JsonObject Resource(string type, SimulatedEhrOptions options)
    {
        var resource = new JsonObject
        {
            ["type"] = type,
            ["interaction"] = Codes("read", "vread", "update", "delete", "history-instance", "history-type", "create", "search-type"),
            ["versioning"] = "versioned-update",
            ["readHistory"] = true,
            ["updateCreate"] = true,
            ["conditionalCreate"] = true,
            ["conditionalRead"] = "not-match",
            ["conditionalUpdate"] = true,
            ["searchParam"] = new JsonArray([.. SearchParameters.Of(type).Select(Parameter)]),
        };
        if (type == "Subscription")
            resource["extension"] = new JsonArray([.. options.Topics.Select(topic => new JsonObject { ["url"] = TopicCanonical, ["valueCanonical"] = topic })]);
        return resource;
    }

    private static JsonObject Parameter(SearchParameter parameter) => new()
    {
        ["name"] = parameter.Name,
        ["type"] = parameter.Kind switch
        {
            SearchKind.Token => "token",
            SearchKind.Reference => "reference",
            SearchKind.Date => "date",
            _ => "uri",
        },
    };

    private static JsonArray Codes(params IEnumerable<string> codes) => new([.. codes.Select(code => new JsonObject { ["code"] = code })]);
}
