using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using F = CarT.Fhir.Contracts.FlagCodes;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// One episode told a second time, from the text of the protocol alone: each question about a day is answered from lists of all days before it, and only what
/// the text itself carries from the day before is carried (Severe, a resolution, a response, a hold). Shares no code with the product, only the records of
/// the facts and the numbers of the definition. Days are day numbers of local dates; l is a lineage, t a day, d what was told of a day.
/// Readings: completeOn is that of the complete resolution in force; a dose or a lost resolution on a later day reopens for good what an operator closed;
/// a source without labs concludes nothing from their absence, and never "no severe cytopenia" (P1.7).
/// </summary>
internal sealed partial class NaiveModel
{
    private const int Anc = 0, Plt = 1, Hb = 2;
    private static readonly string[] Names = [Lineages.Anc, Lineages.Platelets, Lineages.Hemoglobin];

    private readonly ProtocolDefinition p;
    private readonly NaiveChart chart;
    private readonly NaiveEpisode e;
    private readonly int[] support;
    private readonly int from;
    private readonly int? start, deathDay, operatorDay;
    private readonly NaiveTherapy therapy;
    private readonly List<NaiveValue>[] values;
    private readonly List<int>[] given;
    private readonly List<int> complaints;
    private readonly bool?[] lowAtStart;
    private readonly List<Told> days = [new(0, [new(), new(), new()])];

    public NaiveModel(NaiveChart chart, NaiveEpisode episode, ProtocolDefinition definition)
    {
        (this.chart, e, p, from) = (chart, episode, definition, episode.Day0 + definition.Detection.FromDay);
        support = [p.Support.AncDays, p.Support.PlateletsDays, p.Support.HemoglobinDays];
        values = [.. Names.Select(l => chart.Values(e, l).Daily)];
        given = [.. Names.Select(l => chart.Transfusions(e, l).Select(t => t.Day).ToList())];
        (complaints, therapy) = (chart.Complaints(e), new NaiveTherapy(chart, e, p));
        (start, deathDay, operatorDay) = (therapy.Start, chart.DeathDay, chart.OperatorDay);
        lowAtStart = [.. Names.Select((_, l) => LowAtStart(l))];
        for (var t = e.Day0; t <= e.Last; t++) days.Add(Tell(t, days[^1]));
    }

    private sealed record Line(
        bool Severe = false, int? FirstSevere = null, bool Dependent = false, int? ResolvedOn = null, int? ConfirmedOn = null, bool ResolvedSinceStart = false, bool LostToday = false);

    /// <summary>What a day hands to the next. Response: null before the first, then whether it is in force.</summary>
    private sealed record Told(
        int Day, Line[] Lines, bool? Response = null, int? On = null, int? ConfirmedOn = null, int? InForceSince = null, int? CompleteOn = null,
        bool Reopened = false, bool PltHold = false, bool AltHold = false, string State = "")
    {
        public bool AnySevere => Lines.Any(l => l.Severe);

        public bool AnyDependent => Lines.Any(l => l.Dependent);

        public bool Hold => PltHold || AltHold;
    }

    // P6, P7: lineages

    private NaiveValue? Latest(int l, int t) => values[l].LastOrDefault(v => v.Day <= t);

    /// <summary>The first day of so many values that end on a day, all low or all recovered, neutral ones passed over (P6.1, P7.1, P7.3, P7.7).</summary>
    private int? Run(int l, int t, bool low, int count, int maxGap)
    {
        var run = values[l].Where(v => v.Day <= t && (v.Low || v.Recovered)).TakeLast(count).ToList();
        var isRun = run.Count == count && run[^1].Day == t && run.All(v => v.Low == low) && run.Zip(run.Skip(1)).All(n => n.Second.Day - n.First.Day <= maxGap);
        return isRun ? run[0].Day : null;
    }

    private bool Dependent(int l, int t)
    {
        var recent = given[l].Where(g => l != Anc && g <= t && g > t - p.Detection.DependentWindowDays).Distinct().ToList();
        return recent.Count >= p.Detection.DependentTransfusionDays && !values[l].Any(v => v.Recovered && v.Day > recent.Min() && v.Day <= t);
    }

    private bool? LowAtStart(int l)
    {
        var window = start is { } s ? Enumerable.Range(s - p.Resolution.BaselineWindowDays + 1, p.Resolution.BaselineWindowDays).ToList() : [];
        var inWindow = values[l].Where(v => window.Contains(v.Day)).ToList();
        return inWindow.Any(v => v.Low) || window.Any(d => Dependent(l, d)) ? true : inWindow.Count > 0 ? false : null;
    }

    private bool Started(int t) => start <= t;

    private int LowCountsFrom(int t) => Started(t) ? Math.Min(from, start!.Value) : from;

    private bool WasLow(int l, int t, int? firstSevere) =>
        firstSevere is not null || (Started(t) && lowAtStart[l] == true) || values[l].Any(v => v.Low && v.Day >= LowCountsFrom(t) && v.Day <= t);

    private Line Tell(int l, int t, Line yesterday)
    {
        var dependent = Dependent(l, t);
        var becomesSevere = Run(l, t, low: true, p.Detection.LowValues, p.Detection.LowMaxGapDays) >= from || (dependent && t >= from);
        var firstSevere = yesterday.FirstSevere ?? (becomesSevere ? t : null);
        var isForgotten = t == start && lowAtStart[l] == true;
        var isLost = Run(l, t, low: true, p.Resolution.LostLowValues, p.Resolution.LostMaxGapDays) > yesterday.ConfirmedOn || (dependent && !yesterday.Dependent);
        var (resolvedOn, confirmedOn) = isForgotten || isLost ? (null, null) : (yesterday.ResolvedOn, yesterday.ConfirmedOn);
        int?[] references = Started(t) ? [start] : [values[l].FirstOrDefault(v => v.Low && v.Day >= from && v.Day <= t)?.Day, firstSevere];
        var first = Run(l, t, low: false, p.Resolution.Values, p.Resolution.MaxGapDays);
        // P7.4. One on the first day came after the value, or that would not be Recovered; one on the last day after it, for the same reason.
        var isInterrupted = p.Resolution.TransfusionRestarts && given[l].Any(g => g >= first && g < t);
        var confirms = resolvedOn is null && WasLow(l, t, firstSevere) && first > references.Min() && !isInterrupted;
        if (confirms) (resolvedOn, confirmedOn) = (first, t);
        var onceResolved = yesterday.ResolvedSinceStart || (confirms && Started(t));
        return new((yesterday.Severe || becomesSevere) && !confirms, firstSevere, dependent, resolvedOn, confirmedOn, onceResolved, isLost && yesterday.ResolvedOn is not null);
    }

    // P8 to P10: the day

    private bool Independent(int l, int t) => chart.Provides.Transfusions && !given[l].Any(g => g > t - support[l] && g <= t);

    /// <summary>The latest of the resolutions and of the ends of support.</summary>
    private int? LatestOf(int? resolvedOn, int t) =>
        new[] { Plt, Hb }.SelectMany(l => given[l].Where(g => g <= t).Select(g => (int?)g + support[l])).Append(resolvedOn).Max();

    private Told Tell(int t, Told yesterday)
    {
        Line[] lines = [.. yesterday.Lines.Select((line, l) => Tell(l, t, line))];
        var lowOnes = Enumerable.Range(0, 3).Where(l => lowAtStart[l] == true).ToList();
        var qualifying = lowOnes.Exists(l => l != Hb) ? lowOnes.Where(l => l != Hb) : lowOnes;
        var resolved = qualifying.Select(l => lines[l].ResolvedOn).Where(on => Started(t) && on is not null).ToList();
        var independent = Independent(Plt, t) && Independent(Hb, t);
        var becomesDependent = lines.Zip(yesterday.Lines).Any(l => l.First.Dependent && !l.Second.Dependent);
        var isMetToday = independent && !lines.Any(l => l.Dependent) && resolved.Count > 0;
        bool? response = yesterday.Response is { } before // P8.2, P8.5
            ? before ? resolved.Count > 0 && !becomesDependent : isMetToday
            : isMetToday ? true : null;
        var (on, confirmedOn) = yesterday.ConfirmedOn is null && response == true ? (LatestOf(resolved.Min(), t), t) : (yesterday.On, yesterday.ConfirmedOn);
        var stays = response == true && lowOnes.All(l => lines[l].ResolvedOn is not null);
        var others = Enumerable.Range(0, 3).Except(lowOnes).Select(l => Latest(l, t)).ToList();
        var completes = stays && independent && others.All(v => v is { Recovered: true });
        var keeps = stays && yesterday.CompleteOn is not null && !others.Any(v => v is { Low: true });
        var completeOn = keeps ? yesterday.CompleteOn : completes ? LatestOf(lowOnes.Max(l => lines[l].ResolvedOn), t) : null; // P8.3
        int? inForceSince = response != true ? null : yesterday.InForceSince ?? t;
        var isReopened = yesterday.Reopened || (t > operatorDay && (therapy.DosedBetween(operatorDay.Value + 1, t) || lines.Any(l => l.LostToday)));
        var told = new Told(t, lines, response, on, confirmedOn, inForceSince, completeOn, isReopened);
        if (Closed(told)) return told with { State = States.Closed };
        var (top, limits) = (therapy.TopPlatelets(t), therapy.Limits(t));
        var ends = limits.Count > 0 ? top?.Against(limits.Min(a => a.ResumeBelowPerUl)) < 0 : top?.Against(p.Thrombocytosis.EndsWithoutTherapyAtPerUl) <= 0;
        told = told with
        {
            PltHold = yesterday.PltHold ? !ends : limits.Count > 0 && top?.Against(limits.Min(a => a.HoldAbovePerUl)) > 0,
            AltHold = (yesterday.AltHold || limits.Count > 0) && therapy.Alt(t)?.Against(p.Hepatotoxicity.HoldFromTimesUln) >= 0,
        };
        return told with { State = State(told) };
    }

    private bool Closed(Told d) =>
        deathDay <= d.Day || (operatorDay >= e.Day0 && operatorDay <= d.Day && !d.Reopened)
        || (d.CompleteOn is not null && !therapy.Dosed(d.Day, p.Closing.CompleteWithoutDoseDays))
        || (d.Day - e.Day0 > p.Closing.AfterDay && !therapy.Dosed(d.Day, p.Closing.WithoutDoseDays) && !d.AnySevere && !d.AnyDependent);

    private string State(Told d)
    {
        var day = d.Day - e.Day0;
        if (d.Hold) return States.SafetyHold;
        var isTapering = therapy.IsCurrent(Agents.Eltrombopag, d.Day) && therapy.Mg(d.Day) < therapy.HighestMg(d.Day);
        if (d.Response == true) return isTapering ? States.Tapering : States.Responded;
        if (NonResponse(d)) return States.NonResponder;
        if (therapy.IsCurrent(d.Day)) return States.OnTreatment;
        if (day < p.Detection.FromDay) return States.Observing;
        if (d.AnySevere) return States.SeverePersistentCytopenia;
        if (day < p.Detection.ConcludeFromDay) return States.Screening;
        var isFine = Enumerable.Range(0, 3).All(l => Latest(l, d.Day) is { Recovered: true } v && v.Day >= from);
        return isFine && chart.Provides.Labs && Independent(Plt, d.Day) && Independent(Hb, d.Day) ? States.NoSevereCytopenia : States.Indeterminate;
    }

    /// <summary>P9.9; never after a resolution since the start, thus neither in response nor in relapse.</summary>
    private bool NonResponse(Told d) => Started(d.Day) && !d.Lines.Any(l => l.ResolvedSinceStart) && (d.Day - start >= p.NonResponse.AfterDays
        || (therapy.IsCurrent(Agents.Eltrombopag, d.Day) && d.Day - therapy.SeriesSince(d.Day, mg => mg >= p.NonResponse.HighDoseMgPerDay) >= p.NonResponse.HighDoseDays));

    private bool Reduce(Told d) => d.State != States.Closed && !d.PltHold && therapy.Limits(d.Day) is { Count: > 0 } limits
        && therapy.TopPlatelets(d.Day)?.Against(limits.Min(a => a.ReduceAbovePerUl)) > 0;

    private bool Counted(int l, int fromDay, int toDay) => values[l].Any(v => v.Day >= fromDay && v.Day <= toDay);

    private bool Uncounted(int toDay) => chart.Provides.Labs && !Enumerable.Range(0, 3).All(l => Counted(l, from, toDay));

    /// <summary>P10.9, P13.1.</summary>
    private IEnumerable<string> ActiveFlags(Told d)
    {
        var (t, day) = (d.Day, d.Day - e.Day0);
        var isWatched = d.AnySevere || therapy.IsCurrent(t) || d.State == States.Indeterminate;
        var isSilent = chart.Provides.Labs && !Enumerable.Range(0, 3).Any(l => Counted(l, t - p.Silence.CompletedDaysWithoutCount, t));
        (string Code, bool IsActive)[] flags =
        [
            (F.ScreeningDue, day >= p.Flags.ScreeningDueFromDay && d.State == States.Screening && Uncounted(t - 1)),
            (F.ScreeningMissed, day >= p.Flags.ScreeningMissedFromDay && d.State == States.Indeterminate && Uncounted(t)),
            (F.SeverePersistentCytopenia, d.AnySevere), (F.TransfusionDependent, d.AnyDependent && t >= from),
            (F.TpoRaResponse, d.Response == true), (F.CompleteResolution, d.CompleteOn is not null), (F.Relapse, d.Response == false),
            (F.NonResponseReview, NonResponse(d) && !d.Hold),
            (F.ThrombocytosisReduce, Reduce(d)), (F.ThrombocytosisHold, d.PltHold), (F.HepatotoxicityHold, d.AltHold),
            (F.OffProtocolDosing, therapy.Deviations.Any(x => t >= x && t < x + p.OffProtocol.FlagDays)),
            (F.NoRecentCounts, day >= p.Silence.FromDay && isWatched && isSilent),
            (F.DataQuality, complaints.Exists(x => x <= t && x > t - p.Flags.DataQualityDays)),
        ];
        return d.State == States.Closed ? [] : flags.Where(f => f.IsActive).Select(f => f.Code);
    }
}
