using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>Whether an assessment is worth a revision, and what its message says.</summary>
internal static class Revision
{
    /// <summary>The next revision, also written into the row; null when only the clock moved (P11.4).</summary>
    public static AssessmentChanged? Next(PatientRow row, PatientRecord record, Assessment assessment, AssessmentCause cause)
    {
        var newest = row.Published is null ? null : JsonSerializer.Deserialize<AssessmentChanged>(row.Published, CartJson.Options)!;
        if (newest is not null && FlagHistory.SameContent(newest.Assessment, assessment)) return null;
        var flags = FlagHistory.Apply(Read<PublishedFlag>(row.Flags), assessment, Read<string>(row.Corrected).ToHashSet(StringComparer.Ordinal));
        var next = new AssessmentChanged
        {
            Patient = row.Key,
            Revision = row.Revision + 1,
            Assessment = assessment,
            Withdrawn = flags.Withdrawn,
            EvidenceVersions = EvidenceVersions(record, assessment),
            FlagOrdinals = flags.Ordinals,
            ReceivedAt = cause.ReceivedAt,
            TraceParent = cause.TraceParent,
        };
        row.Revision = next.Revision;
        row.Published = JsonSerializer.Serialize(next, CartJson.Options);
        row.Flags = JsonSerializer.Serialize(flags.Published, CartJson.Options);
        return next;
    }

    private static List<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json, CartJson.Options)!;

    private static Dictionary<string, string> EvidenceVersions(PatientRecord record, Assessment assessment)
    {
        var evidence = assessment.Flags.SelectMany(flag => flag.Evidence)
            .Concat(assessment.CarePlan.Activities.SelectMany(activity => activity.Evidence))
            .Concat(Lineages.All.SelectMany(lineage => assessment.Lineages.Of(lineage).Evidence))
            .ToHashSet(StringComparer.Ordinal);
        return record.Resources.Where(version => version.VersionId is not null && evidence.Contains(version.Resource.Reference))
            .OrderBy(version => version.Resource.Reference, StringComparer.Ordinal)
            .ToDictionary(version => version.Resource.Reference, version => version.VersionId!, StringComparer.Ordinal);
    }
}
