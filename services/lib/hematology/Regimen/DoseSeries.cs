namespace CarT.Fhir.Hematology;

/// <summary>How long an agent has been given at a dose, and whether it was reduced (P9.3, P9.8, P9.9).</summary>
internal static class DoseSeries
{
    /// <summary>
    /// The first day of the unbroken series of dose days up to a day: days without a dose do not break it, a dose that does not belong does, a day with
    /// an unknown dose counts and does not. Null when no known dose belongs to it.
    /// </summary>
    public static int? SeriesStart(this AgentCourse course, int day, Predicate<decimal> belongs)
    {
        int? start = null;
        var anyKnown = false;
        foreach (var dose in course.LatestFirst(day))
        {
            if (dose.Dose is { } known && !belongs(known.Value)) break;
            anyKnown |= dose.Dose is not null;
            start = dose.Day;
        }

        return anyKnown ? start : null;
    }

    /// <summary>The first day of the series with the latest known dose; null while no dose is known.</summary>
    public static int? PresentDoseSince(this AgentCourse course, int day) =>
        course.LatestFirst(day).FirstOrDefault(static d => d.Dose is not null)?.Dose is { } present
            ? course.SeriesStart(day, dose => dose == present.Value)
            : null;

    /// <summary>How many of the days [from, to] have a dose.</summary>
    public static int DoseDaysWithin(this AgentCourse course, int from, int to) => course.LatestFirst(to).TakeWhile(d => d.Day >= from).Count();

    /// <summary>Whether a dose of the days [from, to] is below the known dose before it.</summary>
    public static bool WasReducedWithin(this AgentCourse course, int from, int to)
    {
        decimal? later = null;
        foreach (var dose in course.LatestFirst(to))
        {
            if (dose.Dose is not { } known) continue;
            if (known.Value > later) return true;
            if (dose.Day < from) return false;
            later = known.Value;
        }

        return false;
    }
}
