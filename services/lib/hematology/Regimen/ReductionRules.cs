using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>When less of a TPO-RA is proposed: reduce for high platelets (P9.6), which takes the place of a taper after response (P9.8).</summary>
internal static class ReductionRules
{
    public static ProposedActivity? Reduction(EpisodeFold fold)
    {
        if (fold.Thrombocytosis.Reduce is { } cause) return Reduce(fold, cause);
        return IsTaperDue(fold) ? Taper(fold, fold.Therapy.Eltrombopag!.LastUpTo(fold.Day)!) : null;
    }

    /// <summary>Without a dose where none can be named: a low or unknown present dose, or another agent.</summary>
    private static ProposedActivity Reduce(EpisodeFold fold, Finding cause)
    {
        var thrombocytosis = fold.Definition.Thrombocytosis;
        var present = fold.Therapy.IsCurrent(fold.Therapy.Eltrombopag, fold.Day) ? fold.Therapy.Eltrombopag!.LastUpTo(fold.Day)!.Dose : null;
        var dose = present?.Value > thrombocytosis.ReduceWithoutDoseAtMg ? Less(present, thrombocytosis.ReduceEltrombopagByMg) : null;
        var what = dose is null ? "Reduce the TPO-RA" : $"Reduce eltrombopag from {Wording.Dose(present!)} to {Wording.Dose(dose)} daily";
        return Proposals.Medication(ActivityCodes.ReduceTpoRa, $"{what}: {cause.Text}; {StartRules.OffLabel}", dose, cause.Evidence);
    }

    /// <summary>Response in force under eltrombopag, and either not reduced since, or the present dose has lasted.</summary>
    private static bool IsTaperDue(EpisodeFold fold)
    {
        if (fold.Response is not { IsMet: true, InForceSinceDay: { } since } || !fold.Therapy.IsCurrent(fold.Therapy.Eltrombopag, fold.Day)) return false;
        var eltrombopag = fold.Therapy.Eltrombopag!;
        return !eltrombopag.WasReducedWithin(since, fold.Day) || fold.Day - eltrombopag.PresentDoseSince(fold.Day) >= fold.Definition.Taper.AfterDays;
    }

    private static ProposedActivity Taper(EpisodeFold fold, DoseDay last)
    {
        var taper = fold.Definition.Taper;
        var since = fold.Therapy.Eltrombopag!.PresentDoseSince(fold.Day) is { } day ? $", present dose given since {fold.DateOf(day)}" : "";
        var why = $"response in force since {fold.DateOf(fold.Response.InForceSinceDay!.Value)}{since}";
        List<string> evidence = [.. fold.Response.Response!.Evidence.Concat(last.Resources).Distinct()];
        var present = last.Dose;
        if (present?.Value <= taper.StopAtMg)
            return Proposals.Task(ActivityCodes.StopTpoRaReview, $"Review whether to stop eltrombopag, now {Wording.Dose(present)} daily: {why}", evidence);
        var dose = present is null ? null : Less(present, taper.StepMg);
        var what = dose is null ? ", whose present dose is not stated" : $" from {Wording.Dose(present!)} to {Wording.Dose(dose)} daily";
        return Proposals.Medication(ActivityCodes.TaperTpoRa, $"Taper eltrombopag{what}: {why}; {StartRules.OffLabel}", dose, evidence);
    }

    private static Dose Less(Dose present, decimal mg) => present with { Value = Wording.Normalise(present.Value - mg) };
}
