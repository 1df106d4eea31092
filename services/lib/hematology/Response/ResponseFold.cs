using System.Diagnostics.CodeAnalysis;

namespace CarT.Fhir.Hematology;

/// <summary>Response, complete resolution and relapse, folded over local days (P8); nothing happens before a TPO-RA course.</summary>
internal sealed class ResponseFold(Episode episode, LineageFold anc, LineageFold platelets, LineageFold hemoglobin, bool transfusionsKnown)
{
    private readonly LineageFold[] all = [anc, platelets, hemoglobin];
    private List<LineageFold>? lowAtBaseline;
    private List<LineageFold> others = [];
    private List<LineageFold> qualifying = [];

    /// <summary>The lineages of which one must be resolved for a response (P8.2); none before a TPO-RA course.</summary>
    public IReadOnlyList<LineageFold> Qualifying => qualifying;

    /// <summary>The lineages that were not low at baseline: for complete resolution their latest value is looked at (P8.3).</summary>
    public IReadOnlyList<LineageFold> Others => others;

    /// <summary>What a complete resolution needs resolved (P8.3).</summary>
    public IReadOnlyList<LineageFold> LowAtBaseline => lowAtBaseline ?? [];

    /// <summary>Whether the response is in force.</summary>
    public bool IsMet => Response is not null && Relapse is null;

    /// <summary>The response with its evidence, the newest one after a relapse; stays when it is lost.</summary>
    public Finding? Response { get; private set; }

    public DateOnly? On { get; private set; }

    public DateOnly? ConfirmedOn { get; private set; }

    /// <summary>The day from which the response is in force: its confirmation, or the end of the last relapse; null while it is not in force.</summary>
    public int? InForceSinceDay { get; private set; }

    /// <summary>The relapse that goes on (P8.5), or null.</summary>
    public Finding? Relapse { get; private set; }

    /// <summary>Complete resolution in force (P8.3), or null.</summary>
    public Finding? Complete { get; private set; }

    public DateOnly? CompleteOn { get; private set; }

    /// <summary>The first day on which complete resolution was in force, lost later or not.</summary>
    public int? FirstCompleteDay { get; private set; }

    public void Step(int day, bool tpoRaStarted)
    {
        if (!tpoRaStarted) return;
        if (lowAtBaseline is null) TakeBaseline();
        if (Response is null)
        {
            if (Holds(day)) Confirm(day);
        }
        else if (Relapse is not null)
        {
            if (Holds(day)) Regain(day);
        }
        else
        {
            Relapse = FindRelapse();
            if (Relapse is not null) InForceSinceDay = null;
        }

        UpdateComplete(day);
    }

    /// <summary>Baseline is judged once, on the day of the start; ANC and platelets qualify, without them hemoglobin (P8.2).</summary>
    [MemberNotNull(nameof(lowAtBaseline))]
    private void TakeBaseline()
    {
        lowAtBaseline = [.. all.Where(static l => l.LowAtBaseline == true)];
        others = [.. all.Except(lowAtBaseline)];
        qualifying = lowAtBaseline.FindAll(l => l != hemoglobin);
        if (qualifying.Count == 0) qualifying = lowAtBaseline;
    }

    private bool Holds(int day) =>
        transfusionsKnown && IsIndependent(day) && !platelets.Dependence.Holds && !hemoglobin.Dependence.Holds
        && qualifying.Exists(static l => l.Resolution is not null);

    private bool IsIndependent(int day) => platelets.Transfusions.IsIndependent(day) && hemoglobin.Transfusions.IsIndependent(day);

    private void Confirm(int day)
    {
        var resolved = Resolved();
        On = Latest(day, resolved.Min(static l => l.Resolution!.First.Day));
        ConfirmedOn = episode.DateOf(day);
        InForceSinceDay = day;
        Response = Explain("Response", resolved, day);
    }

    /// <summary>The relapse is over: what is in force again carries its own evidence (P8.4); the dates stay those of the first response.</summary>
    private void Regain(int day)
    {
        Relapse = null;
        InForceSinceDay = day;
        Response = Explain("Response", Resolved(), day);
    }

    private List<LineageFold> Resolved() => qualifying.FindAll(static l => l.Resolution is not null);

    private Finding? FindRelapse()
    {
        foreach (var lineage in all)
        {
            if (lineage.Dependence is { Began: true, Cause: { } cause }) return new Finding("Relapse: " + cause.Text, cause.Evidence);
        }

        if (qualifying.Exists(static l => l.Resolution is not null)) return null;
        return new Finding(
            "Relapse: " + Wording.List([.. qualifying.Select(ExplainLoss)]),
            [.. qualifying.SelectMany(static l => l.Unfinished).Select(static v => v.Resource).Distinct()]);
    }

    private void UpdateComplete(int day)
    {
        if (!IsMet || lowAtBaseline!.Exists(static l => l.Resolution is null) || others.Exists(static l => l.Latest?.Class == ValueClass.Low))
        {
            Complete = null;
            CompleteOn = null;
        }
        else if (Complete is null && IsIndependent(day) && others.TrueForAll(static l => l.Latest?.Class == ValueClass.Recovered))
        {
            CompleteOn = Latest(day, lowAtBaseline.Max(static l => l.Resolution!.First.Day));
            Complete = Explain("Complete resolution", lowAtBaseline, day, string.Concat(others.Select(ExplainRecovered)));
            FirstCompleteDay ??= day;
        }
    }

    /// <summary>The latest of the resolution and the ends of support of the last platelet and red-cell transfusions.</summary>
    private DateOnly Latest(int day, int resolvedDay)
    {
        foreach (var lineage in all)
        {
            if (lineage != anc && lineage.Transfusions.LastUpTo(day) is { } last)
                resolvedDay = Math.Max(resolvedDay, last.Day + lineage.Transfusions.WindowDays);
        }

        return episode.DateOf(resolvedDay);
    }

    private Finding Explain(string what, List<LineageFold> lineages, int day, string others = "")
    {
        var last = new[] { platelets, hemoglobin }.Select(l => l.Transfusions.LastUpTo(day)).OfType<SupportingTransfusion>();
        var independence = SupportWording.Independence(episode, platelets, hemoglobin, day, transfusionsKnown);
        return new Finding(
            $"{what}: {string.Join("; ", lineages.Select(ExplainResolution))}{others}; {independence}",
            [.. lineages.SelectMany(static l => l.Resolution!.Values).Select(static v => v.Resource).Concat(last.Select(static t => t.Resource)).Distinct()]);
    }

    private static string ExplainRecovered(LineageFold lineage) =>
        $"; {ValueWording.Dated(lineage.Lineage, lineage.Latest!)}, {lineage.Low.RecoveredWords(lineage.Lineage)}";

    private static string ExplainLoss(LineageFold lineage) =>
        $"{Wording.Lineage(lineage.Lineage)} {ValueWording.Dated(lineage.Lineage, lineage.Unfinished)}";

    public static string ExplainResolution(LineageFold lineage) =>
        $"{Wording.Lineage(lineage.Lineage)} resolved on {Wording.Date(lineage.Resolution!.First.Date)}, "
        + $"confirmed on {Wording.Date(lineage.Resolution.Last.Date)} ({ValueWording.Values(lineage.Lineage, lineage.Resolution.Values)})";
}
