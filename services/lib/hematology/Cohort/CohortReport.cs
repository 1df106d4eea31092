using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// A cohort in the numbers of Beyar-Katz et al. 2022: who was screened, treated, responded, and how long each lineage took. Its JSON form
/// (<see cref="CartJson"/>) is a public interface (docs/interfaces.md); members stand in the order in which they are written.
/// </summary>
public sealed record CohortReport
{
    private const string Both = "both";

    public required int Patients { get; init; }

    public required int WithInfusion { get; init; }

    /// <summary>Patients by product, the most frequent first.</summary>
    public required IReadOnlyDictionary<string, int> Products { get; init; }

    public required int Screened { get; init; }

    public required int SeverePersistentCytopenia { get; init; }

    public required int Treated { get; init; }

    /// <summary>Treated patients by agent; <c>both</c> is eltrombopag and romiplostim, other combinations are joined by a plus sign.</summary>
    public required IReadOnlyDictionary<string, int> Agents { get; init; }

    public required int Responders { get; init; }

    public required int CompleteResponders { get; init; }

    /// <summary>Day of the first TPO-RA administration.</summary>
    public required Spread StartDay { get; init; }

    /// <summary>Days from the first TPO-RA administration to the first resolution, of patients whose lineage was low at baseline.</summary>
    public required Spread DaysToHemoglobin { get; init; }

    /// <inheritdoc cref="DaysToHemoglobin"/>
    public required Spread DaysToPlatelets { get; init; }

    /// <inheritdoc cref="DaysToHemoglobin"/>
    public required Spread DaysToAnc { get; init; }

    /// <summary>In the order of the courses given.</summary>
    public required IReadOnlyList<CohortPatient> PerPatient { get; init; }

    /// <summary>Without remarks; ordered by code, then resource.</summary>
    public required IReadOnlyList<CohortRefusal> Refused { get; init; }

    /// <summary>Sums up courses and what was refused without belonging to a patient.</summary>
    public static CohortReport Of(IReadOnlyCollection<PatientCourse> courses, IReadOnlyCollection<DataQualityFinding> withoutPatient)
    {
        var patients = courses.Select(CohortPatient.Of).ToList();
        var treated = patients.FindAll(static patient => patient.Agents.Count > 0);
        return new CohortReport
        {
            Patients = patients.Count,
            WithInfusion = patients.Count(static patient => patient.Product is not null),
            Products = ByFrequency(patients.Select(static patient => patient.Product).OfType<string>()),
            Screened = courses.Count(static course => course.Screened),
            SeverePersistentCytopenia = courses.Count(static course => course.EverSevere),
            Treated = treated.Count,
            Agents = ByAgent(treated),
            Responders = treated.Count(static patient => patient.Response),
            CompleteResponders = treated.Count(static patient => patient.Complete),
            StartDay = Spread.Of(treated.Select(static patient => patient.StartDay)),
            DaysToHemoglobin = Spread.Of(treated.Select(static patient => patient.DaysToHemoglobin)),
            DaysToPlatelets = Spread.Of(treated.Select(static patient => patient.DaysToPlatelets)),
            DaysToAnc = Spread.Of(treated.Select(static patient => patient.DaysToAnc)),
            PerPatient = patients,
            Refused = Refusals(courses.SelectMany(static course => course.DataQuality).Concat(withoutPatient)),
        };
    }

    private static Dictionary<string, int> ByFrequency(IEnumerable<string> products) => products
        .CountBy(static product => product, StringComparer.Ordinal)
        .OrderByDescending(static product => product.Value).ThenBy(static product => product.Key, StringComparer.Ordinal)
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>The three groups of the paper are always there; the others where they occur.</summary>
    private static Dictionary<string, int> ByAgent(List<CohortPatient> treated)
    {
        var groups = new Dictionary<string, int>(StringComparer.Ordinal) { [Contracts.Agents.Eltrombopag] = 0, [Contracts.Agents.Romiplostim] = 0, [Both] = 0 };
        foreach (var (group, count) in treated.CountBy(static patient => Group(patient.Agents), StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal))
            groups[group] = count;
        return groups;
    }

    private static string Group(IReadOnlyList<string> agents) =>
        agents is [Contracts.Agents.Eltrombopag, Contracts.Agents.Romiplostim] ? Both : string.Join('+', agents);

    private static IReadOnlyList<CohortRefusal> Refusals(IEnumerable<DataQualityFinding> findings) =>
    [
        .. findings.Where(static finding => !DataQualityCodes.Remarks.Contains(finding.Code))
            .Select(static finding => new CohortRefusal(finding.Resource, finding.Code)).Distinct()
            .OrderBy(static refusal => refusal.Code, StringComparer.Ordinal).ThenBy(static refusal => refusal.Resource, StringComparer.Ordinal),
    ];
}

/// <summary>Number, median and range of whole days; without any value all but the number are null.</summary>
public sealed record Spread(int N, decimal? Median, int? Min, int? Max)
{
    /// <summary>Of the values that are known; the median of an even number is the mean of the middle two.</summary>
    public static Spread Of(IEnumerable<int?> values)
    {
        var sorted = values.OfType<int>().Order().ToList();
        if (sorted.Count == 0) return new Spread(0, null, null, null);
        var median = (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2m;
        return new Spread(sorted.Count, median, sorted[0], sorted[^1]);
    }
}

/// <summary>One patient of a cohort. Null is what does not apply: no infusion, no TPO-RA, a lineage that was not low at baseline or did not resolve.</summary>
public sealed record CohortPatient
{
    public required string Patient { get; init; }

    public required string? Product { get; init; }

    public required IReadOnlyList<string> Agents { get; init; }

    public required int? StartDay { get; init; }

    public required int? DaysToHemoglobin { get; init; }

    public required int? DaysToPlatelets { get; init; }

    public required int? DaysToAnc { get; init; }

    /// <summary>Response ever met (P8.2).</summary>
    public required bool Response { get; init; }

    /// <summary>Complete resolution ever met (P8.3).</summary>
    public required bool Complete { get; init; }

    internal static CohortPatient Of(PatientCourse course) => new()
    {
        Patient = course.Patient,
        Product = course.Episode?.Product,
        Agents = course.Episode?.Agents ?? [],
        StartDay = course.Episode?.StartDay,
        DaysToHemoglobin = course.Episode?.Hemoglobin.DaysFromTpoRaStart,
        DaysToPlatelets = course.Episode?.Platelets.DaysFromTpoRaStart,
        DaysToAnc = course.Episode?.Anc.DaysFromTpoRaStart,
        Response = course.Episode?.ResponseDay is not null,
        Complete = course.Episode?.CompleteDay is not null,
    };
}

/// <summary>A resource of which something was refused, and why (one of <see cref="DataQualityCodes"/>).</summary>
public sealed record CohortRefusal(string Resource, string Code);
