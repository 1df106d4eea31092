using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// The protocol: detection of severe persistent cytopenia after CAR-T, monitoring of TPO-RA treatment, and response.
/// Source: Beyar-Katz et al. 2022, as made executable by the protocol definition.
/// </summary>
public static class CytopeniaProtocol
{
    private const string InfusionConflictText = "This infusion record disagrees in time with an earlier record of the same infusion";

    /// <summary>
    /// Assesses a patient at a time. A pure function of its arguments (P11.1): the order and duplicates of the resources change nothing, and facts
    /// later than <paramref name="asOf"/> are not seen (P1.5).
    /// </summary>
    /// <param name="record">The facts of one patient and what their sources provide.</param>
    /// <param name="definition">The protocol definition in force.</param>
    /// <param name="facilityZone">The time zone whose local days count (P1.1).</param>
    /// <param name="asOf">The time of the assessment.</param>
    public static Assessment Assess(PatientRecord record, ProtocolDefinition definition, TimeZoneInfo facilityZone, DateTimeOffset asOf)
    {
        var (clock, facts, counts, own, folds) = Fold(record, definition, facilityZone, asOf);
        var current = folds.Count == 0 ? null : folds[^1];
        return new Assessment
        {
            Patient = record.Patient.Reference,
            AsOf = asOf.ToUniversalTime(),
            Protocol = definition.Identity,
            Episode = current is null ? null : AssessmentWriter.Episode(current),
            State = current?.State ?? States.NoInfusion,
            Reasons = current is null ? Reasons.WithoutInfusion : Reasons.Of(current),
            Notes = AssessmentWriter.Notes(current, definition, record.Provides),
            Lineages = current is null ? LineageSummaryWriter.WithoutInfusion : LineageSummaryWriter.Write(current),
            Transfusions = AssessmentWriter.Transfusions(current, record.Provides.Transfusions),
            Therapy = AssessmentWriter.Therapy(current),
            Response = AssessmentWriter.Response(current),
            Grades = GradeWriter.Of(current, facts, counts),
            Flags = [.. folds.SelectMany(static f => f.Flags).OrderBy(static f => f.Since).ThenBy(static f => f.Code, StringComparer.Ordinal)],
            CarePlan = current is null ? new ProposedCarePlan([]) : Proposals.Of(current),
            DataQuality = DataQualityList.Of(facts, own),
            NextReviewAt = current is null || facts.Death is not null ? null : NextReview(clock, asOf, facts.NextFactAt, record.ClosedByOperatorAt),
        };
    }

    /// <summary>
    /// The whole course of a patient up to a time, for a cohort: what was ever true, and the values, doses and transfusions behind it. A pure
    /// function of its arguments, which are those of <see cref="Assess"/>.
    /// </summary>
    public static PatientCourse CourseOf(PatientRecord record, ProtocolDefinition definition, TimeZoneInfo facilityZone, DateTimeOffset asOf)
    {
        var (_, facts, _, own, folds) = Fold(record, definition, facilityZone, asOf);
        return PatientCourseWriter.Write(record.Patient, folds, facts, own);
    }

    /// <summary>What both forms of the answer are written from: everything that is seen, and every episode folded to its last day.</summary>
    private static Folded Fold(PatientRecord record, ProtocolDefinition definition, TimeZoneInfo facilityZone, DateTimeOffset asOf)
    {
        var clock = new FacilityClock(facilityZone);
        var facts = VisibleFacts.Of(record, clock, asOf);
        var (counts, own) = CountReview.Review(facts, definition.Low);
        var (episodes, conflicts) = EpisodeFinder.Find(facts.Infusions, definition.Episode);
        own.AddRange(conflicts.Select(static c => new OwnFinding(DataQualityCodes.InfusionConflict, c.Resource, null, c.DayNumber, InfusionConflictText)));
        DateOnly? closedOn = record.ClosedByOperatorAt is { } closedAt && closedAt <= asOf ? clock.DateOf(closedAt) : null;
        var folds = Fold(episodes, clock.DateOf(asOf).DayNumber, new EpisodeInput(definition, record.Provides, facts, counts, own, closedOn));
        own.AddRange(folds.SelectMany(static f => f.Hepatotoxicity.Remarks));
        return new Folded(clock, facts, counts, own, folds);
    }

    /// <summary>Each episode runs to the day before the next one's day 0, the last to today (P1.3).</summary>
    private static List<EpisodeFold> Fold(List<Episode> episodes, int today, EpisodeInput input)
    {
        var folds = new List<EpisodeFold>(episodes.Count);
        for (var i = 0; i < episodes.Count; i++)
        {
            var isLast = i == episodes.Count - 1;
            var lastDay = (isLast ? today : episodes[i + 1].Day0 - 1) - episodes[i].Day0;
            folds.Add(new EpisodeFold(episodes[i], lastDay, input).Run(endedByNewInfusion: !isLast));
        }

        return folds;
    }

    /// <summary>The next local midnight, or when the next known fact comes into sight, whichever is earlier (P11.4).</summary>
    private static DateTimeOffset? NextReview(FacilityClock clock, DateTimeOffset asOf, DateTimeOffset? nextFactAt, DateTimeOffset? closedAt)
    {
        var today = clock.DateOf(asOf);
        DateTimeOffset? midnight = today < DateOnly.MaxValue ? clock.StartOf(today.AddDays(1)) : null;
        DateTimeOffset?[] candidates = [midnight, nextFactAt, closedAt > asOf ? closedAt : null];
        return candidates.Min()?.ToUniversalTime();
    }

    private sealed record Folded(FacilityClock Clock, VisibleFacts Facts, List<JudgedCount> Counts, List<OwnFinding> Own, List<EpisodeFold> Episodes);
}
