using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Courses;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>One thing that an EHR tells a subscriber: a version that was written, or that a resource was deleted.</summary>
internal sealed record Notice(string Patient, string Resource, HttpMethod Method, string Path, string Body)
{
    public bool IsDelete => Method == HttpMethod.Post;

    public HttpRequestMessage Request() => new(Method, Path) { Content = new StringContent(Body, Encoding.UTF8, "application/fhir+json") };
}

/// <summary>Months of a ward: the synthetic cohort, with many more corrections than real laboratories make.</summary>
internal static class Chronicle
{
    private const double Corrected = 0.18;

    /// <summary>The writes of a cohort in their order; equal arguments give equal writes.</summary>
    public static IReadOnlyList<TimedResource> Of(CohortOptions cohort)
    {
        var random = new Random(cohort.Seed);
        return [.. SyntheticCohort.Generate(cohort).SelectMany(write => WithCorrections(write, random)).OrderBy(write => write.At)];
    }

    /// <summary>What an EHR tells when it is asked for everything: a Bundle per patient with what stands there.</summary>
    public static IEnumerable<Notice> AllThatStands(IEnumerable<Notice> notices) =>
        from patient in notices.GroupBy(notice => notice.Patient)
        let standing = patient.GroupBy(notice => notice.Resource).Select(versions => versions.Last()).Where(last => !last.IsDelete)
        select new Notice(patient.Key, "", HttpMethod.Post, "/fhir/hook/main", BundleOf(standing.Select(notice => new JsonObject { ["resource"] = JsonNode.Parse(notice.Body) })));

    /// <summary>Writes everything into an EHR and returns what it would tell about it, in order.</summary>
    public static IReadOnlyList<Notice> WriteInto(SimulatedEhr ehr, string ehrBase, IEnumerable<TimedResource> writes) =>
        [.. writes.Select(write => write.Delete ? Deleted(ehr, ehrBase, write.Resource) : Written(ehr, write.Resource))];

    // A value that was ten times too low or too high decides whether there is an alert at all.
    private static IEnumerable<TimedResource> WithCorrections(TimedResource write, Random random)
    {
        yield return write;
        if (write.Delete || write.Resource["valueQuantity"] is null || IsSoonDeleted(write.Resource) || random.NextDouble() >= Corrected) yield break;
        var corrected = write.Resource.DeepClone().AsObject();
        var value = corrected["valueQuantity"]!["value"]!.GetValue<decimal>();
        corrected["valueQuantity"]!["value"] = random.Next(2) == 0 ? value / 10 : value * 10;
        corrected["status"] = "corrected";
        yield return write with { At = write.At.AddHours(random.Next(1, 48)), Resource = corrected };
    }

    private static bool IsSoonDeleted(JsonObject resource) => Hospital.Text(resource["id"])!.EndsWith("-twin", StringComparison.Ordinal);

    private static Notice Written(SimulatedEhr ehr, JsonObject resource)
    {
        var version = ehr.Put(resource);
        return new Notice(PatientOf(resource), version.Reference, HttpMethod.Put, $"/fhir/hook/main/{version.Reference}", Encoding.UTF8.GetString(version.Body.Span));
    }

    private static Notice Deleted(SimulatedEhr ehr, string ehrBase, JsonObject named)
    {
        var (type, id) = (Hospital.Text(named["resourceType"])!, Hospital.Text(named["id"])!);
        var reference = $"{type}/{id}";
        ehr.Delete(type, id);
        var entry = new JsonObject
        {
            ["fullUrl"] = $"{ehrBase}/{reference}",
            ["request"] = new JsonObject { ["method"] = "DELETE", ["url"] = reference },
            ["response"] = new JsonObject { ["status"] = "204" },
        };
        return new Notice(id[.."synthetic-000".Length], reference, HttpMethod.Post, "/fhir/hook/main", BundleOf([entry]));
    }

    private static string BundleOf(IEnumerable<JsonObject> entries) =>
        new JsonObject { ["resourceType"] = "Bundle", ["type"] = "history", ["entry"] = new JsonArray([.. entries]) }.ToJsonString();

    private static string PatientOf(JsonObject resource) =>
        Hospital.Text(resource["subject"]?["reference"])?["Patient/".Length..] ?? Hospital.Text(resource["id"])!;
}
