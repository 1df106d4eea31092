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
        var survivors = MergedPatients.Survivors(current.Versions);
        var assessments = current.Versions.Where(version => version.Patient is not null)
            .GroupBy(version => Owner(version, version.Patient!.Value, survivors))
            .OrderBy(group => group.Key.Id, StringComparer.Ordinal).ThenBy(group => group.Key.Namespace, StringComparer.Ordinal)
            .Select(group => Assess(group.Key, [.. group], [.. survivors.Where(merge => merge.Value == group.Key).Select(merge => merge.Key)], current.Ambiguous, settings));
        return new EvaluationResult([.. assessments], WithoutPatient(current.Versions));
    }

    // A retired id keeps its own Patient resource and nothing else (P11.6).
    private static PatientKey Owner(ResourceVersion version, PatientKey patient, IReadOnlyDictionary<PatientKey, PatientKey> survivors) =>
        version.Resource.Type == "Patient" ? patient : survivors.GetValueOrDefault(patient, patient);

    private static Assessment Assess(
        PatientKey patient, ResourceVersion[] resources, PatientKey[] mergedFrom, IReadOnlyList<ResourceKey> ambiguous, EvaluationSettings settings)
    {
        var record = new PatientRecord(patient, resources, settings.Provides)
        {
            VersionOrder = Order,
            MergedFrom = mergedFrom,
            Ambiguous = [.. ambiguous.Intersect(resources.Select(version => version.Resource))],
        };
        return CytopeniaProtocol.Assess(record, settings.Definition, settings.Zone, settings.AsOf ?? LatestFact.Of(resources, settings.Zone));
    }

    private static DataQualityFinding[] WithoutPatient(IEnumerable<ResourceVersion> versions) =>
    [
        .. versions.Where(version => version.Patient is null && !version.Retracted)
            .SelectMany(version => version.Refusals.Select(refusal => new DataQualityFinding(refusal.Code, version.Resource.Reference, refusal.Text)))
            .Distinct()
            .OrderBy(finding => finding.Code, StringComparer.Ordinal).ThenBy(finding => finding.Resource, StringComparer.Ordinal),
    ];
}
