using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Transfusion dependence of one lineage, day by day (P6.2).</summary>
internal sealed class Dependence(string lineage, TransfusionHistory transfusions, LowThreshold low, DetectionParameters parameters)
{
    private int? lastRecoveredDay;
    private int reached;

    public bool Holds { get; private set; }

    /// <summary>Whether it changed from false to true on the latest day.</summary>
    public bool Began { get; private set; }

    /// <summary>The last day on which it held.</summary>
    public int? LastHeldOn { get; private set; }

    /// <summary>What it rests on when it begins, or on the day from which it counts; null while it does not hold.</summary>
    public Finding? Cause { get; private set; }

    public void Step(int day, DailyValue? today)
    {
        reached = day;
        if (today?.Class == ValueClass.Recovered) lastRecoveredDay = day;
        var held = Holds;
        Holds = lineage != Lineages.Anc && IsDependent(day);
        Began = Holds && !held;
        if (Holds) LastHeldOn = day;
        if (!Holds) Cause = null;
        else if (Began || day == parameters.FromDay) Cause = Explain(day);
    }

    /// <summary>The first day on which it no longer holds when no further transfusion is given; null while it does not hold.</summary>
    public int? EndsOn => Holds && DayOfLatest(parameters.DependentTransfusionDays) is { } day ? day + parameters.DependentWindowDays : null;

    /// <summary>The last day on which one more transfusion makes the lineage dependent, as long as no Recovered value comes first; else null.</summary>
    public int? OneMoreUpTo =>
        lineage != Lineages.Anc && !Holds && DayOfLatest(parameters.DependentTransfusionDays - 1) is { } day && !(lastRecoveredDay > day)
            ? day + parameters.DependentWindowDays - 1
            : null;

    /// <summary>
    /// The first day, from the start of detection on, on which what has been given up to now makes the lineage dependent, as long as no Recovered value comes
    /// first; else null. Also after a Recovered value: with the days that pass, the first transfusion looked at is one after it.
    /// </summary>
    public int? BeginsOn
    {
        get
        {
            if (lineage == Lineages.Anc || (Holds && reached >= parameters.FromDay)) return null;
            for (var day = Math.Max(reached + 1, parameters.FromDay); day <= reached + parameters.DependentWindowDays; day++)
                if (IsDependent(day)) return day;
            return null;
        }
    }

    public IReadOnlyList<DateOnly> DatesOfLatest(int days) =>
        [.. Given().Reverse().DistinctBy(static t => t.Day).Take(days).Select(static t => t.At.Date).Reverse()];

    private int? DayOfLatest(int count) =>
        count <= 0 ? null : Given().Select(static t => t.Day).Distinct().Reverse().Skip(count - 1).Select(static d => (int?)d).FirstOrDefault();

    private IEnumerable<SupportingTransfusion> Given() => transfusions.All.TakeWhile(t => t.Day <= reached);

    private bool IsDependent(int day)
    {
        var from = day - parameters.DependentWindowDays + 1;
        int? first = null;
        int? previous = null;
        var distinct = 0;
        foreach (var transfusion in transfusions.All)
        {
            if (transfusion.Day < from || transfusion.Day > day || transfusion.Day == previous) continue;
            first ??= transfusion.Day;
            previous = transfusion.Day;
            distinct++;
        }

        return distinct >= parameters.DependentTransfusionDays && !(lastRecoveredDay > first);
    }

    private Finding Explain(int day)
    {
        var given = transfusions.Within(day - parameters.DependentWindowDays + 1, day);
        return new Finding(
            $"{Wording.Lineage(lineage)} transfusion-dependent: transfused on {Wording.Dates(given.Select(static t => t.At.Date))}, "
                + $"no unsupported value {low.RecoveredWords(lineage)} after the first of these days",
            [.. given.Select(static t => t.Resource).Distinct()]);
    }
}
