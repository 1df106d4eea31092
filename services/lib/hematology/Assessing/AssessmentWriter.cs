using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The parts of the assessment that describe the last day of the current episode.</summary>
internal static class AssessmentWriter
{
    public static EpisodeSummary Episode(EpisodeFold fold) =>
        new(fold.Episode.Number, fold.Episode.Product, fold.Episode.DateOf(0), fold.LastDay);

    public static IReadOnlyList<string> Notes(EpisodeFold? fold, ProtocolDefinition definition, SourceProvides provides)
    {
        var notes = new List<string>();
        if (!provides.Doses) notes.Add(NoteCodes.DosesUnknown);
        if (fold is not null)
        {
            if (fold.All.Min(static l => l.FirstSevereDay) > definition.Flags.LateAfterDay) notes.Add(NoteCodes.Late);
            var product = fold.Episode.Product;
            if (product != Hematology.Episode.Unspecified && !definition.Episode.StudyProducts.Contains(product)) notes.Add(NoteCodes.OutsideStudyPopulation);
            if (StateMachine.IsPreviouslyTreated(fold)) notes.Add(NoteCodes.PreviouslyTreated);
        }

        if (!provides.Transfusions) notes.Add(NoteCodes.TransfusionsUnknown);
        return notes;
    }

    /// <summary>All members are null without an episode, or when the source provides no transfusions (P1.7).</summary>
    public static TransfusionSummaries Transfusions(EpisodeFold? fold, bool transfusionsKnown)
    {
        var unknown = new TransfusionSummary(null, null, null);
        return fold is null || !transfusionsKnown
            ? new TransfusionSummaries(unknown, unknown)
            : new TransfusionSummaries(Transfusions(fold.Platelets.Transfusions, fold.Day), Transfusions(fold.Hemoglobin.Transfusions, fold.Day));
    }

    public static TherapySummary Therapy(EpisodeFold? fold)
    {
        var therapy = fold?.Therapy;
        var started = therapy?.StartDay;
        return new TherapySummary
        {
            StartedOn = started is { } start ? fold!.Episode.DateOf(start) : null,
            StartDay = started,
            StoppedOn = started is not null && !fold!.IsTherapyCurrent ? fold.Episode.DateOf(therapy!.LastDoseDay(fold.Day)!.Value) : null,
            Agents = therapy is null ? [] : [.. therapy.Courses.Select(course => Agent(course, fold!))],
            Notes = fold?.OffProtocol.AnyUpTo(fold.Day) == true ? [NoteCodes.OffProtocolDosing] : [],
        };
    }

    public static ResponseSummary Response(EpisodeFold? fold) =>
        fold?.Response is { } response
            ? new ResponseSummary(response.IsMet, response.On, response.ConfirmedOn, response.Complete is not null, response.CompleteOn)
            : new ResponseSummary(false, null, null, false, null);

    private static TransfusionSummary Transfusions(TransfusionHistory history, int day) =>
        new(history.IsIndependent(day), history.LastUpTo(day)?.At.Date, history.All.Select(static t => t.Resource).Distinct().Count());

    private static AgentSummary Agent(AgentCourse course, EpisodeFold fold)
    {
        var last = course.LastUpTo(fold.Day)!;
        return new AgentSummary(course.Agent, course.DosesUpTo(fold.Day), last.Dose, fold.Episode.DateOf(last.Day))
        {
            Origins = [.. course.OriginsUpTo(fold.Day)],
        };
    }
}
