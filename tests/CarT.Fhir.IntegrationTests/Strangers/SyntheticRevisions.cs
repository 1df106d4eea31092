using System.Text;
using System.Text.Json.Nodes;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.IntegrationTests.Simulator;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.Simulator.Courses;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>Patients of the synthetic cohort as the protocol service publishes them, day after day: texts, evidence and doses are those of the product.</summary>
internal sealed class SyntheticRevisions
{
    private const int Patients = 20;
    private static readonly CohortOptions Options = new() { Patients = Patients };
    private static readonly ProtocolDefinition Protocol = ProtocolDefinition.BuiltIn("beyar-katz-2022");
    private readonly List<List<TimedResource>> courses = [.. SyntheticCohort.Generate(Options).GroupBy(CohortOracle.PatientOf).Select(patient => patient.ToList())];
    private readonly Dictionary<PatientKey, IReadOnlyList<PublishedFlag>> published = [];
    private long revision;

    /// <summary>The revision of each patient so many days after the first write of their chart; days go up.</summary>
    public AssessmentChanged[] After(int days)
    {
        revision++;
        return [.. courses.Select(course => Of(new PatientKey("main", CohortOracle.PatientOf(course[0])), course, course[0].At.AddDays(days)))];
    }

    private AssessmentChanged Of(PatientKey patient, List<TimedResource> course, DateTimeOffset asOf)
    {
        var newest = course.Where(write => write.At <= asOf).GroupBy(write => (string)write.Resource["id"]!).Select(versions => versions.Last());
        var record = new PatientRecord(patient, [.. newest.Where(write => !write.Delete).Select(Read)], SourceProvides.All);
        var assessment = CytopeniaProtocol.Assess(record, Protocol, Options.TimeZone, asOf);
        var flags = FlagHistory.Apply(published.GetValueOrDefault(patient, []), assessment, new HashSet<string>());
        published[patient] = flags.Published;
        return new AssessmentChanged
        {
            Patient = patient,
            Revision = revision,
            Assessment = assessment,
            Withdrawn = flags.Withdrawn,
            FlagOrdinals = flags.Ordinals,
            EvidenceVersions = new Dictionary<string, string>(),
        };
    }

    private static ResourceVersion Read(TimedResource write)
    {
        var stored = write.Resource.DeepClone().AsObject();
        stored["meta"] ??= new JsonObject();
        stored["meta"]!["versionId"] = "1";
        stored["meta"]!["lastUpdated"] = write.At.ToString("o");
        return FactReader.Read(Encoding.UTF8.GetBytes(stored.ToJsonString()), new ReadContext { Namespace = "main" });
    }
}
