using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// A raised ALT under a TPO-RA, judged on the latest ALT that carries its upper limit of normal (P9.7). Nothing is active while the episode is closed.
/// </summary>
internal sealed class Hepatotoxicity(EpisodeFold fold)
{
    private const string WithoutLimitText = "ALT under a TPO-RA without an upper limit of normal: no safety rule can judge it";

    /// <summary>Why the TPO-RA is to be held on the day reached; null without a hold. Once begun it lasts without therapy too.</summary>
    public Finding? Hold { get; private set; }

    /// <summary>Each ALT under therapy that carries no upper limit of normal.</summary>
    public IEnumerable<OwnFinding> Remarks => fold.Liver.WithoutLimit.Where(alt => fold.Therapy.IsCurrent(alt.Day)).Select(alt =>
        new OwnFinding(DataQualityCodes.ReferenceRangeMissing, alt.Resource, null, fold.Episode.Day0 + alt.Day, WithoutLimitText));

    public void Step()
    {
        var times = fold.Definition.Hepatotoxicity.HoldFromTimesUln;
        var isRaised = !fold.IsClosed && fold.Liver.LatestWithLimit(fold.Day)?.ReachesTimesLimit(times) == true;
        if (!isRaised) Hold = null;
        else if (fold.IsTherapyCurrent) Hold ??= Explain(fold.Liver.LatestWithLimit(fold.Day)!.Value, times);
    }

    private Finding Explain(DailyMaximum alt, decimal times)
    {
        var (date, limit) = (fold.DateOf(alt.Day), Wording.Number(alt.Limit!.Value));
        var value = ValueWording.Maximum(alt, "U/L", decided: !alt.Least.IsAtLeast(times));
        return new Finding($"ALT {value} on {date}, at least {Wording.Number(times)} times its upper limit of {limit} U/L", [alt.Resource]);
    }
}
