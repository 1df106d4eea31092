using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>What a higher dose of eltrombopag waits for, and what is there for it (P9.3): under eltrombopag without response, hold and reduction.</summary>
internal static class EscalationOutlook
{
    public static IEnumerable<string> Of(EpisodeFold fold, int facts)
    {
        if (EscalationRules.Escalation(fold) is not null) return [];
        var last = fold.Therapy.Eltrombopag!.LastUpTo(fold.Day)!;
        var cap = StartRules.EltrombopagCap(fold);
        const string No = "No higher dose of eltrombopag is proposed: ";
        if (last.Dose is not { } present) return [$"{No}that of {fold.DateOf(last.Day)} is not stated"];
        if (present.Value >= cap) return [$"{No}{Wording.Dose(present)} daily is the highest ({Wording.Number(cap)} mg)"];
        var next = new Dose(Wording.Normalise(Math.Min(present.Value + fold.Definition.Escalation.StepMg, cap)), present.Unit);
        List<(string Text, bool IsThere)> all = [.. Doses(fold, present, facts), Platelets(fold, facts), Alt(fold, facts)];
        List<string> sentences = [];
        if (Texts(all, isThere: false) is { Length: > 0 } missing)
            sentences.Add($"A higher dose of eltrombopag ({Wording.Dose(next)} daily) waits for: {missing}");
        if (Texts(all, isThere: true) is { Length: > 0 } there) sentences.Add($"Counted for a higher dose of eltrombopag: {there}");
        return sentences;
    }

    private static string Texts(List<(string Text, bool IsThere)> items, bool isThere) =>
        string.Join("; ", items.Where(i => i.IsThere == isThere).Select(static i => i.Text));

    private static IEnumerable<(string Text, bool IsThere)> Doses(EpisodeFold fold, Dose present, int facts)
    {
        var escalation = fold.Definition.Escalation;
        var eltrombopag = fold.Therapy.Eltrombopag!;
        var since = eltrombopag.PresentDoseSince(fold.Day)!.Value;
        var lasted = since + escalation.AfterDays;
        var share = $"doses on at least {Wording.Number(escalation.DoseDaysMinPercent)} % of the days";
        if (lasted > facts)
        {
            var first = $"{escalation.AfterDays} days after the first dose of {Wording.Dose(present)} on {fold.DateOf(since)}";
            yield return ($"{fold.DateOf(lasted)}, {first}, with {share} between", false);
            yield break;
        }

        yield return ($"{Wording.Dose(present)} daily since {fold.DateOf(since)}", true);
        var given = eltrombopag.DoseDaysWithin(since, fold.Day);
        var enoughUpTo = since + (int)(given * 100 / escalation.DoseDaysMinPercent);
        yield return ($"{share} since then ({given} dose days, enough up to {fold.DateOf(enoughUpTo)})", enoughUpTo > facts);
    }

    private static (string Text, bool IsThere) Platelets(EpisodeFold fold, int facts)
    {
        var escalation = fold.Definition.Escalation;
        if (fold.PlateletMaxima.LatestUpTo(fold.Day) is not { } latest) return ("a platelet value", false);
        var value = $"{ValueWording.Maximum(latest, "/uL")} on {fold.DateOf(latest.Day)}";
        if (latest.Value.IsAbove(escalation.PlateletsMaxPerUl))
            return ($"platelets of at most {Wording.Number(escalation.PlateletsMaxPerUl)} /uL ({value})", false);
        var upTo = latest.Day + escalation.PlateletsMaxAgeDays;
        return upTo < facts
            ? ($"a platelet value not older than {escalation.PlateletsMaxAgeDays} days ({value}, counted up to {fold.DateOf(upTo)})", false)
            : ($"platelets {value}, up to {fold.DateOf(upTo)}", true);
    }

    private static (string Text, bool IsThere) Alt(EpisodeFold fold, int facts)
    {
        var escalation = fold.Definition.Escalation;
        if (fold.Liver.LatestWithLimit(fold.Day) is not { } latest) return ("an ALT with its upper limit", false);
        var value = $"{ValueWording.Alt(latest)} on {fold.DateOf(latest.Day)}";
        if (latest.ReachesTimesLimit(escalation.AltBelowTimesUln))
            return ($"an ALT below {Wording.Number(escalation.AltBelowTimesUln)} times its upper limit ({value})", false);
        var upTo = latest.Day + escalation.AltMaxAgeDays;
        return upTo < facts
            ? ($"an ALT not older than {escalation.AltMaxAgeDays} days ({value}, counted up to {fold.DateOf(upTo)})", false)
            : ($"ALT {value}, up to {fold.DateOf(upTo)}", true);
    }
}
