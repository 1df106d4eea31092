using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>All flags of one episode (P10.9). Nothing is active while the episode is closed.</summary>
internal sealed class EpisodeFlags
{
    private readonly EpisodeFold fold;
    private readonly RefusedEvents refused;
    private readonly List<FlagTracker> all = [];
    private readonly FlagTracker screeningDue;
    private readonly FlagTracker screeningMissed;
    private readonly FlagTracker severe;
    private readonly FlagTracker dependent;
    private readonly FlagTracker response;
    private readonly FlagTracker complete;
    private readonly FlagTracker relapse;
    private readonly FlagTracker nonResponse;
    private readonly FlagTracker reduce;
    private readonly FlagTracker thrombocytosis;
    private readonly FlagTracker hepatotoxicity;
    private readonly FlagTracker offProtocol;
    private readonly FlagTracker noRecentCounts;
    private readonly FlagTracker dataQuality;
    private readonly Finding?[] missingWhenDue = new Finding?[3];
    private readonly Finding?[] missingWhenMissed = new Finding?[3];
    private Finding? silence;

    public EpisodeFlags(EpisodeFold fold, RefusedEvents refused)
    {
        this.fold = fold;
        this.refused = refused;
        screeningDue = Track(FlagCodes.ScreeningDue);
        screeningMissed = Track(FlagCodes.ScreeningMissed);
        severe = Track(FlagCodes.SeverePersistentCytopenia);
        dependent = Track(FlagCodes.TransfusionDependent);
        response = Track(FlagCodes.TpoRaResponse);
        complete = Track(FlagCodes.CompleteResolution);
        relapse = Track(FlagCodes.Relapse);
        nonResponse = Track(FlagCodes.NonResponseReview);
        reduce = Track(FlagCodes.ThrombocytosisReduce);
        thrombocytosis = Track(FlagCodes.ThrombocytosisHold);
        hepatotoxicity = Track(FlagCodes.HepatotoxicityHold);
        offProtocol = Track(FlagCodes.OffProtocolDosing);
        noRecentCounts = Track(FlagCodes.NoRecentCounts);
        dataQuality = Track(FlagCodes.DataQuality);
    }

    public IEnumerable<AssessedFlag> Intervals => all.SelectMany(static f => f.Intervals);

    public void Step()
    {
        var day = fold.Day;
        if (fold.State == States.Closed)
        {
            End(day);
            silence = null;
            return;
        }

        var parameters = fold.Definition.Flags;
        var detecting = day >= fold.Definition.Detection.FromDay;
        screeningDue.Step(day, fold.State == States.Screening && day >= parameters.ScreeningDueFromDay ? Unscreened(missingWhenDue, day - 1) : []);
        screeningMissed.Step(day, fold.State == States.Indeterminate && day >= parameters.ScreeningMissedFromDay ? Unscreened(missingWhenMissed, day) : []);
        severe.Step(day, fold.Anc.SevereCause, fold.Platelets.SevereCause, fold.Hemoglobin.SevereCause);
        dependent.Step(day, detecting ? fold.Platelets.Dependence.Cause : null, detecting ? fold.Hemoglobin.Dependence.Cause : null);
        response.Step(day, fold.Response.IsMet ? fold.Response.Response : null);
        complete.Step(day, fold.Response.Complete);
        relapse.Step(day, fold.Response.Relapse);
        nonResponse.Step(day, fold.IsOnHold ? null : fold.NonResponse.Cause);
        reduce.Step(day, fold.Thrombocytosis.Reduce);
        thrombocytosis.Step(day, fold.Thrombocytosis.Hold);
        hepatotoxicity.Step(day, fold.Hepatotoxicity.Hold);
        offProtocol.Step(day, fold.OffProtocol.On(day));
        silence = IsSilent() ? silence ?? Silence() : null;
        noRecentCounts.Step(day, silence);
        dataQuality.Step(day, refused.On(day));
    }

    public void End(int day)
    {
        foreach (var flag in all) flag.End(day);
    }

    private FlagTracker Track(string code)
    {
        var tracker = new FlagTracker(code, fold.Episode);
        all.Add(tracker);
        return tracker;
    }

    /// <summary>The lineages without an evaluable value from day 21 to the day given. A source without labs proves no absence (P1.7).</summary>
    private Finding?[] Unscreened(Finding?[] causes, int toDay)
    {
        var fromDay = fold.Definition.Detection.FromDay;
        for (var i = 0; i < causes.Length; i++)
        {
            var missing = fold.Provides.Labs && !fold.All[i].HasValueWithin(fromDay, toDay);
            causes[i] = missing ? causes[i] ?? Missing(fold.All[i].Lineage, fromDay, toDay) : null;
        }

        return causes;
    }

    /// <summary>P13.1: nothing on the completed days nor today, while counts are needed. A source without labs proves no absence (P1.7).</summary>
    private bool IsSilent()
    {
        var parameters = fold.Definition.Silence;
        var counted = fold.All.Any(l => l.HasValueSince(fold.Day - parameters.CompletedDaysWithoutCount));
        var needed = fold.IsAnySevere || fold.IsTherapyCurrent || fold.State == States.Indeterminate;
        return fold.Provides.Labs && fold.Day >= parameters.FromDay && needed && !counted;
    }

    private Finding Silence()
    {
        var (from, to) = (fold.Day - fold.Definition.Silence.CompletedDaysWithoutCount, fold.Day - 1);
        var last = fold.All.Where(static l => l.Latest is not null).MaxBy(static l => l.Latest!.Day) is { } lineage
            ? $"the last was {Wording.LineageInside(lineage.Lineage)} {ValueWording.Dated(lineage.Lineage, [lineage.Latest!])}"
            : "none is known since the infusion";
        return new Finding($"No evaluable blood count from {fold.DateOf(from)} to {fold.DateOf(to)}; {last}", []);
    }

    private Finding Missing(string lineage, int fromDay, int toDay)
    {
        var (from, to) = (fold.DateOf(fromDay), fold.DateOf(toDay));
        return new Finding($"No evaluable {Wording.LineageInside(lineage)} from {from} (day {fromDay}) to {to}", []);
    }
}
