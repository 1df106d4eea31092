namespace CarT.Fhir.Hematology;

/// <summary>Whether and why an episode is closed (P10.2); judged anew each day, only death and a new infusion are final.</summary>
internal sealed class Closing(EpisodeFold fold, int? deathDay, int? closedByOperatorDay)
{
    private bool reopened;

    /// <summary>Why it is closed on the day reached; null while it is open.</summary>
    public string? Reason { get; private set; }

    public void Step() => Reason = Find(fold.Definition.Closing);

    private string? Find(ClosingParameters parameters)
    {
        var day = fold.Day;
        if (day >= deathDay) return $"Died on {Wording.Date(fold.Episode.DateOf(deathDay.Value))}";
        if (IsClosedByOperator(day)) return $"Closed by an operator on {Wording.Date(fold.Episode.DateOf(closedByOperatorDay!.Value))}";
        if (fold.Response.Complete is { } complete && !fold.Therapy.AnyDoseWithin(day, parameters.CompleteWithoutDoseDays))
            return $"{complete.Text}; no TPO-RA dose for {parameters.CompleteWithoutDoseDays} days";
        if (day > parameters.AfterDay && !fold.Therapy.AnyDoseWithin(day, parameters.WithoutDoseDays) && !fold.IsAnySevere && !fold.IsAnyDependent)
            return $"Day {parameters.AfterDay} is over; no lineage is severe or transfusion-dependent, no TPO-RA dose for {parameters.WithoutDoseDays} days";
        return null;
    }

    /// <summary>A TPO-RA dose or a lost resolution on a later day reopens what an operator closed.</summary>
    private bool IsClosedByOperator(int day)
    {
        if (!(day >= closedByOperatorDay) || closedByOperatorDay < 0) return false;
        reopened |= fold.Therapy.LastDoseDay(day) > closedByOperatorDay || (day > closedByOperatorDay && fold.All.Any(static l => l.LostToday));
        return !reopened;
    }
}
