using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The intervals of one flag in one episode (P10.9): since is the first active local day, until the first on which it is over.</summary>
internal sealed class FlagTracker(string code, Episode episode)
{
    // A text that people read, and that is rewritten in the EHR whenever a cause joins; the evidence stays whole.
    private const int MostCausesInText = 12;

    private readonly List<AssessedFlag> over = [];
    private readonly List<Finding> causes = [];
    private int since;

    public bool IsActive => causes.Count > 0;

    /// <summary>Takes the causes of a day; none means that the flag is not active on it.</summary>
    public void Step(int day, params ReadOnlySpan<Finding?> today)
    {
        var wasActive = IsActive;
        var active = false;
        foreach (var cause in today)
        {
            if (cause is null) continue;
            active = true;
            if (!causes.Contains(cause)) causes.Add(cause);
        }

        if (active && !wasActive) since = day;
        if (!active && wasActive) End(day);
    }

    /// <summary>Ends the interval that is active, on the first day on which it is over.</summary>
    public void End(int day)
    {
        if (!IsActive) return;
        over.Add(Interval(day));
        causes.Clear();
    }

    public IEnumerable<AssessedFlag> Intervals => IsActive ? over.Append(Interval(null)) : over;

    private AssessedFlag Interval(int? until) => new()
    {
        Code = code,
        Status = until is null ? FlagStatuses.Active : FlagStatuses.Inactive,
        Episode = episode.Number,
        Since = episode.DateOf(since),
        Until = until is { } day ? episode.DateOf(day) : null,
        Evidence = [.. causes.SelectMany(static c => c.Evidence).Distinct()],
        Text = Text([.. causes.Select(static c => c.Text).Distinct()]),
    };

    private static string Text(List<string> texts) => texts.Count <= MostCausesInText
        ? string.Join("; ", texts)
        : $"{string.Join("; ", texts.Take(MostCausesInText - 1))}; and {texts.Count - MostCausesInText + 1} more, the last: {texts[^1]}";
}
