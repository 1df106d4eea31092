using System.Globalization;
using System.Text.Json.Nodes;

namespace CarT.Fhir.Simulator.Courses;

/// <summary>A synthetic cohort as a charting system would export it: one collection Bundle per patient, with the version of each resource that stands in the end.</summary>
public static class CohortBundles
{
    // A name that no server can have (RFC 2606).
    private const string Base = "https://synthetic.invalid/fhir/";

    /// <summary>The Bundles in the order of the patients; their resources in the order in which they were first entered.</summary>
    public static IEnumerable<JsonObject> Of(IEnumerable<TimedResource> cohort) =>
        cohort.GroupBy(PatientOf, StringComparer.Ordinal).OrderBy(patient => patient.Key, StringComparer.Ordinal).Select(patient => Bundle(patient));

    private static JsonObject Bundle(IEnumerable<TimedResource> writes)
    {
        var entries = new JsonArray();
        foreach (var resource in writes.GroupBy(write => KeyOf(write.Resource), StringComparer.Ordinal))
        {
            var versions = resource.ToList();
            if (versions[^1] is { Delete: false } last) entries.Add((JsonNode)Entry(resource.Key, last, versions.Count));
        }

        return new JsonObject { ["resourceType"] = "Bundle", ["type"] = "collection", ["entry"] = entries };
    }

    private static JsonObject Entry(string key, TimedResource write, int version)
    {
        var resource = write.Resource.DeepClone().AsObject();
        resource["meta"]!["versionId"] = version.ToString(CultureInfo.InvariantCulture);
        resource["meta"]!["lastUpdated"] = write.At.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return new JsonObject { ["fullUrl"] = Base + key, ["resource"] = resource };
    }

    private static string KeyOf(JsonObject resource) => $"{resource["resourceType"]}/{resource["id"]}";

    // The id of every resource begins with that of its patient.
    private static string PatientOf(TimedResource write) => write.Resource["id"]!.GetValue<string>()[..Chart.IdOf(1).Length];
}
