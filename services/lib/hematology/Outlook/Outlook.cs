using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// What would change the state, by the parameters of the definition; it follows in the reasons after why the state is what it is. Every sentence follows
/// from the facts: dates are absolute, and what has run out is judged on the day of the latest fact, not on the day of asking, so that a day
/// that brings nothing changes no text (P11.4).
/// </summary>
internal static class Outlook
{
    public static string WithoutInfusion => "The record of a CAR-T infusion begins an episode";

    public static IReadOnlyList<string> Of(EpisodeFold fold)
    {
        if (fold.IsClosed) return fold.Closing.Reopening() is { } reopening ? [reopening] : [];
        var facts = LatestFactDay(fold);
        List<string?> sentences = [.. SafetyOutlook.Of(fold)];
        if (fold.Response.IsMet) sentences.AddRange(ResponseOutlook.WhileMet(fold, facts));
        foreach (var lineage in fold.All) sentences.AddRange(LineageOutlook.Of(fold, lineage, facts));
        if (fold.State is States.Screening or States.Indeterminate) sentences.Add(DetectionOutlook.Conclusion(fold, facts));
        if (fold.State is States.Observing or States.Screening or States.NoSevereCytopenia) sentences.Add(DetectionOutlook.Severe(fold));
        if (fold.State == States.SeverePersistentCytopenia) sentences.AddRange(StartOutlook.Of(fold));
        if (fold.HasTpoRa)
        {
            if (!fold.Response.IsMet) sentences.Add(ResponseOutlook.Missing(fold, facts));
            sentences.AddRange(DoseOutlook.Of(fold, facts));
        }

        sentences.Add(Closing(fold));
        return [.. sentences.OfType<string>()];
    }

    /// <summary>The day of the latest count, dose or transfusion of the episode.</summary>
    private static int LatestFactDay(EpisodeFold fold)
    {
        var latest = fold.Therapy.LastDoseDay(fold.Day) ?? 0;
        foreach (var lineage in fold.All)
        {
            latest = Math.Max(latest, lineage.Latest?.Day ?? 0);
            latest = Math.Max(latest, lineage.Transfusions.LastUpTo(fold.Day)?.Day ?? 0);
        }

        return Math.Max(latest, fold.Liver.LatestWithLimit(fold.Day)?.Day ?? 0);
    }

    /// <summary>P10.2.</summary>
    private static string? Closing(EpisodeFold fold)
    {
        var (closing, last) = (fold.Definition.Closing, fold.Therapy.LastDoseDay(fold.Day));
        var (complete, followUp) = (last + closing.CompleteWithoutDoseDays, Math.Max(closing.AfterDay + 1, last + closing.WithoutDoseDays ?? 0));
        return fold.State switch
        {
            States.Responded or States.Tapering when fold.Response.Complete is not null =>
                $"The episode closes on {fold.DateOf(complete!.Value)} if the complete resolution lasts and no further TPO-RA dose is given",
            States.NoSevereCytopenia or States.Indeterminate =>
                $"The episode closes on {fold.DateOf(followUp)} if no lineage is severe or transfusion-dependent then"
                    + (last is null ? "" : " and no further TPO-RA dose is given"),
            _ => null,
        };
    }
}
