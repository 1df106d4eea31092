using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>Transfusion dependence of one lineage, day by day (P6.2).</summary>
internal sealed class Dependence(string lineage, TransfusionHistory transfusions, DetectionParameters parameters)
{
    private int? lastRecoveredDay;

    public bool Holds { get; private set; }

    /// <summary>Whether it changed from false to true on the latest day.</summary>
    public bool Began { get; private set; }

    /// <summary>The last day on which it held.</summary>
    public int? LastHeldOn { get; private set; }

    /// <summary>What it rests on when it begins, or on the day from which it counts; null while it does not hold.</summary>
    public Finding? Cause { get; private set; }

    public void Step(int day, DailyValue? today)
    {
        if (today?.Class == ValueClass.Recovered) lastRecoveredDay = day;
        var held = Holds;
        Holds = lineage != Lineages.Anc && IsDependent(day);
        Began = Holds && !held;
        if (Holds) LastHeldOn = day;
        if (!Holds) Cause = null;
        else if (Began || day == parameters.FromDay) Cause = Explain(day);
    }

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
            $"{Wording.Lineage(lineage)} transfusion-dependent: transfused on {Wording.Dates(given.Select(static t => t.At.Date))} without recovery between",
            [.. given.Select(static t => t.Resource).Distinct()]);
    }
}
