using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>The TPO-RA course of an episode, seen day by day (P1.6, P9.1). Without a dose feed it is empty (P1.7).</summary>
internal sealed class Therapy
{
    private readonly List<AgentCourse> agents;
    private readonly TherapyParameters parameters;

    public Therapy(Episode episode, int lastDay, VisibleFacts facts, bool dosesKnown, ProtocolDefinition definition)
    {
        parameters = definition.Therapy;
        agents = [];
        if (!dosesKnown) return;
        bool IsEvidence(string resource) => definition.Episode.DoseEvidence.Contains(resource[..resource.IndexOf('/', StringComparison.Ordinal)]);
        var given = facts.DrugsGiven.FindAll(g => g.Fact.Dose is not { Value: <= 0 } && IsEvidence(g.Resource));
        var stated = facts.Statements.FindAll(s => s.Fact.DosePerDay is not { Value: <= 0 } && IsEvidence(s.Resource));
        foreach (var agent in Agents.TpoRa)
        {
            if (AgentCourse.Of(agent, episode.Day0, lastDay, given, stated) is { } course) agents.Add(course);
        }

        StartDay = agents.Count == 0 ? null : agents.Min(static a => a.First.Day);
    }

    /// <summary>Courses in the order of <see cref="Agents.TpoRa"/>.</summary>
    public IReadOnlyList<AgentCourse> Courses => agents;

    /// <summary>Day of the first dose of any agent.</summary>
    public int? StartDay { get; }

    public AgentCourse? Eltrombopag => agents.Find(static a => a.Agent == Agents.Eltrombopag);

    public AgentCourse? Romiplostim => agents.Find(static a => a.Agent == Agents.Romiplostim);

    public bool HasStartedBy(int day) => StartDay <= day;

    public bool IsCurrent(int day) => agents.Exists(a => IsCurrent(a, day));

    public bool IsCurrent(AgentCourse? agent, int day) => agent is not null && day <= CurrentUpTo(agent, day);

    /// <summary>The last day on which an agent is current by its doses up to a day; null before the first.</summary>
    public int? CurrentUpTo(AgentCourse agent, int day) =>
        agent.LastUpTo(day)?.Day + (agent.IsOral ? parameters.OralCurrentDays : parameters.RomiplostimCurrentDays);

    public int? LastDoseDay(int day)
    {
        int? latest = null;
        foreach (var agent in agents)
        {
            if (agent.LastUpTo(day) is { } last && !(last.Day <= latest)) latest = last.Day;
        }

        return latest;
    }

    /// <summary>Whether a dose lies on the last <paramref name="days"/> local days.</summary>
    public bool AnyDoseWithin(int day, int days) => LastDoseDay(day) > day - days;

    /// <summary>Eltrombopag is current and its latest daily dose is below the highest given (P10.5).</summary>
    public bool IsTapering(int day) =>
        IsCurrent(Eltrombopag, day) && Eltrombopag!.LastUpTo(day) is { Dose: { } dose, HighestSoFar: { } highest } && dose.Value < highest;
}
