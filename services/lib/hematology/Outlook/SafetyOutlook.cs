using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>What ends a hold or a reduction (P9.6, P9.7).</summary>
internal static class SafetyOutlook
{
    public static IEnumerable<string> Of(EpisodeFold fold)
    {
        if (fold.Thrombocytosis.Hold is not null)
            yield return $"The hold for platelets ends with a daily maximum {Ends(fold, [.. fold.Thrombocytosis.LimitsAhead()])}";
        if (fold.Hepatotoxicity.Hold is not null)
            yield return $"The hold for ALT ends with an ALT below {Wording.Number(fold.Definition.Hepatotoxicity.HoldFromTimesUln)} times its own upper limit";
        if (fold.Thrombocytosis.Reduce is null) yield break;
        List<(int FromDay, PlateletLimits? Limits)> limits = [.. fold.Thrombocytosis.LimitsAhead()];
        var present = limits.FindLast(l => l.FromDay <= fold.Day).Limits!;
        yield return $"The reduction is no longer proposed with a daily platelet maximum of at most {PerUl(present.ReduceAbovePerUl)}, or from "
            + $"{fold.DateOf(limits[^1].FromDay)} on without another TPO-RA dose";
    }

    /// <summary>The limit changes when an agent is no longer current; equal neighbours are one.</summary>
    private static string Ends(EpisodeFold fold, List<(int FromDay, PlateletLimits? Limits)> limits)
    {
        List<string> ends = [];
        for (var i = 0; i < limits.Count; i++)
        {
            var end = limits[i].Limits is { } present
                ? "below " + PerUl(present.ResumeBelowPerUl)
                : $"of at most {PerUl(fold.Definition.Thrombocytosis.EndsWithoutTherapyAtPerUl)}";
            if (i == 0) ends.Add(end);
            else if (limits[i].Limits?.ResumeBelowPerUl != limits[i - 1].Limits!.ResumeBelowPerUl) ends.Add($"{end} from {fold.DateOf(limits[i].FromDay)} on");
        }

        return string.Join(", or ", ends) + " if no further TPO-RA dose is given";
    }

    private static string PerUl(decimal value) => $"{Wording.Number(value)} {Wording.Unit(Lineages.Platelets)}";
}
