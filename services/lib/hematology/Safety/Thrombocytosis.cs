using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>High platelets under a TPO-RA, judged on the latest daily maximum (P9.6): hold, or reduce. Nothing is active while the episode is closed.</summary>
internal sealed class Thrombocytosis(EpisodeFold fold)
{
    private ThrombocytosisParameters Parameters => fold.Definition.Thrombocytosis;

    /// <summary>Why the TPO-RA is to be held on the day reached; null without a hold.</summary>
    public Finding? Hold { get; private set; }

    /// <summary>Why the TPO-RA is to be reduced on the day reached, or null; never together with a hold.</summary>
    public Finding? Reduce { get; private set; }

    public void Step()
    {
        if (fold.IsClosed || fold.PlateletMaxima.LatestUpTo(fold.Day) is not { } platelets)
        {
            Hold = Reduce = null;
            return;
        }

        var limits = LimitsInForce(fold.Day);
        if (Hold is null && limits is { HoldAbovePerUl: var hold } && platelets.Value.IsAbove(hold)) Hold = Explain(platelets, hold);
        else if (IsOver(platelets.Value, limits)) Hold = null;
        var reduces = Hold is null && limits is not null && platelets.Value.IsAbove(limits.ReduceAbovePerUl);
        Reduce = reduces ? Reduce ?? Explain(platelets, limits!.ReduceAbovePerUl) : null;
    }

    /// <summary>
    /// The limits in force by the doses given up to now, from the last dose on: each with its first day; null from the day on which no agent is current.
    /// </summary>
    public IEnumerable<(int FromDay, PlateletLimits? Limits)> LimitsAhead()
    {
        var therapy = fold.Therapy;
        for (var from = therapy.LastDoseDay(fold.Day); from is { } day;)
        {
            yield return (day, LimitsInForce(day));
            from = therapy.Courses.Select(course => therapy.CurrentUpTo(course, fold.Day)).Where(last => last >= day).Min() + 1;
        }
    }

    /// <summary>A hold lasts until the platelets are below the limit to resume, or without therapy down to a limit of its own.</summary>
    private bool IsOver(Magnitude platelets, PlateletLimits? limits) =>
        limits is null ? !platelets.IsAbove(Parameters.EndsWithoutTherapyAtPerUl) : !platelets.IsAtLeast(limits.ResumeBelowPerUl);

    /// <summary>The limits of the agents that are current, of two the stricter; null while none is.</summary>
    private PlateletLimits? LimitsInForce(int day)
    {
        PlateletLimits? strictest = null;
        foreach (var course in fold.Therapy.Courses)
        {
            if (!fold.Therapy.IsCurrent(course, day)) continue;
            var limits = Parameters.ByAgent.Single(l => l.Agent == course.Agent).Limits;
            strictest = strictest is null ? limits : Stricter(strictest, limits);
        }

        return strictest;
    }

    private static PlateletLimits Stricter(PlateletLimits a, PlateletLimits b) => new(
        Math.Min(a.ReduceAbovePerUl, b.ReduceAbovePerUl),
        Math.Min(a.HoldAbovePerUl, b.HoldAbovePerUl),
        Math.Min(a.ResumeBelowPerUl, b.ResumeBelowPerUl));

    private Finding Explain(DailyMaximum platelets, decimal limit)
    {
        var (unit, date) = (Wording.Unit(Lineages.Platelets), fold.DateOf(platelets.Day));
        var value = ValueWording.Maximum(platelets, unit, decided: !platelets.Least.IsAbove(limit));
        return new Finding($"Platelets {value} on {date}, above {Wording.Number(limit)} {unit} under a TPO-RA", [platelets.Resource]);
    }
}
