using System.Globalization;
using System.Text.Json.Nodes;
using CarT.Fhir.Simulator.Courses;

namespace CarT.Fhir.IntegrationTests.Simulator;

/// <summary>
/// A second, deliberately plain reading of a generated cohort, without the product's own code: the newest version of each resource, days after the
/// infusion from the local date in the text, low values, transfusions, and the first of three supported-free values on three days.
/// </summary>
internal sealed class CohortOracle
{
    private static readonly Dictionary<string, (string Code, string[] Transfusion, decimal Threshold)> Lineages = new()
    {
        ["anc"] = ("751-8", [], 0.5m),
        ["platelets"] = ("777-3", ["12719002", "30233R1"], 20m),
        ["hemoglobin"] = ("718-7", ["116863004", "30233N1"], 8.0m),
    };

    private readonly List<JsonObject> newest;
    private readonly DateOnly infusedOn;

    private CohortOracle(IEnumerable<TimedResource> writes)
    {
        var byId = new Dictionary<string, JsonObject>();
        foreach (var write in writes)
        {
            var id = write.Resource["id"]!.GetValue<string>();
            if (write.Delete) byId.Remove(id);
            else byId[id] = write.Resource;
        }

        newest = [.. byId.Values.Where(resource => resource["resourceType"]!.GetValue<string>() != "Patient")];
        Infusion = newest.Single(IsInfusion);
        infusedOn = DateOf(Infusion);
    }

    public JsonObject Infusion { get; }

    /// <summary>Every patient of a cohort by id.</summary>
    public static Dictionary<string, CohortOracle> Of(IEnumerable<TimedResource> cohort) =>
        cohort.GroupBy(PatientOf).ToDictionary(patient => patient.Key, patient => new CohortOracle(patient));

    /// <summary>Ids of all resources begin with that of their patient, <c>synthetic-017</c>.</summary>
    public static string PatientOf(TimedResource write) => string.Join('-', write.Resource["id"]!.GetValue<string>().Split('-').Take(2));

    public static IEnumerable<string> LineageNames => Lineages.Keys;

    /// <summary>Days on which every value is at most the threshold, from a first day on.</summary>
    public List<int> LowDays(string lineage, int from) =>
        [.. Values(lineage).Where(value => value.Day >= from && value.Value <= Lineages[lineage].Threshold).Select(value => value.Day).Distinct()];

    public List<int> TransfusionDays(string lineage) =>
        [.. newest.Where(resource => Codes(resource).Intersect(Lineages[lineage].Transfusion).Any()).Select(DayOf).Order()];

    public List<int> DoseDays(string rxNorm) => [.. newest.Where(resource => Codes(resource).Contains(rxNorm)).Select(DayOf).Order()];

    public List<(int Day, decimal Value)> Values(string lineage) =>
        [.. newest.Where(resource => Codes(resource).Contains(Lineages[lineage].Code))
            .Where(resource => resource["status"]!.GetValue<string>() is "final" or "corrected" && resource["valueQuantity"]!["unit"] is not null)
            .Select(resource => (DayOf(resource), resource["valueQuantity"]!["value"]!.GetValue<decimal>()))
            .OrderBy(value => value.Item1)];

    /// <summary>The day on which a lineage resolves for good after a start day; null when it never does.</summary>
    public int? ResolvedOn(string lineage, int start)
    {
        var transfusions = TransfusionDays(lineage);
        List<int> run = [];
        foreach (var (day, value) in Values(lineage).Where(value => value.Day > start))
        {
            if (value <= Lineages[lineage].Threshold) run.Clear();
            else if (transfusions.Exists(given => given < day && day - given < 7)) continue;
            else run.Add(day);
            if (run.Count > 1 && (transfusions.Exists(given => given > run[0] && given <= day) || run[^1] - run[^2] > 14)) run = [day];
            if (run.Count == 3) return run[0];
        }

        return null;
    }

    private static bool IsInfusion(JsonObject resource) => Codes(resource).Intersect(["XW033J7", "XW033H7", "1986438", "1987398"]).Any();

    private static IEnumerable<string> Codes(JsonObject resource) =>
        ((resource["code"] ?? resource["medicationCodeableConcept"])?["coding"]?.AsArray() ?? []).Select(coding => coding!["code"]!.GetValue<string>());

    private int DayOf(JsonObject resource) => DateOf(resource).DayNumber - infusedOn.DayNumber;

    private static DateOnly DateOf(JsonObject resource)
    {
        var time = resource["effectiveDateTime"] ?? resource["performedPeriod"]!["start"];
        return DateOnly.ParseExact(time!.GetValue<string>()[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
