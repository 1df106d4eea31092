using System.Text.Json;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;

namespace CarT.Fhir.Gateway.Facade;

/// <summary>
/// <c>GET /fhir/Patient/{id}/$assessment</c>: the whole assessment of the newest revision, as an attachment in Parameters, or bare with
/// <c>Accept: application/json</c>. <c>?namespace=</c> says whose patient is meant when several sources have the id.
/// </summary>
internal static class AssessmentOperation
{
    public static FhirIssue SeveralNamespaces { get; } =
        new(
            StatusCodes.Status400BadRequest, "multiple-matches", "Several sources have a patient with this id; say which one with namespace.", "http.namespace");

    public static async Task<IResult> HandleAsync(string id, HttpRequest request, GatewayStore store, CancellationToken cancel)
    {
        if (request.Query.Keys.FirstOrDefault(name => name is not ("namespace" or "_format")) is { } unknown)
            return FhirResult.Refuse(FhirIssue.UnknownParameter(unknown));
        var ns = request.Query["namespace"].FirstOrDefault();
        var messages = (await store.MessagesAsync(id, cancel)).Where(message => ns is null || message.Namespace == ns).ToList();
        return messages switch
        {
            [] => FhirResult.Refuse(FhirIssue.NotFound("Nothing was ever heard of this patient.")),
            [var message] => Answer(message, request),
            _ => FhirResult.Refuse(SeveralNamespaces),
        };
    }

    private static FhirResult Answer(PatientMessage message, HttpRequest request)
    {
        // The bytes are those of the bus message: decimals keep their digits.
        using var document = JsonDocument.Parse(message.Message);
        var assessment = JsonSerializer.SerializeToUtf8Bytes(document.RootElement.GetProperty("assessment"), CartJson.Options);
        if (FhirFormat.PrefersBareJson(request)) return FhirResult.Versioned("application/json; charset=utf-8", assessment, message.Revision, request);
        var parameters = new JsonObject
        {
            ["resourceType"] = "Parameters",
            ["parameter"] = new JsonArray(
                new JsonObject { ["name"] = "revision", ["valueString"] = message.Revision.ToString() },
                new JsonObject
                {
                    ["name"] = "assessment",
                    ["valueAttachment"] = new JsonObject { ["contentType"] = "application/json", ["data"] = Convert.ToBase64String(assessment) },
                }),
        };
        return FhirResult.Versioned(FhirResult.FhirJsonType, JsonSerializer.SerializeToUtf8Bytes(parameters, CartJson.Options), message.Revision, request);
    }
}
