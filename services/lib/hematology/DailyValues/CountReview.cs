using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>A usable count and the verdict on it.</summary>
internal readonly record struct JudgedCount(Sighted<CellCount> Count, bool IsLow);

/// <summary>Something this library itself finds wrong with a resource. <see cref="Lineage"/> is null when it is no blood count.</summary>
internal readonly record struct OwnFinding(string Code, string Resource, string? Lineage, int DayNumber, string Text);

/// <summary>Sorts out the counts that no class can be given: comparators that do not tell (P2.4), and platelets with clumps (P2.6).</summary>
internal static class CountReview
{
    public static (List<JudgedCount> Usable, List<OwnFinding> Findings) Review(VisibleFacts facts, LowParameters low)
    {
        var usable = new List<JudgedCount>(facts.Counts.Count);
        var findings = new List<OwnFinding>();
        foreach (var count in facts.Counts)
        {
            var isLow = low.Of(count.Fact.Lineage).IsLow(count.Fact.Value, count.Fact.Comparator);
            if (count.Fact.Lineage == Lineages.Platelets && facts.Clumps.Exists(clumps => Concerns(clumps, count.Fact)))
                findings.Add(Finding(DataQualityCodes.SpecimenUnsuitable, count, "platelet clumps are reported for the same specimen or time"));
            else if (isLow is { } judged)
                usable.Add(new JudgedCount(count, judged));
            else
                findings.Add(Finding(DataQualityCodes.ComparatorIndecisive, count, "the comparator does not tell the side of the threshold"));
        }

        return (usable, findings);
    }

    private static OwnFinding Finding(string code, Sighted<CellCount> count, string text) =>
        new(code, count.Resource, count.Fact.Lineage, count.At.DayNumber, $"{Wording.Lineage(count.Fact.Lineage)}: {text}");

    private static bool Concerns(SightedClumps clumps, CellCount count) =>
        (clumps.Specimen is not null && clumps.Specimen == count.Specimen) || (clumps.Time is { } time && IsSame(time, count.Time));

    private static bool IsSame(ClinicalTime a, ClinicalTime b) => a.Instant is { } instant ? instant == b.Instant : a.Date == b.Date;
}
