using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// One episode folded over its local days, day 0 to the last: each day sees only what happened up to its end. After <see cref="Run"/> the
/// members describe the last day, and the flags hold the whole history (P11.2).
/// </summary>
internal sealed class EpisodeFold
{
    private readonly EpisodeFlags flags;

    public EpisodeFold(Episode episode, int lastDay, EpisodeInput input)
    {
        Episode = episode;
        LastDay = lastDay;
        Definition = input.Definition;
        Provides = input.Provides;
        var gcsf = new GcsfHistory(input.Facts.DrugsGiven, Definition.Support);
        Anc = Lineage(Lineages.Anc, input, gcsf);
        Platelets = Lineage(Lineages.Platelets, input, gcsf);
        Hemoglobin = Lineage(Lineages.Hemoglobin, input, gcsf);
        All = [Anc, Platelets, Hemoglobin];
        Therapy = new Therapy(episode, lastDay, input.Facts, Provides.Doses, Definition);
        Liver = new LiverTests(episode, lastDay, input.Facts);
        PlateletMaxima = Maxima(input);
        Response = new ResponseFold(episode, Anc, Platelets, Hemoglobin, Provides.Transfusions);
        NonResponse = new NonResponse(this);
        Thrombocytosis = new Thrombocytosis(this);
        Hepatotoxicity = new Hepatotoxicity(this);
        OffProtocol = new OffProtocolDosing(Therapy, episode, Definition.OffProtocol);
        Closing = new Closing(this, input.Facts.Death?.DayNumber - episode.Day0, input.ClosedByOperatorOn?.DayNumber - episode.Day0);
        flags = new EpisodeFlags(this, new RefusedEvents(episode, lastDay, input.Facts, input.OwnFindings, Definition.Flags));
    }

    public Episode Episode { get; }

    public int LastDay { get; }

    public ProtocolDefinition Definition { get; }

    public SourceProvides Provides { get; }

    public LineageFold Anc { get; }

    public LineageFold Platelets { get; }

    public LineageFold Hemoglobin { get; }

    public IReadOnlyList<LineageFold> All { get; }

    public Therapy Therapy { get; }

    public LiverTests Liver { get; }

    public List<DailyMaximum> PlateletMaxima { get; }

    public ResponseFold Response { get; }

    public NonResponse NonResponse { get; }

    public Thrombocytosis Thrombocytosis { get; }

    public Hepatotoxicity Hepatotoxicity { get; }

    public OffProtocolDosing OffProtocol { get; }

    /// <summary>The day reached.</summary>
    public int Day { get; private set; }

    /// <summary>State of the day reached; one of <see cref="States"/>.</summary>
    public string State { get; private set; } = States.Observing;

    public bool IsAnySevere => Anc.IsSevere || Platelets.IsSevere || Hemoglobin.IsSevere;

    public bool IsAnyDependent => Platelets.Dependence.Holds || Hemoglobin.Dependence.Holds;

    public bool HasTpoRa => Therapy.HasStartedBy(Day);

    public bool IsTherapyCurrent => Therapy.IsCurrent(Day);

    /// <summary>High platelets or a raised ALT ask for a hold of the TPO-RA.</summary>
    public bool IsOnHold => Thrombocytosis.Hold is not null || Hepatotoxicity.Hold is not null;

    public Closing Closing { get; }

    public bool IsClosed => Closing.Reason is not null;

    public IEnumerable<AssessedFlag> Flags => flags.Intervals;

    /// <summary>The date of a day, as people read it.</summary>
    public string DateOf(int day) => Wording.Date(Episode.DateOf(day));

    /// <summary>Folds all days. An episode that a new infusion has ended ends its flags on the new day 0.</summary>
    public EpisodeFold Run(bool endedByNewInfusion)
    {
        for (Day = 0; Day <= LastDay; Day++) Step();
        Day = LastDay;
        if (endedByNewInfusion) flags.End(LastDay + 1);
        return this;
    }

    private void Step()
    {
        foreach (var lineage in All) lineage.Step(Day, Therapy.StartDay);
        Response.Step(Day, HasTpoRa);
        NonResponse.Step();
        Closing.Step();
        Thrombocytosis.Step();
        Hepatotoxicity.Step();
        State = StateMachine.StateOf(this);
        flags.Step();
    }

    private LineageFold Lineage(string lineage, EpisodeInput input, GcsfHistory gcsf)
    {
        var transfusions = TransfusionHistory.Of(lineage, Episode, LastDay, input.Facts.Transfusions, Definition.Support);
        var values = LineageSeries.Build(lineage, Episode, LastDay, input.Counts, transfusions, gcsf);
        return new LineageFold(lineage, values, transfusions, Definition);
    }

    private List<DailyMaximum> Maxima(EpisodeInput input) => DailyMaxima.Of(
    [
        .. input.Counts.Select(static judged => judged.Count)
            .Where(c => c.Fact.Lineage == Lineages.Platelets && !Episode.BelongsToTimeBefore(c.At) && c.At.DayNumber - Episode.Day0 <= LastDay)
            .Select(c => new DailyMaximum(c.At.DayNumber - Episode.Day0, c.Fact.Value, c.Fact.Comparator, null, c.Resource, c.Fact.Received)),
    ]);
}

/// <summary>What every episode of a patient is folded from.</summary>
internal sealed record EpisodeInput(
    ProtocolDefinition Definition,
    SourceProvides Provides,
    VisibleFacts Facts,
    List<JudgedCount> Counts,
    List<OwnFinding> OwnFindings,
    DateOnly? ClosedByOperatorOn);
