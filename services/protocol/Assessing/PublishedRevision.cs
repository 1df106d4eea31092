using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Protocol.Assessing;

/// <summary>A revision as it was published, and every flag interval that it and its predecessors published (P11.3).</summary>
internal sealed record PublishedRevision(AssessmentChanged Message, IReadOnlyList<PublishedFlag> Flags)
{
    /// <summary>
    /// The revision after <paramref name="number"/>; null when nothing but the clock moved (P11.4). When the number is above that of
    /// <paramref name="newest"/>, a reader holds a revision that this store has lost: then the same content gets a new number too, so that it wins.
    /// </summary>
    /// <param name="newest">The newest published revision, or null before the first.</param>
    /// <param name="number">The highest revision that was ever given to this patient, as far as is known.</param>
    /// <param name="record">What was assessed.</param>
    /// <param name="assessment">The new assessment.</param>
    /// <param name="corrected">References of the resources whose version was replaced or retracted since the last assessment.</param>
    /// <param name="cause">What led to it.</param>
    public static PublishedRevision? After(
        PublishedRevision? newest, long number, PatientRecord record, Assessment assessment, IReadOnlySet<string> corrected, AssessmentCause cause)
    {
        if (newest?.Message.Revision == number && FlagHistory.SameContent(newest.Message.Assessment, assessment)) return null;
        var flags = FlagHistory.Apply(newest?.Flags ?? [], assessment, corrected);
        var message = new AssessmentChanged
        {
            Patient = record.Patient,
            Revision = number + 1,
            Assessment = assessment,
            Withdrawn = flags.Withdrawn,
            EvidenceVersions = EvidenceVersions(record, assessment),
            FlagOrdinals = flags.Ordinals,
            ReceivedAt = cause.ReceivedAt,
            TraceParent = cause.TraceParent,
        };
        return new PublishedRevision(message, flags.Published);
    }

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
