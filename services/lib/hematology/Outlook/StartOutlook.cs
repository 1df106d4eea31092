namespace CarT.Fhir.Hematology;

/// <summary>Why no TPO-RA is proposed although a lineage is severe (P9.4).</summary>
internal static class StartOutlook
{
    public static IEnumerable<string> Of(EpisodeFold fold)
    {
        if (StartRules.Allow(fold)) yield break;
        var start = fold.Definition.Start;
        if (!fold.Platelets.IsSevere && !fold.Anc.IsSevere)
        {
            yield return "No TPO-RA is proposed for hemoglobin alone";
            yield break;
        }

        // Until a platelet count allows it, no day on which the ALT is over changes anything; so it is told only when it alone stands against it (P11.4).
        if (Platelets(fold) is { } platelets)
        {
            yield return platelets;
            yield break;
        }

        var raised = fold.Liver.Within(fold.Day, start.AltWindowDays).FindAll(alt => alt.ReachesTimesLimit(start.AltBelowTimesUln));
        if (raised is not [.., var last]) yield break;
        yield return $"No TPO-RA is proposed before {fold.DateOf(last.Day + start.AltWindowDays)}: ALT {ValueWording.Alt(last)} on {fold.DateOf(last.Day)} "
            + $"is at least {Wording.Number(start.AltBelowTimesUln)} times its upper limit";
    }

    private static string? Platelets(EpisodeFold fold)
    {
        var most = fold.Definition.Start.PlateletsMaxPerUl;
        if (fold.PlateletMaxima.LatestUpTo(fold.Day) is not { } latest) return "A TPO-RA is proposed only when a platelet value is known";
        return latest.Value.IsAbove(most)
            ? $"A TPO-RA is proposed only with platelets of at most {Wording.Number(most)} /uL ({ValueWording.Maximum(latest, "/uL")} on {fold.DateOf(latest.Day)})"
            : null;
    }
}
