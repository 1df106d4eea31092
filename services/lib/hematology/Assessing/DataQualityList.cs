using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Refusals and remarks of everything that is seen, ordered by code, then resource.</summary>
internal static class DataQualityList
{
    private const string AmbiguousText = "Which version of this resource is the newest had to be guessed";

    public static IReadOnlyList<DataQualityFinding> Of(VisibleFacts facts, List<OwnFinding> own) =>
    [
        .. facts.Refusals.Select(static r => new DataQualityFinding(r.Fact.Code, r.Resource, r.Fact.Text))
            .Concat(own.Select(static f => new DataQualityFinding(f.Code, f.Resource, f.Text)))
            .Concat(facts.Ambiguous.Select(static r => new DataQualityFinding(DataQualityCodes.VersionAmbiguous, r, AmbiguousText)))
            .Distinct()
            .OrderBy(static f => f.Code, StringComparer.Ordinal)
            .ThenBy(static f => f.Resource, StringComparer.Ordinal)
            .ThenBy(static f => f.Text, StringComparer.Ordinal),
    ];
}
