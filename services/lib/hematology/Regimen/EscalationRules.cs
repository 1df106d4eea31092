using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// When a higher dose of eltrombopag is proposed, and which (P9.3). A reduction that is due bars it: with limits that differ by agent both can be.
/// </summary>
internal static class EscalationRules
{
    public static ProposedActivity? Escalation(EpisodeFold fold)
    {
        var eltrombopag = fold.Therapy.Eltrombopag;
        if (fold.Response.IsMet || fold.NonResponse.Cause is not null || fold.IsOnHold || fold.Thrombocytosis.Reduce is not null) return null;
        if (!fold.Therapy.IsCurrent(eltrombopag, fold.Day) || !HasLasted(fold, eltrombopag!)) return null;
        if (Platelets(fold) is not { } platelets || Alt(fold) is not { } alt) return null;
        var last = eltrombopag!.LastUpTo(fold.Day)!;
        var cap = StartRules.EltrombopagCap(fold);
        if (last.Dose is not { } present || present.Value >= cap) return null;

        var dose = present with { Value = Wording.Normalise(Math.Min(present.Value + fold.Definition.Escalation.StepMg, cap)) };
        var since = eltrombopag.PresentDoseSince(fold.Day)!.Value;
        var looked = $"doses on at least {Wording.Number(fold.Definition.Escalation.DoseDaysMinPercent)} % of the days, "
            + $"platelets {ValueWording.Maximum(platelets, "/uL")} on {fold.DateOf(platelets.Day)}, ALT {ValueWording.Alt(alt)} on {fold.DateOf(alt.Day)}";
        return Proposals.Medication(
            ActivityCodes.EscalateEltrombopag,
            $"Escalate eltrombopag to {Wording.Dose(dose)} daily: no response at {Wording.Dose(present)} since {fold.DateOf(since)} ({looked}); "
                + StartRules.OffLabel,
            dose,
            [.. last.Resources, platelets.Resource, alt.Resource]);
    }

    /// <summary>The present dose has lasted long enough, with doses on enough of the completed days.</summary>
    private static bool HasLasted(EpisodeFold fold, AgentCourse eltrombopag)
    {
        var escalation = fold.Definition.Escalation;
        if (eltrombopag.PresentDoseSince(fold.Day) is not { } since) return false;
        var days = fold.Day - since;
        return days >= escalation.AfterDays && eltrombopag.DoseDaysWithin(since, fold.Day - 1) * 100 >= escalation.DoseDaysMinPercent * days;
    }

    private static DailyMaximum? Platelets(EpisodeFold fold)
    {
        var escalation = fold.Definition.Escalation;
        return fold.PlateletMaxima.LatestUpTo(fold.Day) is { } latest
            && fold.Day - latest.Day <= escalation.PlateletsMaxAgeDays && !latest.Value.IsAbove(escalation.PlateletsMaxPerUl) ? latest : null;
    }

    private static DailyMaximum? Alt(EpisodeFold fold)
    {
        var escalation = fold.Definition.Escalation;
        return fold.Liver.LatestWithLimit(fold.Day) is { } latest
            && fold.Day - latest.Day <= escalation.AltMaxAgeDays && !latest.ReachesTimesLimit(escalation.AltBelowTimesUln) ? latest : null;
    }
}
