using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.Standalone.Evaluate;

/// <summary>How to evaluate: definition, facility zone, what the input provides, and the time; a null time means each patient's latest fact.</summary>
internal sealed record EvaluationSettings(ProtocolDefinition Definition, TimeZoneInfo Zone, SourceProvides Provides, DateTimeOffset? AsOf);

/// <summary>The assessments in the order of their patients, and the refusals that belong to no patient.</summary>
internal sealed record EvaluationResult(IReadOnlyList<Assessment> Assessments, IReadOnlyList<DataQualityFinding> WithoutPatient)
{
    public bool AnyRefused => Assessments.SelectMany(assessment => assessment.DataQuality).Concat(WithoutPatient).Any(finding => !DataQualityCodes.Remarks.Contains(finding.Code));
}

/// <summary>Input read into resource versions -> one assessment per patient. Pure.</summary>
internal static class Evaluation
{
    // Versions are ordered by numeric versionId, then lastUpdated, then content hash: on the command line nobody can be asked for the current one (P3.2).
    private const VersionOrder Order = VersionOrder.Numeric;

    public static EvaluationResult Of(IEnumerable<ResourceVersion> versions, EvaluationSettings settings)
    {
        // Over the whole input, before grouping: a result that was moved to another patient leaves the first.
        var current = CurrentVersions.Select(versions, Order);
        var assessments = current.Versions.Where(version => version.Patient is not null)
            .GroupBy(version => version.Patient!.Value)
            .OrderBy(group => group.Key.Id, StringComparer.Ordinal).ThenBy(group => group.Key.Namespace, StringComparer.Ordinal)
            .Select(group => Assess(group.Key, [.. group], current.Ambiguous, settings));
        return new EvaluationResult([.. assessments], WithoutPatient(current.Versions));
    }

    private static Assessment Assess(PatientKey patient, ResourceVersion[] resources, IReadOnlyList<ResourceKey> ambiguous, EvaluationSettings settings)
    {
        var record = new PatientRecord(patient, resources, settings.Provides)
        {
            VersionOrder = Order,
            Ambiguous = [.. ambiguous.Intersect(resources.Select(version => version.Resource))],
        };
        return CytopeniaProtocol.Assess(record, settings.Definition, settings.Zone, settings.AsOf ?? LatestFact(resources, settings.Zone));
    }

    private static DataQualityFinding[] WithoutPatient(IEnumerable<ResourceVersion> versions) =>
    [
        .. versions.Where(version => version.Patient is null && !version.Retracted)
            .SelectMany(version => version.Refusals.Select(refusal => new DataQualityFinding(refusal.Code, version.Resource.Reference, refusal.Text)))
            .Distinct()
            .OrderBy(finding => finding.Code, StringComparer.Ordinal).ThenBy(finding => finding.Resource, StringComparer.Ordinal),
    ];

    /// <summary>The latest time of a fact; of a refusal where there is no fact; of any version where there is neither; else the epoch, so that the same input gives the same bytes.</summary>
    private static DateTimeOffset LatestFact(ResourceVersion[] resources, TimeZoneInfo zone)
    {
        var facts = resources.SelectMany(FactTimes).Select(time => Instant(time, zone)).ToList();
        if (facts.Count > 0) return facts.Max();
        var refused = resources.SelectMany(version => version.Refusals).Where(refusal => refusal.Time is not null).Select(refusal => Instant(refusal.Time!.Value, zone)).ToList();
        if (refused.Count > 0) return refused.Max();
        return resources.Max(version => version.LastUpdated)?.ToUniversalTime() ?? DateTimeOffset.UnixEpoch;
    }

    private static IEnumerable<ClinicalTime> FactTimes(ResourceVersion version) =>
    [
        .. version.CellCounts.Select(fact => fact.Time),
        .. version.Chemistry.Select(fact => fact.Time),
        .. version.DrugsGiven.Select(fact => fact.Time),
        .. version.DrugStatements.Select(fact => fact.Start),
        .. version.Transfusions.Select(fact => fact.Time),
        .. version.Infusions.Select(fact => fact.Time),
        .. version.PatientStatuses.Where(fact => fact.DeceasedAt is not null).Select(fact => fact.DeceasedAt!.Value),
    ];

    // A date-only fact is seen from the start of its local day (P1.5).
    private static DateTimeOffset Instant(ClinicalTime time, TimeZoneInfo zone) =>
        time.Instant?.ToUniversalTime() ?? FacilityClock.StartOfDay(time.Date!.Value, zone);
}
