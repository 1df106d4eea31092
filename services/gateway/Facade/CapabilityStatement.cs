using System.Text.Json.Nodes;
using CarT.Fhir.Hosting.Options;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.R4.Writing;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>What this server really serves, and nothing more.</summary>
internal static class CapabilityStatement
{
    // The day on which the routes last changed.
    private const string Date = "2026-11-22";

    public static JsonObject Of(CartOptions options)
    {
        var implementation = new JsonObject { ["description"] = "Read-only facade of the CAR-T cytopenia protocol: what stands for each patient" };
        if (options.Api.BaseUrl is { Length: > 0 } address) implementation["url"] = address.TrimEnd('/') + "/fhir";
        return new JsonObject
        {
            ["resourceType"] = "CapabilityStatement",
            ["status"] = "active",
            ["date"] = Date,
            ["kind"] = "instance",
            ["software"] = new JsonObject { ["name"] = "CarT.Fhir gateway", ["version"] = CartTelemetry.Version },
            ["implementation"] = implementation,
            ["fhirVersion"] = "4.0.1",
            ["format"] = new JsonArray("application/fhir+json", "json"),
            ["rest"] = new JsonArray(new JsonObject
            {
                ["mode"] = "server",
                ["documentation"] =
                    "Follow the feed with _sort=_lastUpdated and _lastUpdated=ge{last seen}, and drop what you have by id and version. "
                    + "Unknown search parameters are refused.",
                ["security"] = new JsonObject { ["cors"] = false, ["description"] = "Authorization: Bearer {secret}; every route but this one needs it." },
                ["resource"] = new JsonArray([.. FhirRoutes.Types.Select(Resource), Patient(options)]),
            }),
        };
    }

    private static JsonObject Resource(string type) => new JsonObject
    {
        ["type"] = type,
        ["interaction"] = new JsonArray(new JsonObject { ["code"] = "read" }, new JsonObject { ["code"] = "search-type" }),
        ["versioning"] = "versioned",
        ["readHistory"] = false,
        ["conditionalRead"] = "not-match",
        ["searchParam"] = new JsonArray([.. SearchQuery.Parameters.Select(parameter =>
            new JsonObject { ["name"] = parameter.Name, ["type"] = parameter.Kind, ["documentation"] = parameter.Text })]),
    };

    private static JsonObject Patient(CartOptions options) => new JsonObject
    {
        ["type"] = "Patient",
        ["operation"] = new JsonArray(new JsonObject
        {
            ["name"] = "assessment",
            ["definition"] = new IdentifierSystems(options.Identifiers).OperationDefinition("assessment"),
            ["documentation"] = "GET Patient/{id}/$assessment: the assessment as JSON, in Parameters or bare with Accept: application/json",
        }),
    };
}
