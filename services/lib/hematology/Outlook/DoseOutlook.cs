namespace CarT.Fhir.Hematology;

/// <summary>When the next dose step is due and what it waits for (P9.3, P9.4, P9.8), and when the treatment counts as without response (P9.9).</summary>
internal static class DoseOutlook
{
    public static IEnumerable<string> Of(EpisodeFold fold, int facts)
    {
        if (!fold.IsOnHold && fold.Thrombocytosis.Reduce is null && fold.Therapy.IsCurrent(fold.Therapy.Eltrombopag, fold.Day))
        {
            if (fold.Response.IsMet && Taper(fold) is { } taper) yield return taper;
            if (!fold.Response.IsMet && fold.NonResponse.Cause is null)
            {
                foreach (var sentence in EscalationOutlook.Of(fold, facts)) yield return sentence;
            }
        }
        else if (fold is { IsOnHold: true, IsTherapyCurrent: true }) yield return "No other dose is proposed until the hold has ended";

        if (SecondRomiplostim(fold, facts) is { } second) yield return second;
        if (fold.NonResponse.Cause is not null) yield return "The first lineage that resolves ends the non-response";
        else if (fold.NonResponse.ReachedOn(facts) is { } reached) yield return NonResponse(fold, reached);
    }

    private static string? Taper(EpisodeFold fold)
    {
        var eltrombopag = fold.Therapy.Eltrombopag!;
        if (ReductionRules.Reduction(fold) is not null || eltrombopag.PresentDoseSince(fold.Day) is not { } since) return null;
        var taper = fold.Definition.Taper;
        return $"The next step of the taper is due on {fold.DateOf(since + taper.AfterDays)}: the present dose has been given since {fold.DateOf(since)}, "
            + $"and a step lasts {taper.AfterDays} days";
    }

    private static string? SecondRomiplostim(EpisodeFold fold, int facts)
    {
        if (fold.Therapy.Romiplostim is not { } romiplostim || !fold.Therapy.IsCurrent(romiplostim, fold.Day)) return null;
        if (romiplostim.DosesUpTo(fold.Day) != 1) return null;
        var due = romiplostim.First.Day + fold.Definition.Start.SecondRomiplostimAfterDays;
        return due > facts && !fold.IsOnHold && fold.Thrombocytosis.Reduce is null
            ? $"The second dose of romiplostim is due from {fold.DateOf(due)} to {fold.DateOf(fold.Therapy.CurrentUpTo(romiplostim, fold.Day)!.Value)}"
            : null;
    }

    private static string NonResponse(EpisodeFold fold, int reached)
    {
        var parameters = fold.Definition.NonResponse;
        var start = fold.Therapy.StartDay!.Value;
        var why = reached == start + parameters.AfterDays
            ? $"{parameters.AfterDays} days after the TPO-RA start on {fold.DateOf(start)}"
            : $"{parameters.HighDoseDays} days of eltrombopag at {Wording.Number(parameters.HighDoseMgPerDay)} mg or more, if it goes on";
        return $"Without a resolved lineage the treatment counts as without response on {fold.DateOf(reached)}: {why}";
    }
}
