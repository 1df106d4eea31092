using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>What raises the data-quality flag in an episode (P10.9), by day; the rest is for operators only.</summary>
internal sealed class RefusedEvents
{
    private readonly List<(int Day, Finding Cause)> events = [];
    private readonly int activeDays;

    public RefusedEvents(Episode episode, int lastDay, VisibleFacts facts, List<OwnFinding> own, FlagParameters parameters)
    {
        activeDays = parameters.DataQualityDays;
        foreach (var refusal in facts.Refusals)
        {
            if (refusal.Day is { } number) Add(number, refusal.Fact.Code, refusal.Fact.Concern, refusal.Resource, refusal.Fact.Text);
        }

        foreach (var finding in own) Add(finding.DayNumber, finding.Code, finding.Lineage, finding.Resource, finding.Text);
        events.Sort(static (a, b) => a.Day != b.Day ? a.Day.CompareTo(b.Day) : string.CompareOrdinal(a.Cause.Evidence[0], b.Cause.Evidence[0]));

        void Add(int dayNumber, string code, string? concern, string resource, string text)
        {
            var day = dayNumber - episode.Day0;
            if (day < 0 || day > lastDay || !Matters(code, concern, day, parameters)) return;
            events.Add((day, new Finding($"{code} on {Wording.Date(episode.DateOf(day))}: {text}", [resource])));
        }
    }

    /// <summary>The causes whose days [d, d + 13] cover this day.</summary>
    public Finding[] On(int day) =>
        events.Count == 0 ? [] : [.. events.Where(e => e.Day <= day && day < e.Day + activeDays).Select(static e => e.Cause)];

    private static bool Matters(string code, string? concern, int day, FlagParameters parameters) => code switch
    {
        DataQualityCodes.VersionAmbiguous => false,
        DataQualityCodes.InfusionConflict or DataQualityCodes.TransfusionUnclassified => true,
        DataQualityCodes.DoseMissing => concern == Concerns.TpoRa,
        _ => concern is Lineages.Anc or Lineages.Platelets or Lineages.Hemoglobin && day >= parameters.DataQualityFromDay,
    };
}
