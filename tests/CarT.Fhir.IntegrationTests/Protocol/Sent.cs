using System.Security.Cryptography;
using System.Text;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;

namespace CarT.Fhir.IntegrationTests.Protocol;

/// <summary>Messages and resource versions as the listener sends them.</summary>
internal static class Sent
{
    public static readonly PatientKey P1 = new("main", "p1");
    public static readonly PatientKey P2 = new("main", "p2");
    public static readonly PatientKey P3 = new("main", "p3");
    public static readonly DateTimeOffset Infusion = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private static long row;

    public static FactsRecorded Message(PatientKey? patient, params ResourceVersion[] resources) => new()
    {
        Source = "main",
        Namespace = patient?.Namespace ?? "main",
        RowIds = [Interlocked.Increment(ref row)],
        Patient = patient,
        Resources = resources,
        Provides = ["labs", "doses", "transfusions"],
        VersionOrder = "numeric",
        ReceivedAt = Infusion,
    };

    public static ResourceVersion CarT(PatientKey patient, int version = 1) => Version(new ResourceKey(patient.Namespace, "Procedure", "cart-" + patient.Id), patient, version, "cart") with
    {
        Infusions = [new CarTInfusion { Slot = "performed", Product = "tisagenlecleucel", Time = ClinicalTime.At(Infusion) }],
    };

    /// <summary>A platelet count in /uL, drawn at 08:00 UTC of a protocol day.</summary>
    public static ResourceVersion Platelets(PatientKey patient, string id, int day, decimal perMicrolitre, int version = 1) =>
        Version(new ResourceKey(patient.Namespace, "Observation", id), patient, version, $"{day} {perMicrolitre}") with
        {
            CellCounts =
            [
                new CellCount
                {
                    Slot = "value",
                    Lineage = Lineages.Platelets,
                    Value = perMicrolitre,
                    Time = ClinicalTime.At(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero).AddDays(day)),
                    Received = $"{perMicrolitre} /uL",
                },
            ],
        };

    public static ResourceVersion Retracted(string observation, int? version, PatientKey? patient = null) =>
        Version(new ResourceKey(patient?.Namespace ?? "main", "Observation", observation), patient, version, "retracted") with { Retracted = true };

    public static ResourceVersion RetractedPerson(PatientKey patient, int version) =>
        Version(new ResourceKey(patient.Namespace, "Patient", patient.Id), null, version, "retracted") with { Retracted = true };

    public static ResourceVersion Refused(string observation, PatientKey? patient, int version, string code) =>
        Version(new ResourceKey("main", "Observation", observation), patient, version, code) with
        {
            Refusals = [new Refusal { Code = code, Slot = "value", Concern = Lineages.Platelets, Text = "The unit is unknown." }],
        };

    public static ResourceVersion Person(PatientKey patient, int version, string? replacedBy) =>
        Version(new ResourceKey("main", "Patient", patient.Id), patient, version, "replaced by " + replacedBy) with
        {
            PatientStatuses = [new PatientStatus { Slot = "patient", ReplacedBy = replacedBy }],
        };

    private static ResourceVersion Version(ResourceKey resource, PatientKey? patient, int? version, string content) => new()
    {
        Resource = resource,
        VersionId = version?.ToString(),
        ContentHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{resource.Reference} {patient?.Id} {version} {content}"))),
        Patient = patient,
    };
}
