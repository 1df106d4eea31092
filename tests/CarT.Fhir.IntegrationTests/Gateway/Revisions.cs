using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;
using CarT.Fhir.IntegrationTests.Protocol;

namespace CarT.Fhir.IntegrationTests.Gateway;

/// <summary>Revisions as the protocol service makes them, from facts of <see cref="Sent"/>.</summary>
internal static class Revisions
{
    /// <summary>Day 30.</summary>
    public static readonly DateTimeOffset AsOf = Sent.Infusion.AddDays(30);

    /// <summary>Two platelet counts below the threshold, so that severe persistent cytopenia is flagged.</summary>
    public static ResourceVersion[] Low(PatientKey patient) =>
        [Sent.CarT(patient), Sent.Platelets(patient, "a", 22, 12_000), Sent.Platelets(patient, "b", 25, 11_000)];

    public static AssessmentChanged Of(PatientKey patient, long revision, params ResourceVersion[] resources) => After(null, patient, revision, [], resources);

    /// <param name="before">The revision before, or null.</param>
    /// <param name="patient">The patient.</param>
    /// <param name="revision">Its number.</param>
    /// <param name="corrected">Resources corrected since.</param>
    /// <param name="resources">All facts.</param>
    public static AssessmentChanged After(AssessmentChanged? before, PatientKey patient, long revision, string[] corrected, params ResourceVersion[] resources)
    {
        var assessment = CytopeniaProtocol.Assess(
            new PatientRecord(patient, resources, SourceProvides.All), ProtocolDefinition.BuiltIn("beyar-katz-2022"), TimeZoneInfo.Utc, AsOf);
        var published = before is null ? [] : FlagHistory.Apply([], before.Assessment, new HashSet<string>()).Published;
        var flags = FlagHistory.Apply(published, assessment, corrected.ToHashSet());
        return new AssessmentChanged
        {
            Patient = patient,
            Revision = revision,
            Assessment = assessment,
            Withdrawn = flags.Withdrawn,
            EvidenceVersions = new Dictionary<string, string>(),
            FlagOrdinals = flags.Ordinals,
        };
    }
}
