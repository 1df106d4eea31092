using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>ALT of an episode as daily maxima with the upper limit of normal that each carries (P9.4, P9.7).</summary>
internal sealed class LiverTests
{
    private readonly List<DailyMaximum> maxima;
    private readonly List<DailyMaximum> withLimit;

    public LiverTests(Episode episode, int lastDay, VisibleFacts facts)
    {
        List<DailyMaximum> all =
        [
            .. facts.Chemistry
                .Where(c => c.Fact.Analyte == Analytes.Alt && !episode.BelongsToTimeBefore(c.At) && c.At.DayNumber - episode.Day0 <= lastDay)
                .Select(c => new DailyMaximum(c.At.DayNumber - episode.Day0, c.Fact.Value, c.Fact.Comparator, c.Fact.UpperLimit, c.Resource, c.Fact.Received)),
        ];
        WithoutLimit = all.FindAll(static m => m.Limit is null);
        maxima = DailyMaxima.Of(all);
        withLimit = maxima.FindAll(static m => m.Limit is not null);
    }

    /// <summary>Every ALT that carries no upper limit: no rule can judge it.</summary>
    public IReadOnlyList<DailyMaximum> WithoutLimit { get; }

    /// <summary>The daily maxima of the last <paramref name="days"/> local days.</summary>
    public List<DailyMaximum> Within(int day, int days) => maxima.FindAll(m => m.Day <= day && m.Day > day - days);

    /// <summary>The latest daily maximum, with its upper limit or without.</summary>
    public DailyMaximum? Latest(int day) => maxima.LatestUpTo(day);

    /// <summary>The latest daily maximum that carries its upper limit.</summary>
    public DailyMaximum? LatestWithLimit(int day) => withLimit.LatestUpTo(day);
}
