using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The daily values of one lineage in one episode, in order of days; the minimum of each day stands for it (P3.1).</summary>
internal static class LineageSeries
{
    public static List<DailyValue> Build(
        string lineage, Episode episode, int lastDay, List<JudgedCount> counts, TransfusionHistory transfusions, GcsfHistory gcsf)
    {
        var values = new List<DailyValue>();
        foreach (var judged in counts)
        {
            var (fact, resource, at, _) = judged.Count;
            var day = at.DayNumber - episode.Day0;
            if (fact.Lineage != lineage || day > lastDay || episode.BelongsToTimeBefore(at)) continue;
            var isAnc = lineage == Lineages.Anc;
            var supported = transfusions.Supports(day, at) || (isAnc && gcsf.Excludes(at));
            values.Add(new DailyValue
            {
                Day = day,
                Date = at.Date,
                Value = Wording.Normalise(fact.Value),
                Comparator = fact.Comparator,
                At = at,
                Class = judged.IsLow ? ValueClass.Low : supported ? ValueClass.Neutral : ValueClass.Recovered,
                Supported = supported,
                UnderGcsf = isAnc && gcsf.IsUnder(at),
                Received = fact.Received,
                Resource = resource,
                Slot = fact.Slot,
            });
        }

        return MinimumPerDay(values);
    }

    /// <summary>Of equal minima the supported one, then the earlier draw, then the resource id (P3.1).</summary>
    private static List<DailyValue> MinimumPerDay(List<DailyValue> values)
    {
        values.Sort(static (a, b) =>
        {
            var order = a.Day.CompareTo(b.Day);
            if (order == 0) order = a.Magnitude.CompareTo(b.Magnitude);
            if (order == 0) order = b.Supported.CompareTo(a.Supported);
            if (order == 0) order = a.At.SeenFrom.CompareTo(b.At.SeenFrom);
            if (order == 0) order = string.CompareOrdinal(a.Resource, b.Resource);
            return order != 0 ? order : string.CompareOrdinal(a.Slot, b.Slot);
        });
        var kept = 0;
        for (int first = 0, next; first < values.Count; first = next)
        {
            var (lowest, decided) = (values[first], false);
            for (next = first + 1; next < values.Count && values[next].Day == lowest.Day; next++) decided |= values[next].Class != lowest.Class;
            values[kept++] = decided ? lowest with { LowestOf = next - first } : lowest;
        }

        values.RemoveRange(kept, values.Count - kept);
        return values;
    }
}
