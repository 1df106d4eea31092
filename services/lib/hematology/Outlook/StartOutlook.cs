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

        var limit = $"{Wording.Number(start.PlateletsMaxPerUl)} /uL";
        if (fold.PlateletMaxima.LatestUpTo(fold.Day) is not { } platelets) yield return "A TPO-RA is proposed only when a platelet value is known";
        else if (platelets.Value.IsAbove(start.PlateletsMaxPerUl))
        {
            var value = $"{ValueWording.Maximum(platelets, "/uL")} on {fold.DateOf(platelets.Day)}";
            yield return $"A TPO-RA is proposed only with platelets of at most {limit} ({value})";
        }

        var raised = fold.Liver.Within(fold.Day, start.AltWindowDays).FindAll(alt => alt.ReachesTimesLimit(start.AltBelowTimesUln));
        if (raised is not [.., var last]) yield break;
        yield return $"No TPO-RA is proposed before {fold.DateOf(last.Day + start.AltWindowDays)}: ALT {ValueWording.Alt(last)} on {fold.DateOf(last.Day)} "
            + $"is at least {Wording.Number(start.AltBelowTimesUln)} times its upper limit";
    }
}
