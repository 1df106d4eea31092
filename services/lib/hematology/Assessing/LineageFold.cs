namespace CarT.Fhir.Hematology;

/// <summary>One lineage of one episode, folded over local days: severity (P6), dependence (P6.2), baseline and resolution (P7).</summary>
internal sealed class LineageFold
{
    private readonly ProtocolDefinition definition;
    private readonly List<DailyValue> values;
    private readonly LowStreak severeStreak;
    private readonly LowStreak lossStreak;
    private readonly ResolutionRun run;
    private readonly List<(int Day, LineagePhase Phase)> phases = [];
    private int next;
    private int? lastLowDay;
    private int? reference;
    private int? startDay;

    public LineageFold(string lineage, List<DailyValue> values, TransfusionHistory transfusions, ProtocolDefinition definition)
    {
        Lineage = lineage;
        Transfusions = transfusions;
        this.values = values;
        this.definition = definition;
        Low = definition.Low.Of(lineage);
        Dependence = new Dependence(lineage, transfusions, Low, definition.Detection);
        severeStreak = new LowStreak(definition.Detection.LowValues, definition.Detection.LowMaxGapDays);
        lossStreak = new LowStreak(definition.Resolution.LostLowValues, definition.Resolution.LostMaxGapDays);
        run = new ResolutionRun(transfusions, definition.Resolution);
    }

    public string Lineage { get; }

    public LowThreshold Low { get; }

    public TransfusionHistory Transfusions { get; }

    public Dependence Dependence { get; }

    /// <summary>The latest daily value up to the day reached.</summary>
    public DailyValue? Latest { get; private set; }

    public bool IsSevere => SevereCause is not null;

    /// <summary>Why the lineage became Severe; null while it is not.</summary>
    public Finding? SevereCause { get; private set; }

    public int? FirstSevereDay { get; private set; }

    /// <summary>Low at baseline (P7.6): null when nothing tells.</summary>
    public bool? LowAtBaseline { get; private set; }

    /// <summary>Low at some time in the sense of P7.2: only such a lineage can resolve.</summary>
    public bool WasLow { get; private set; }

    /// <summary>The resolution in force, or null.</summary>
    public Resolution? Resolution { get; private set; }

    /// <summary>Whether a resolution was lost on the latest day (P7.7).</summary>
    public bool LostToday { get; private set; }

    /// <summary>The first resolution, lost later or not; a TPO-RA start forgets what was before it in a lineage low at baseline (P7.2).</summary>
    public Resolution? FirstResolution { get; private set; }

    /// <summary>Whether any resolution was confirmed since the TPO-RA start, lost or not (P9.9).</summary>
    public bool HasResolvedSinceStart { get; private set; }

    /// <summary>The daily values of the episode.</summary>
    public IReadOnlyList<DailyValue> Values => values;

    /// <summary>From which day on it was Severe, resolved, or neither; only the days of change.</summary>
    public IReadOnlyList<(int Day, LineagePhase Phase)> Phases => phases;

    /// <summary>The first day from which values matter: day 21, or the TPO-RA start if earlier (P7.2, P10.10).</summary>
    public int FromDay => Math.Min(definition.Detection.FromDay, startDay ?? int.MaxValue);

    public bool HasValueSince(int day) => Latest?.Day >= day;

    /// <summary>Whether an evaluable value lies on the days [from, to].</summary>
    public bool HasValueWithin(int from, int to) => values.Exists(v => v.Day >= from && v.Day <= to);

    /// <summary>The consecutive low values up to now, or the values of the unfinished run; the values behind a status.</summary>
    public IReadOnlyList<DailyValue> Unfinished => lossStreak.Last.Count > 0 ? lossStreak.Last : run.Values;

    /// <summary>The low values that count towards Severe (P6.1).</summary>
    public IReadOnlyList<DailyValue> TowardsSevere => severeStreak.Last;

    /// <summary>The low values that count towards the loss of a resolution (P7.7).</summary>
    public IReadOnlyList<DailyValue> TowardsLoss => lossStreak.Last;

    /// <summary>The Recovered values that count towards a resolution, as long as no transfusion or gap comes between (P7.1).</summary>
    public IReadOnlyList<DailyValue> TowardsResolution => run.Values;

    public void Step(int day, int? tpoRaStartDay)
    {
        var today = next < values.Count && values[next].Day == day ? values[next++] : null;
        Latest = today ?? Latest;
        if (today?.Class == ValueClass.Low) lastLowDay = day;
        Dependence.Step(day, today);
        if (day == tpoRaStartDay) TakeBaseline(day);
        UpdateSeverity(day, today);
        UpdateLoss(today);
        if (today is not null) UpdateResolution(today);
        if (startDay is null) LowAtBaseline = BaselineWithoutTherapy();
        var phase = IsSevere ? LineagePhase.Severe : Resolution is not null ? LineagePhase.Resolved : LineagePhase.Neither;
        if (phases.Count == 0 ? phase != LineagePhase.Neither : phases[^1].Phase != phase) phases.Add((day, phase));
    }

    /// <summary>P7.6 and P7.2: from here on the TPO-RA start is the reference, and an earlier resolution of a low lineage is forgotten.</summary>
    private void TakeBaseline(int day)
    {
        var from = day - definition.Resolution.BaselineWindowDays + 1;
        startDay = reference = day;
        run.Clear();
        LowAtBaseline = lastLowDay >= from || Dependence.LastHeldOn >= from ? true : HasValueSince(from) ? false : null;
        if (LowAtBaseline != true) return;
        WasLow = true;
        Resolution = FirstResolution = null;
    }

    private bool? BaselineWithoutTherapy() =>
        FirstSevereDay is not null ? true : HasValueSince(definition.Detection.FromDay) ? false : null;

    private void UpdateSeverity(int day, DailyValue? today)
    {
        if (today?.Class == ValueClass.Low && day >= FromDay) BecomeLow(day);
        if (day < definition.Detection.FromDay) return;
        if (today is not null) severeStreak.Add(today);
        if (IsSevere) return;
        if (today?.Class == ValueClass.Low && severeStreak.IsComplete)
            SevereCause = ExplainSevere();
        else if (Dependence.Cause is { } dependent)
            SevereCause = dependent;
        if (!IsSevere) return;
        FirstSevereDay ??= day;
        BecomeLow(day);
    }

    private void BecomeLow(int day)
    {
        WasLow = true;
        reference ??= day;
    }

    private void UpdateLoss(DailyValue? today)
    {
        LostToday = false;
        if (today is not null) lossStreak.Add(today);
        if (Resolution is null || !((today is not null && lossStreak.IsComplete) || Dependence.Began)) return;
        Resolution = null;
        LostToday = true;
    }

    private void UpdateResolution(DailyValue today)
    {
        if (Resolution is not null || !WasLow || today.Day <= reference) return;
        if (run.Add(today) is not { } resolution) return;
        Resolution = resolution;
        FirstResolution ??= resolution;
        HasResolvedSinceStart |= startDay is not null;
        SevereCause = null;
    }

    private Finding ExplainSevere() => new(
        $"{Wording.Lineage(Lineage)} low on {Wording.Dates(severeStreak.Last.Select(static v => v.Date))} "
            + $"({ValueWording.Values(Lineage, severeStreak.Last)}, {Low.LowWords(Lineage)})",
        [.. severeStreak.Last.Select(static v => v.Resource).Distinct()]);
}
