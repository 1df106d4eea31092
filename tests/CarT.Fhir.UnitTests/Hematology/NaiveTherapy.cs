using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;
using A = CarT.Fhir.Contracts.ActivityCodes;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What <see cref="NaiveModel"/> found on a day, as far as treatment depends on it.</summary>
internal sealed record NaiveDay(int Day, string State, bool[] Severe, int? ResponseSince, bool IsHeld, bool IsReduced, bool NonResponse);

/// <summary>
/// Doses and proposals of one episode (P1.6, P9), from the text alone. Readings: a day with a dose that is not
/// stated has an unknown daily dose; the series of P9.3 is that of the latest known one; a dose below the last before the response counts as a reduction since it
/// from the day on which the response is in force, after a relapse again; a reduction that is due bars an escalation.
/// </summary>
internal sealed class NaiveTherapy
{
    private readonly ProtocolDefinition p;
    private readonly int day0;
    private readonly List<(int Day, string Agent, decimal? Dose)> doses;
    private readonly List<(int Day, decimal? Mg)> tablets;
    private readonly List<NaiveValue> maxima, alts;
    private readonly HashSet<(string Agent, int Day)> dosed;

    public NaiveTherapy(NaiveChart chart, NaiveEpisode episode, ProtocolDefinition definition)
    {
        (p, day0, doses, alts) = (definition, episode.Day0, chart.Doses(episode), chart.AltTimesUln(episode));
        dosed = [.. doses.Select(d => (d.Agent, d.Day))];
        maxima = [.. chart.Values(episode, Lineages.Platelets).All.GroupBy(v => v.Day).Select(day => day.Last())];
        tablets = [.. Of(Agents.Eltrombopag, int.MaxValue).GroupBy(d => d.Day).Select(day => (day.Key, day.Any(d => d.Dose is null) ? null : day.Sum(d => d.Dose)))]; // P9.2
        Deviations = [.. OffProtocol()];
    }

    public int? Start => doses.Select(d => (int?)d.Day).Min();

    /// <summary>P9.5.</summary>
    public IReadOnlyList<int> Deviations { get; }

    public NaiveValue? TopPlatelets(int t) => maxima.LastOrDefault(v => v.Day <= t);

    public NaiveValue? Alt(int t) => alts.LastOrDefault(v => v.Day <= t);

    public IEnumerable<(int Day, string Agent, decimal? Dose)> Of(string agent, int t) => doses.Where(d => d.Agent == agent && d.Day <= t);

    /// <summary>P9.1.</summary>
    public bool IsCurrent(string agent, int t)
    {
        var days = agent == Agents.Romiplostim ? p.Therapy.RomiplostimCurrentDays : p.Therapy.OralCurrentDays;
        return Enumerable.Range(t - days, days + 1).Any(day => dosed.Contains((agent, day)));
    }

    public bool IsCurrent(int t) => Agents.TpoRa.Any(agent => IsCurrent(agent, t));

    public bool Dosed(int t, int lastDays) => DosedBetween(t - lastDays + 1, t);

    public bool DosedBetween(int fromDay, int toDay) => doses.Any(d => d.Day >= fromDay && d.Day <= toDay);

    public List<PlateletLimits> Limits(int t) => [.. p.Thrombocytosis.ByAgent.Where(a => IsCurrent(a.Agent, t)).Select(a => a.Limits)];

    public decimal? Mg(int t) => tablets.LastOrDefault(d => d.Day <= t).Mg;

    public decimal? LatestDose(string agent, int t) => agent == Agents.Eltrombopag ? Mg(t) : Of(agent, t).Last().Dose;

    public decimal? HighestMg(int t) => tablets.Where(d => d.Day <= t).Max(d => d.Mg);

    /// <summary>The first day of the unbroken series of such doses: a day with an unknown dose counts and does not break it, but is none by itself (P9.3).</summary>
    public int? SeriesSince(int t, Func<decimal, bool> belongs)
    {
        var series = tablets.Where(d => d.Day <= t).Reverse().TakeWhile(d => d.Mg is not { } mg || belongs(mg)).ToList();
        return series.Exists(d => d.Mg is not null) ? series[^1].Day : null;
    }

    public IEnumerable<(string Code, decimal? Dose)> Proposals(NaiveDay d)
    {
        if (d.State == States.Closed) return [];
        if (d.IsHeld) return [(A.HoldTpoRa, null), (A.CbcWithDifferential, null), (A.LiverPanel, null)];
        return Care(d).Concat(Starts(d)).Concat(Changes(d)).Distinct();
    }

    private IEnumerable<(string Code, decimal? Dose)> Care(NaiveDay d)
    {
        if (d.Severe.Contains(true)) yield return (A.HaematologistReview, null);
        if (d.Severe.Contains(true)) yield return (A.CytopeniaWorkup, null);
        if (d.Severe.Contains(true) || IsCurrent(d.Day)) yield return (A.CbcWithDifferential, null);
        if (d.State == States.SeverePersistentCytopenia || IsCurrent(d.Day)) yield return (A.LiverPanel, null);
        if (d.State == States.SeverePersistentCytopenia) yield return (A.OphthalmicExamination, null);
    }

    private IEnumerable<(string Code, decimal? Dose)> Starts(NaiveDay d)
    {
        var (t, romiplostim) = (d.Day, Of(Agents.Romiplostim, d.Day).Select(x => x.Day).ToList());
        var isDue = romiplostim.Count == 1 && t - romiplostim[0] >= p.Start.SecondRomiplostimAfterDays && IsCurrent(Agents.Romiplostim, t);
        if (isDue && !d.IsReduced) yield return (A.SecondRomiplostim, p.Start.RomiplostimUgPerDose);
        var isLiverAtRisk = alts.Exists(a => a.Day <= t && a.Day > t - p.Start.AltWindowDays && a.Against(p.Start.AltBelowTimesUln) >= 0);
        var isAllowed = (d.Severe[0] || d.Severe[1]) && TopPlatelets(t)?.Against(p.Start.PlateletsMaxPerUl) <= 0 && !isLiverAtRisk;
        if (d.State != States.SeverePersistentCytopenia || !isAllowed) yield break;
        yield return (A.ConsiderEltrombopag, Math.Min(Mg(t) ?? p.Start.EltrombopagMgPerDay, Cap()));
        if (romiplostim.Count == 0) yield return (A.ConsiderRomiplostim, p.Start.RomiplostimUgPerDose);
    }

    private IEnumerable<(string Code, decimal? Dose)> Changes(NaiveDay d)
    {
        var (t, mg, since) = (d.Day, Mg(d.Day), SeriesSince(d.Day, x => x == tablets.Last(k => k.Day <= d.Day && k.Mg is not null).Mg));
        var isCurrent = IsCurrent(Agents.Eltrombopag, t);
        if (d.NonResponse) yield return (A.StopTpoRaReview, null);
        var less = isCurrent && mg > p.Thrombocytosis.ReduceWithoutDoseAtMg ? mg - p.Thrombocytosis.ReduceEltrombopagByMg : null;
        if (d.IsReduced) yield return (A.ReduceTpoRa, less);
        else if (d.ResponseSince is not null && isCurrent && (!ReducedSince(d.ResponseSince!.Value, t) || t - since >= p.Taper.AfterDays))
            yield return mg <= p.Taper.StopAtMg ? (A.StopTpoRaReview, null) : (A.TaperTpoRa, mg - p.Taper.StepMg);
        else if (d.ResponseSince is null && !d.NonResponse && isCurrent && mg < Cap() && t - since >= p.Escalation.AfterDays
            && IsSafeToRaise(t) && IsRegular(since!.Value, t))
            yield return (A.EscalateEltrombopag, Math.Min(mg.Value + p.Escalation.StepMg, Cap()));
    }

    private bool IsRegular(int since, int t) => 100m * tablets.Count(d => d.Day >= since && d.Day < t) >= p.Escalation.DoseDaysMinPercent * (t - since);

    private bool IsSafeToRaise(int t) =>
        TopPlatelets(t) is { } top && top.Against(p.Escalation.PlateletsMaxPerUl) <= 0 && t - top.Day <= p.Escalation.PlateletsMaxAgeDays
        && Alt(t) is { } alt && alt.Against(p.Escalation.AltBelowTimesUln) < 0 && t - alt.Day <= p.Escalation.AltMaxAgeDays;

    private bool ReducedSince(int since, int t)
    {
        var known = tablets.Where(d => d.Day <= t && d.Mg is not null).ToList();
        return known.Zip(known.Skip(1)).Any(n => n.Second.Day >= since && n.Second.Mg < n.First.Mg);
    }

    private decimal Cap() => tablets.FirstOrDefault().Mg <= p.Escalation.LowStartMaxMgPerDay ? p.Escalation.LowStartCapMgPerDay : p.Escalation.CapMgPerDay;

    private IEnumerable<int> OffProtocol()
    {
        var romiplostim = Of(Agents.Romiplostim, int.MaxValue).ToList();
        var tooSoon = romiplostim.Zip(romiplostim.Skip(1)).Where(n => n.Second.Day - n.First.Day < p.OffProtocol.RomiplostimMinIntervalDays).Select(n => n.Second.Day);
        return doses.Where(d => d.Day - day0 < p.OffProtocol.BeforeDay).Select(d => d.Day)
            .Concat(tablets.Where(d => d.Mg > p.OffProtocol.EltrombopagMaxMgPerDay).Select(d => d.Day))
            .Concat(romiplostim.Where(d => d.Dose > p.OffProtocol.RomiplostimMaxUgPerDose).Select(d => d.Day))
            .Concat(romiplostim.Skip(p.OffProtocol.RomiplostimMaxDoses).Select(d => d.Day)).Concat(tooSoon);
    }
}
