using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>When a TPO-RA is proposed for consideration, and at which dose (P9.4). All of it is off-label, and the texts say so.</summary>
internal static class StartRules
{
    public const string OffLabel = "off-label after CAR-T; a clinician decides and orders";

    public static bool Allow(EpisodeFold fold)
    {
        var start = fold.Definition.Start;
        return (fold.Platelets.IsSevere || fold.Anc.IsSevere)
            && fold.PlateletMaxima.LatestUpTo(fold.Day) is { } platelets && !platelets.Value.IsAbove(start.PlateletsMaxPerUl)
            && !RecentAlt(fold).Exists(alt => alt.ReachesTimesLimit(start.AltBelowTimesUln));
    }

    /// <summary>At its last dose when it was given before, at most the cap of P9.3.</summary>
    public static ProposedActivity Eltrombopag(EpisodeFold fold, IReadOnlyList<string> evidence)
    {
        var start = fold.Definition.Start;
        var last = fold.Therapy.Eltrombopag?.LastUpTo(fold.Day)?.Dose?.Value;
        var value = last is { } given ? Math.Min(given, EltrombopagCap(fold)) : start.EltrombopagMgPerDay;
        var dose = new Dose(Wording.Normalise(value), "mg");
        var again = fold.Therapy.Eltrombopag is null ? "Consider" : "Consider again";
        var lower = value > start.EltrombopagLowMgPerDay
            ? $"; labels start at {Wording.Number(start.EltrombopagLowMgPerDay)} mg in East- or Southeast-Asian ancestry and in hepatic impairment"
            : "";
        return Proposals.Medication(
            ActivityCodes.ConsiderEltrombopag,
            $"{again} eltrombopag {Wording.Dose(dose)} daily{AfterLiverPanel(fold)}{lower}; {OffLabel}{DosesUnknown(fold)}; {Checks(fold)}",
            dose,
            evidence);
    }

    public static ProposedActivity Romiplostim(EpisodeFold fold, IReadOnlyList<string> evidence)
    {
        var start = fold.Definition.Start;
        var dose = new Dose(Wording.Normalise(start.RomiplostimUgPerDose), "ug");
        return Proposals.Medication(
            ActivityCodes.ConsiderRomiplostim,
            $"Consider romiplostim {Wording.Dose(dose)} every {start.RomiplostimEveryDays} days, {start.RomiplostimDoses} doses"
                + $"{AfterLiverPanel(fold)}; {OffLabel}{DosesUnknown(fold)}; {Checks(fold)}",
            dose,
            evidence);
    }

    /// <summary>Exactly one dose was given, a week ago or longer, it is current, and the platelets ask for no less.</summary>
    public static bool IsSecondRomiplostimDue(EpisodeFold fold) =>
        fold.Therapy.Romiplostim is { } romiplostim
        && romiplostim.DosesUpTo(fold.Day) == 1
        && fold.Day - romiplostim.First.Day >= fold.Definition.Start.SecondRomiplostimAfterDays
        && fold.Therapy.IsCurrent(romiplostim, fold.Day)
        && !fold.IsOnHold
        && fold.Thrombocytosis.Reduce is null;

    public static ProposedActivity SecondRomiplostim(EpisodeFold fold)
    {
        var first = fold.Therapy.Romiplostim!.First;
        var dose = new Dose(Wording.Normalise(fold.Definition.Start.RomiplostimUgPerDose), "ug");
        return Proposals.Medication(
            ActivityCodes.SecondRomiplostim,
            $"Second dose of romiplostim, {Wording.Dose(dose)}; the first was given on {fold.DateOf(first.Day)}; {OffLabel}",
            dose,
            first.Resources);
    }

    /// <summary>The cap of P9.3: lower when the first daily dose was known and low.</summary>
    public static decimal EltrombopagCap(EpisodeFold fold)
    {
        var escalation = fold.Definition.Escalation;
        return fold.Therapy.Eltrombopag?.First.Dose?.Value <= escalation.LowStartMaxMgPerDay ? escalation.LowStartCapMgPerDay : escalation.CapMgPerDay;
    }

    private static List<DailyMaximum> RecentAlt(EpisodeFold fold) => fold.Liver.Within(fold.Day, fold.Definition.Start.AltWindowDays);

    /// <summary>What the proposal looked at besides the severe lineage.</summary>
    private static string Checks(EpisodeFold fold)
    {
        var platelets = fold.PlateletMaxima.LatestUpTo(fold.Day)!.Value;
        var alt = fold.Liver.Latest(fold.Day) is { } last ? $", ALT {ValueWording.Alt(last)} on {fold.DateOf(last.Day)}" : "";
        return $"looked at: platelets {ValueWording.Maximum(platelets, "/uL")} on {fold.DateOf(platelets.Day)}{alt}";
    }

    /// <summary>An ALT without its upper limit tells nothing about the liver.</summary>
    private static string AfterLiverPanel(EpisodeFold fold) =>
        RecentAlt(fold).Exists(static alt => alt.Limit is not null) ? "" : ", after the liver panel";

    private static string DosesUnknown(EpisodeFold fold) => fold.Provides.Doses ? "" : "; the source provides no doses, so check what is already given";
}
