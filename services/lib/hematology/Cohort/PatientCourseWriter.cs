using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>From the folded episodes of a patient to the course.</summary>
internal static class PatientCourseWriter
{
    public static PatientCourse Write(PatientKey patient, List<EpisodeFold> folds, VisibleFacts facts, List<OwnFinding> own)
    {
        var shown = folds.Find(static fold => fold.HasTpoRa) ?? (folds.Count > 0 ? folds[0] : null);
        return new PatientCourse
        {
            Patient = patient.Reference,
            Screened = folds.Any(static fold => fold.All.Any(lineage => lineage.HasValueSince(fold.Definition.Detection.FromDay))),
            EverSevere = folds.Any(static fold => fold.All.Any(static lineage => lineage.FirstSevereDay is not null)),
            Episode = shown is null ? null : Episode(shown, facts),
            DataQuality = DataQualityList.Of(facts, own),
        };
    }

    private static EpisodeCourse Episode(EpisodeFold fold, VisibleFacts facts)
    {
        var deathDay = facts.Death?.DayNumber - fold.Episode.Day0;
        return new EpisodeCourse
        {
            Number = fold.Episode.Number,
            Product = fold.Episode.Product,
            InfusedOn = fold.Episode.DateOf(0),
            LastDay = fold.LastDay,
            State = fold.State,
            Agents = [.. fold.Therapy.Courses.Select(static course => course.Agent)],
            StartDay = fold.Therapy.StartDay,
            ResponseDay = DayOf(fold.Response.ConfirmedOn, fold),
            CompleteDay = fold.Response.FirstCompleteDay,
            DeathDay = deathDay <= fold.LastDay ? deathDay : null,
            Anc = Lineage(fold.Anc, fold),
            Platelets = Lineage(fold.Platelets, fold),
            Hemoglobin = Lineage(fold.Hemoglobin, fold),
            Doses = [.. fold.Therapy.Courses.SelectMany(static course => course.Days.Select(day => new DoseOnDay(day.Day, course.Agent, day.Dose))).OrderBy(static dose => dose.Day)],
            Transfusions = Transfusions(fold),
        };
    }

    private static LineageCourse Lineage(LineageFold lineage, EpisodeFold fold)
    {
        var resolved = lineage.FirstResolution?.First.Day;
        return new LineageCourse
        {
            Lineage = lineage.Lineage,
            LowAtBaseline = lineage.LowAtBaseline,
            FirstSevereDay = lineage.FirstSevereDay,
            ResolvedDay = resolved,
            DaysFromTpoRaStart = lineage.LowAtBaseline == true ? resolved - fold.Therapy.StartDay : null,
            Spans = [.. Spans(lineage.Phases, fold.LastDay)],
            Values = [.. lineage.Values.Select(static v => new ValueOnDay(v.Day, v.Value, v.Comparator, v.Class == ValueClass.Low, v.Supported, v.Resource))],
        };
    }

    private static IEnumerable<LineageSpan> Spans(IReadOnlyList<(int Day, LineagePhase Phase)> phases, int lastDay)
    {
        for (var i = 0; i < phases.Count; i++)
        {
            var end = i + 1 < phases.Count ? phases[i + 1].Day - 1 : lastDay;
            if (phases[i].Phase != LineagePhase.Neither) yield return new LineageSpan(phases[i].Phase, phases[i].Day, end);
        }
    }

    private static IReadOnlyList<TransfusionOnDay> Transfusions(EpisodeFold fold)
    {
        var redCells = fold.Hemoglobin.Transfusions.All.Select(static t => (t.Day, t.Resource)).ToHashSet();
        var platelets = fold.Platelets.Transfusions.All.Select(static t => (t.Day, t.Resource)).ToHashSet();
        return
        [
            .. platelets.Union(redCells).OrderBy(static t => t.Day).ThenBy(static t => t.Resource, StringComparer.Ordinal)
                .Select(t => new TransfusionOnDay(t.Day, platelets.Contains(t), redCells.Contains(t), t.Resource)),
        ];
    }

    private static int? DayOf(DateOnly? date, EpisodeFold fold) => date?.DayNumber - fold.Episode.Day0;
}
