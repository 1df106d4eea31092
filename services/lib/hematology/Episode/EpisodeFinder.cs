using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>An infusion record that does not agree with an earlier record of its group (P1.3).</summary>
internal readonly record struct InfusionConflict(string Resource, int DayNumber);

/// <summary>Groups infusion records into episodes (P1.3).</summary>
internal static class EpisodeFinder
{
    public static (List<Episode> Episodes, List<InfusionConflict> Conflicts) Find(List<Sighted<CarTInfusion>> infusions, EpisodeParameters parameters)
    {
        var episodes = new List<Episode>();
        var conflicts = new List<InfusionConflict>();
        foreach (var record in infusions
            .OrderBy(static r => r.At.DayNumber).ThenBy(static r => r.At.SeenFrom)
            .ThenBy(static r => r.Resource, StringComparer.Ordinal).ThenBy(static r => r.Fact.Slot, StringComparer.Ordinal))
        {
            if (episodes.Count == 0 || !Belongs(record, episodes[^1], parameters))
            {
                episodes.Add(new Episode(episodes.Count + 1, record));
                continue;
            }

            var sameInfusion = record.At.DayNumber - episodes[^1].Day0 <= parameters.SameInfusionMaxDays;
            if (sameInfusion && episodes[^1].Records.Any(earlier => Conflict(earlier.At, record.At, parameters)))
                conflicts.Add(new InfusionConflict(record.Resource, record.At.DayNumber));
            episodes[^1].Join(record);
        }

        return (episodes, conflicts);
    }

    private static bool Belongs(Sighted<CarTInfusion> record, Episode episode, EpisodeParameters parameters)
    {
        var day = record.At.DayNumber - episode.Day0;
        if (day <= parameters.SameInfusionMaxDays) return true;
        var product = record.Fact.Product;
        var compatible = product == episode.Product || product == Episode.Unspecified || episode.Product == Episode.Unspecified;
        return compatible && day >= parameters.SplitDoseFromDay && day <= parameters.SplitDoseToDay;
    }

    private static bool Conflict(LocalMoment earlier, LocalMoment later, EpisodeParameters parameters) =>
        earlier.Instant is { } a && later.Instant is { } b
            ? (b - a).Duration() > TimeSpan.FromHours(parameters.ConflictAfterHours)
            : later.DayNumber - earlier.DayNumber > parameters.ConflictAfterDays;
}
