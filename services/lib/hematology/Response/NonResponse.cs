namespace CarT.Fhir.Hematology;

/// <summary>No lineage has resolved since the TPO-RA start, long after it or long at the highest dose (P9.9).</summary>
internal sealed class NonResponse(EpisodeFold fold)
{
    /// <summary>Why the treatment counts as without response on the day reached, or null.</summary>
    public Finding? Cause { get; private set; }

    public void Step() => Cause = Find() is { } text ? Cause ?? new Finding(text, LastDoses()) : null;

    private string? Find()
    {
        if (!fold.HasTpoRa || fold.All.Any(static l => l.HasResolvedSinceStart)) return null;
        var parameters = fold.Definition.NonResponse;
        var start = fold.Therapy.StartDay!.Value;
        if (fold.Day - start >= parameters.AfterDays) return $"No lineage has resolved in {parameters.AfterDays} days from the TPO-RA start on {DateOf(start)}";
        if (HighDoseSince() is not { } since || fold.Day - since < parameters.HighDoseDays) return null;
        var dose = Wording.Number(parameters.HighDoseMgPerDay);
        return $"No lineage has resolved since the TPO-RA start on {DateOf(start)}, with eltrombopag at {dose} mg or more since {DateOf(since)}";
    }

    /// <summary>The first day of the series at the highest dose, while eltrombopag is current.</summary>
    private int? HighDoseSince() =>
        fold.Therapy.IsCurrent(fold.Therapy.Eltrombopag, fold.Day)
            ? fold.Therapy.Eltrombopag!.SeriesStart(fold.Day, mg => mg >= fold.Definition.NonResponse.HighDoseMgPerDay)
            : null;

    private List<string> LastDoses() => [.. fold.Therapy.Courses.SelectMany(c => c.LastUpTo(fold.Day)?.Resources ?? []).Distinct()];

    private string DateOf(int day) => Wording.Date(fold.Episode.DateOf(day));
}
