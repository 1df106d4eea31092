namespace CarT.Fhir.Hematology;

/// <summary>No lineage has resolved since the TPO-RA start, long after it or long at the highest dose (P9.9).</summary>
internal sealed class NonResponse(EpisodeFold fold)
{
    /// <summary>Why the treatment counts as without response on the day reached, or null.</summary>
    public Finding? Cause { get; private set; }

    public void Step() => Cause = IsDue() ? Cause ?? new Finding(Explain(), LastDoses()) : null;

    /// <summary>
    /// The day on which it is reached when no lineage resolves before; null when one has. The series at the highest dose is taken as if it went on.
    /// </summary>
    /// <param name="facts">The day of the latest fact; an earlier day that was not reached by the highest dose is over.</param>
    public int? ReachedOn(int facts)
    {
        if (!fold.HasTpoRa || fold.All.Any(static l => l.HasResolvedSinceStart)) return null;
        var parameters = fold.Definition.NonResponse;
        var late = fold.Therapy.StartDay!.Value + parameters.AfterDays;
        return HighDoseSince() + parameters.HighDoseDays is { } early && early >= facts ? Math.Min(late, early) : late;
    }

    private bool IsDue()
    {
        if (!fold.HasTpoRa || fold.All.Any(static l => l.HasResolvedSinceStart)) return false;
        var parameters = fold.Definition.NonResponse;
        return fold.Day - fold.Therapy.StartDay!.Value >= parameters.AfterDays
            || (IsEltrombopagCurrent && HighDoseSince() is { } since && fold.Day - since >= parameters.HighDoseDays);
    }

    private string Explain()
    {
        var parameters = fold.Definition.NonResponse;
        var start = fold.Therapy.StartDay!.Value;
        if (fold.Day - start >= parameters.AfterDays)
            return $"No lineage has resolved within {parameters.AfterDays} days of the TPO-RA start on {fold.DateOf(start)}";
        var dose = Wording.Number(parameters.HighDoseMgPerDay);
        return $"No lineage has resolved since the TPO-RA start on {fold.DateOf(start)}, with eltrombopag at {dose} mg or more "
            + $"since {fold.DateOf(HighDoseSince()!.Value)}, for {parameters.HighDoseDays} days";
    }

    private bool IsEltrombopagCurrent => fold.Therapy.IsCurrent(fold.Therapy.Eltrombopag, fold.Day);

    /// <summary>The first day of the series at the highest dose.</summary>
    private int? HighDoseSince() => fold.Therapy.Eltrombopag?.SeriesStart(fold.Day, mg => mg >= fold.Definition.NonResponse.HighDoseMgPerDay);

    private List<string> LastDoses() => [.. fold.Therapy.Courses.SelectMany(c => c.LastUpTo(fold.Day)?.Resources ?? []).Distinct()];
}
