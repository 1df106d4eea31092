using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.Simulator.Server;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>What must be said of each patient, worked out from nothing but what the EHR holds now: no store, no message, no order of arrival.</summary>
internal sealed class Oracle
{
    private static readonly string[] Provided = ["labs", "doses", "transfusions"];
    private readonly Dictionary<PatientKey, List<ResourceVersion>> byPatient = [];
    private readonly Dictionary<string, string> replacedBy = new(StringComparer.Ordinal);
    private readonly TimeZoneInfo zone;

    public Oracle(SimulatedEhr ehr, TimeZoneInfo zone)
    {
        this.zone = zone;
        var context = new ReadContext
        {
            Namespace = "main",
            BaseUrls = [EhrWire.Base],
            Lookup = reference => ehr.Read(reference.Split('/')[0], reference.Split('/')[1]) is { } found
                ? FhirJson.Read(System.Text.Encoding.UTF8.GetBytes(found.ToJsonString())).Resource
                : null,
        };
        foreach (var version in Checker.ReadTypes.SelectMany(type => ehr.Find(type, "")).Select(stored => FactReader.Read(stored.Body, context)))
        {
            if (version.Patient is not { } patient) continue;
            if (!byPatient.TryGetValue(patient, out var versions)) byPatient[patient] = versions = [];
            versions.Add(version);
            if (version.PatientStatuses is [{ ReplacedBy: { } survivor }, ..]) replacedBy[patient.Id] = survivor;
        }
    }

    /// <summary>The assessment of a patient id; of a retired one, that of nobody.</summary>
    public Assessment Of(PatientKey patient, DateTimeOffset asOf)
    {
        var own = byPatient.GetValueOrDefault(patient) ?? [];
        var merged = replacedBy.ContainsKey(patient.Id) ? [] : replacedBy.Keys.Where(id => SurvivorOf(id) == patient.Id).Select(id => patient with { Id = id }).ToList();
        var facts = replacedBy.ContainsKey(patient.Id)
            ? own.Where(version => version.Resource.Type == "Patient")
            : own.Concat(merged.SelectMany(key => byPatient.GetValueOrDefault(key) ?? []).Where(version => version.Resource.Type != "Patient"));
        var record = new PatientRecord(patient, [.. facts], SourceProvides.Parse(Provided)) { MergedFrom = merged };
        return CytopeniaProtocol.Assess(record, ProtocolDefinition.BuiltIn("beyar-katz-2022"), zone, asOf);
    }

    private string SurvivorOf(string id)
    {
        while (replacedBy.TryGetValue(id, out var next)) id = next;
        return id;
    }
}
