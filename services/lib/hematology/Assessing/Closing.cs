namespace CarT.Fhir.Hematology;

internal enum ClosedBy
{
    Death,
    Operator,
    CompleteResolution,
    EndOfFollowUp,
}

/// <summary>Whether and why an episode is closed (P10.2); judged anew each day, only death and a new infusion are final.</summary>
internal sealed class Closing(EpisodeFold fold, int? deathDay, int? closedByOperatorDay)
{
    private bool reopened;

    private ClosingParameters Parameters => fold.Definition.Closing;

    /// <summary>Why it is closed on the day reached; null while it is open.</summary>
    public ClosedBy? Reason { get; private set; }

    public void Step()
    {
        var (day, therapy) = (fold.Day, fold.Therapy);
        if (day >= deathDay) Reason = ClosedBy.Death;
        else if (IsClosedByOperator(day)) Reason = ClosedBy.Operator;
        else if (fold.Response.Complete is not null && !therapy.AnyDoseWithin(day, Parameters.CompleteWithoutDoseDays)) Reason = ClosedBy.CompleteResolution;
        else if (day > Parameters.AfterDay && !therapy.AnyDoseWithin(day, Parameters.WithoutDoseDays) && !fold.IsAnySevere && !fold.IsAnyDependent)
            Reason = ClosedBy.EndOfFollowUp;
        else Reason = null;
    }

    /// <summary>The sentence for people: why it is closed on the day reached.</summary>
    public string Explain() => Reason switch
    {
        ClosedBy.Death => $"Died on {fold.DateOf(deathDay!.Value)}",
        ClosedBy.Operator => $"Closed by an operator on {fold.DateOf(closedByOperatorDay!.Value)}",
        ClosedBy.CompleteResolution => $"{fold.Response.Complete!.Text}; {NoDose(Parameters.CompleteWithoutDoseDays)}",
        _ => $"Day {Parameters.AfterDay} ({fold.DateOf(Parameters.AfterDay)}) is over; no lineage is severe or transfusion-dependent; "
            + NoDose(Parameters.WithoutDoseDays),
    };

    /// <summary>What would reopen it; null where nothing does.</summary>
    public string? Reopening() => Reason switch
    {
        ClosedBy.Operator => $"A TPO-RA dose or a lost resolution after {fold.DateOf(closedByOperatorDay!.Value)} reopens the episode",
        ClosedBy.CompleteResolution => "A TPO-RA dose, a lost resolution, or a low value of a lineage that was not low at baseline reopens the episode",
        ClosedBy.EndOfFollowUp => "A TPO-RA dose, or a lineage that becomes severe or transfusion-dependent, reopens the episode",
        _ => null,
    };

    private string NoDose(int days) => fold.Therapy.LastDoseDay(fold.Day) is { } last
        ? $"no TPO-RA dose after {fold.DateOf(last)}, for {days} days"
        : "no TPO-RA dose in the episode";

    /// <summary>A TPO-RA dose or a lost resolution on a later day reopens what an operator closed.</summary>
    private bool IsClosedByOperator(int day)
    {
        if (!(day >= closedByOperatorDay) || closedByOperatorDay < 0) return false;
        reopened |= fold.Therapy.LastDoseDay(day) > closedByOperatorDay || (day > closedByOperatorDay && fold.All.Any(static l => l.LostToday));
        return !reopened;
    }
}
