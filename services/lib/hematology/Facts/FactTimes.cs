using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The clinical times of what one resource version says.</summary>
public static class FactTimes
{
    /// <summary>The time of each fact; of a statement its start, of a death the time that is known.</summary>
    public static IEnumerable<ClinicalTime> OfFacts(ResourceVersion version) =>
    [
        .. version.CellCounts.Select(static fact => fact.Time),
        .. version.Chemistry.Select(static fact => fact.Time),
        .. version.PlateletClumps.Select(static fact => fact.Time).OfType<ClinicalTime>(),
        .. version.DrugsGiven.Select(static fact => fact.Time),
        .. version.DrugStatements.Select(static fact => fact.Start),
        .. version.Transfusions.Select(static fact => fact.Time),
        .. version.Infusions.Select(static fact => fact.Time),
        .. version.PatientStatuses.Select(static fact => fact.DeceasedAt).OfType<ClinicalTime>(),
    ];

    /// <summary>The times of the refusals that have one.</summary>
    public static IEnumerable<ClinicalTime> OfRefusals(ResourceVersion version) => version.Refusals.Select(static refusal => refusal.Time).OfType<ClinicalTime>();
}
