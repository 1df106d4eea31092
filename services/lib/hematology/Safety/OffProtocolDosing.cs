using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>TPO-RA doses outside the protocol, by day (P9.5): too early, too high, too many, too soon after the last.</summary>
internal sealed class OffProtocolDosing
{
    private readonly List<(int Day, Finding Cause)> deviations = [];
    private readonly Episode episode;
    private readonly OffProtocolParameters parameters;

    public OffProtocolDosing(Therapy therapy, Episode episode, OffProtocolParameters parameters)
    {
        this.episode = episode;
        this.parameters = parameters;
        foreach (var course in therapy.Courses)
        {
            var given = 0;
            DoseDay? previous = null;
            foreach (var dose in course.Days)
            {
                given += dose.Doses;
                foreach (var text in Deviations(course.Agent, dose, previous, given)) deviations.Add((dose.Day, new Finding(text, dose.Resources)));
                previous = dose;
            }
        }
    }

    public bool AnyUpTo(int day) => deviations.Exists(d => d.Day <= day);

    /// <summary>The deviations whose days [d, d + 13] cover this day.</summary>
    public Finding[] On(int day) =>
        deviations.Count == 0 ? [] : [.. deviations.Where(d => d.Day <= day && day < d.Day + parameters.FlagDays).Select(static d => d.Cause)];

    /// <summary>Without the date of the dose, so that a flag that gathers many doses says each kind once; its evidence names the doses.</summary>
    private IEnumerable<string> Deviations(string agent, DoseDay dose, DoseDay? previous, int given)
    {
        var name = Wording.Sentence(agent);
        if (dose.Day < parameters.BeforeDay)
            yield return $"{name} before day {parameters.BeforeDay} ({Wording.Date(episode.DateOf(parameters.BeforeDay))})";
        if (agent == Agents.Eltrombopag && dose.Dose?.Value > parameters.EltrombopagMaxMgPerDay)
            yield return $"{name} above {Wording.Number(parameters.EltrombopagMaxMgPerDay)} mg a day";
        if (agent != Agents.Romiplostim) yield break;
        if (dose.Dose?.Value > parameters.RomiplostimMaxUgPerDose)
            yield return $"{name} above {Wording.Number(parameters.RomiplostimMaxUgPerDose)} ug";
        if (given > parameters.RomiplostimMaxDoses)
            yield return $"{name} more than {parameters.RomiplostimMaxDoses} times";
        if (dose.Doses > 1 || dose.Day - previous?.Day < parameters.RomiplostimMinIntervalDays)
            yield return $"{name} again after less than {parameters.RomiplostimMinIntervalDays} days";
    }
}
