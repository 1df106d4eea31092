using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.IntegrationTests.WriteBack;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>Good resources, as our writers make them, and how one of them is spoilt.</summary>
internal static class Damage
{
    /// <summary>A good <c>Flag</c>, <c>CarePlan</c> or <c>Provenance</c>, or a <c>searchset</c> or <c>transaction</c> of two Flags.</summary>
    public static JsonObject Good(string kind)
    {
        var message = Revisions.Of(1, Revisions.Flag(FlagCodes.Relapse), Revisions.Flag(FlagCodes.DataQuality, until: "2026-04-10")).Proposing(ActivityCodes.ConsiderEltrombopag);
        var activity = message.Assessment.CarePlan.Activities[0] with { Dose = new Dose(50m, "mg"), Kind = ActivityKinds.MedicationRequest };
        var assessment = message.Assessment with { CarePlan = new ProposedCarePlan([activity]) };
        var context = new WriteContext { Patient = message.Patient, At = assessment.AsOf };
        return kind switch
        {
            "Flag" => Json(FlagWriter.Write(assessment.Flags[1], 1, assessment, context)),
            "CarePlan" => Json(CarePlanWriter.Write(assessment, context)!),
            "Provenance" => Json(ProvenanceWriter.Write(
                ["Flag/f1/_history/1"], WriteKind.Create, activity.Evidence, message.EvidenceVersions, assessment.Protocol, context, assessment.AsOf)),
            _ => Bundle(kind, [.. assessment.Flags.Select(flag => Json(FlagWriter.Write(flag, 1, assessment, context)))]),
        };
    }

    /// <summary>A good resource with one element set to another JSON (<c>activity.0.detail.status</c>, <c>"x"</c>), or without it (null).</summary>
    public static string Set(string kind, string path, string? json)
    {
        var resource = Good(kind);
        var names = path.Split('.');
        JsonNode holder = resource;
        foreach (var name in names[..^1]) holder = (int.TryParse(name, out var index) ? holder[index] : holder[name])!;
        if (json is null) holder.AsObject().Remove(names[^1]);
        else if (int.TryParse(names[^1], out var at)) holder[at] = JsonNode.Parse(json);
        else holder[names[^1]] = JsonNode.Parse(json);
        return resource.ToJsonString();
    }

    private static JsonObject Bundle(string type, JsonObject[] resources) => new()
    {
        ["resourceType"] = "Bundle",
        ["type"] = type,
        ["entry"] = new JsonArray([.. resources.Select((resource, i) =>
        {
            var entry = new JsonObject { ["fullUrl"] = $"urn:uuid:00000000-0000-4000-8000-00000000000{i}", ["resource"] = resource };
            if (type == "searchset") entry["search"] = new JsonObject { ["mode"] = "match" };
            else entry["request"] = new JsonObject { ["method"] = "POST", ["url"] = "Flag" };
            return entry;
        })]),
    };

    private static JsonObject Json(Hl7.Fhir.Model.Resource resource) => JsonNode.Parse(FhirJson.Write(resource))!.AsObject();
}
