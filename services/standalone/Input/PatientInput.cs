using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using CarT.Fhir.R4.Facts;
using CarT.Fhir.R4.Input;

namespace CarT.Fhir.Standalone.Input;

/// <summary>One patient of the input and the time as of which to look. A retired id was merged into another and has no facts of its own (P11.6).</summary>
internal sealed record InputPatient(PatientRecord Record, DateTimeOffset AsOf, bool IsRetired);

/// <summary>Everything that was read: patients in the order of their ids, and what was refused without belonging to one.</summary>
internal sealed record PatientInput(InputResult Input, IReadOnlyList<InputPatient> Patients, IReadOnlyList<DataQualityFinding> WithoutPatient)
{
    // On the command line there is one hospital: all ids share one namespace.
    private const string Namespace = "input";

    // Versions are ordered by numeric versionId, then lastUpdated, then content hash: on the command line nobody can be asked for the current one (P3.2).
    private const VersionOrder Order = VersionOrder.Numeric;

    /// <summary>Reads files, folders and standard input.</summary>
    public static async Task<PatientInput> ReadAsync(IReadOnlyList<string> paths, InputSettings settings)
    {
        await using var standardInput = Console.OpenStandardInput();
        var context = new ReadContext { Namespace = Namespace, DoseEvidence = settings.Definition.Episode.DoseEvidence.ToHashSet(StringComparer.Ordinal) };
        return Of(InputReader.Read(paths, standardInput, context), settings);
    }

    /// <summary>One line for standard error: how much was read, ignored and refused. Never a value.</summary>
    public string Summary()
    {
        var refused = Input.Versions.Count(version => version.Refusals.Any(refusal => !DataQualityCodes.Remarks.Contains(refusal.Code))) + Input.Refused.Count;
        var notRelevant = Input.Versions.Count(version => version.NotRelevant is not null);
        return $"{Input.Versions.Count} resource versions read, {notRelevant} not relevant, {refused} refused, {Input.Skipped} files without FHIR skipped; {Patients.Count} patients";
    }

    private static PatientInput Of(InputResult input, InputSettings settings)
    {
        // Over the whole input, before grouping: a result that was moved to another patient leaves the first.
        var current = CurrentVersions.Select(input.Versions, Order);
        var survivors = MergedPatients.Survivors(current.Versions);
        var patients = current.Versions.Where(version => version.Patient is not null)
            .GroupBy(version => Owner(version, version.Patient!.Value, survivors))
            .OrderBy(group => group.Key.Id, StringComparer.Ordinal).ThenBy(group => group.Key.Namespace, StringComparer.Ordinal)
            .Select(group => Patient(group.Key, [.. group], survivors, current.Ambiguous, settings));
        return new PatientInput(input, [.. patients], Sorted(RefusedOfNobody(current.Versions).Concat(input.Refused)));
    }

    // A retired id keeps its own Patient resource and nothing else (P11.6).
    private static PatientKey Owner(ResourceVersion version, PatientKey patient, IReadOnlyDictionary<PatientKey, PatientKey> survivors) =>
        version.Resource.Type == "Patient" ? patient : survivors.GetValueOrDefault(patient, patient);

    private static InputPatient Patient(
        PatientKey patient, ResourceVersion[] resources, IReadOnlyDictionary<PatientKey, PatientKey> survivors, IReadOnlyList<ResourceKey> ambiguous, InputSettings settings)
    {
        var record = new PatientRecord(patient, resources, settings.Provides)
        {
            VersionOrder = Order,
            MergedFrom = [.. survivors.Where(merge => merge.Value == patient).Select(merge => merge.Key)],
            Ambiguous = [.. ambiguous.Intersect(resources.Select(version => version.Resource))],
        };
        return new InputPatient(record, settings.AsOf ?? LatestFact.Of(resources, settings.Zone), survivors.ContainsKey(patient));
    }

    private static IEnumerable<DataQualityFinding> RefusedOfNobody(IEnumerable<ResourceVersion> versions) =>
        versions.Where(version => version.Patient is null && !version.Retracted)
            .SelectMany(version => version.Refusals.Select(refusal => new DataQualityFinding(refusal.Code, version.Resource.Reference, refusal.Text)));

    private static IReadOnlyList<DataQualityFinding> Sorted(IEnumerable<DataQualityFinding> findings) =>
        [.. findings.Distinct().OrderBy(finding => finding.Code, StringComparer.Ordinal).ThenBy(finding => finding.Resource, StringComparer.Ordinal)];
}
