using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The grades of the current episode (P12). They stand beside the state and trigger nothing.</summary>
internal sealed class GradeWriter
{
    private readonly EpisodeFold fold;
    private readonly VisibleFacts facts;
    private readonly List<JudgedCount> counts;
    private readonly GradeParameters parameters;
    private readonly FollowUp followUp;

    private GradeWriter(EpisodeFold fold, VisibleFacts facts, List<JudgedCount> counts)
    {
        this.fold = fold;
        this.facts = facts;
        this.counts = counts;
        parameters = fold.Definition.Grades;
        var deathDay = facts.Death?.DayNumber - fold.Episode.Day0;
        followUp = deathDay <= fold.LastDay ? new FollowUp(deathDay.Value, Died: true) : new FollowUp(fold.LastDay, Died: false);
    }

    /// <summary>All grades; null throughout without an episode.</summary>
    public static Grades Of(EpisodeFold? fold, VisibleFacts facts, List<JudgedCount> counts) =>
        fold is null ? Grades.None : new GradeWriter(fold, facts, counts).Write();

    private Grades Write()
    {
        var anc = CountsOf(Lineages.Anc);
        var (early, late) = Ticaht.Grade(parameters.TicahtMode, CountsOf(Lineages.Platelets), parameters, followUp);
        return new Grades(
            IcahtOf(anc),
            new TicahtGrade(early, late),
            new CtcaeGrade(parameters.CtcaeVersion, CtcaeOf(fold.Anc), CtcaeOf(fold.Platelets), CtcaeOf(fold.Hemoglobin)),
            CarHematotox.Of(
                BaselineCount(Lineages.Platelets), BaselineCount(Lineages.Anc), BaselineCount(Lineages.Hemoglobin),
                BaselineChemistry(Analytes.Crp), BaselineChemistry(Analytes.Ferritin)),
            Phenotype.Of(anc, parameters, followUp));
    }

    private IcahtGrade IcahtOf(List<CountOnDay> anc)
    {
        var grade = Icaht.Grade(parameters.IcahtMode, anc, parameters, followUp);
        return new IcahtGrade(
            parameters.IcahtMode, grade.Early, IsFinal(parameters.EarlyToDay), grade.Late, IsFinal(parameters.LateToDay), grade.DaysObserved, grade.DaysFilled);
    }

    private bool IsFinal(int lastDayOfWindow) => followUp.IsOver(lastDayOfWindow) || fold.State == States.Closed;

    private int? CtcaeOf(LineageFold lineage)
    {
        if (lineage.Latest is not { } latest) return null;
        var source = counts.Find(c => c.Count.Resource == latest.Resource && c.Count.Fact.Slot == latest.Slot && c.Count.Fact.Lineage == lineage.Lineage);
        return Ctcae.Grade(parameters.CtcaeVersion, lineage.Lineage, latest.Value, latest.Comparator, source.Count.Fact.LowerLimit);
    }

    /// <summary>The counts of a lineage since the infusion.</summary>
    private List<CountOnDay> CountsOf(string lineage) =>
    [
        .. counts.Select(static judged => judged.Count)
            .Where(count => count.Fact.Lineage == lineage && !fold.Episode.BelongsToTimeBefore(count.At))
            .Select(count => new CountOnDay(count.At.DayNumber - fold.Episode.Day0, count.Fact.Value, count.Fact.Comparator)),
    ];

    /// <summary>The minimum of the latest day within the window before lymphodepletion (P1.4).</summary>
    private Magnitude? BaselineCount(string lineage) => LatestDay(
        counts.Where(judged => judged.Count.Fact.Lineage == lineage)
            .Select(static judged => (judged.Count.At.DayNumber, Magnitude.Of(judged.Count.Fact.Value, judged.Count.Fact.Comparator))))?.Min();

    /// <summary>The maximum of the latest day: the higher value of these markers is the worse one.</summary>
    private Magnitude? BaselineChemistry(string analyte) => LatestDay(
        facts.Chemistry.Where(result => result.Fact.Analyte == analyte)
            .Select(static result => (result.At.DayNumber, Magnitude.Of(result.Fact.Value, result.Fact.Comparator))))?.Max();

    private IEnumerable<Magnitude>? LatestDay(IEnumerable<(int DayNumber, Magnitude Value)> values) => values
        .Where(value => value.DayNumber - fold.Episode.Day0 is var day && day >= parameters.CarHematotoxFromDay && day <= parameters.CarHematotoxToDay)
        .GroupBy(static value => value.DayNumber, static value => value.Value)
        .MaxBy(static day => day.Key);
}
