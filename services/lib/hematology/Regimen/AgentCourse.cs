using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>
/// What was given of one agent on one day: how many doses count, and the daily dose (P9.2: the sum of an oral agent, null when any part is
/// unknown; the last dose of romiplostim). <see cref="HighestSoFar"/> is the highest known daily dose up to this day.
/// </summary>
internal sealed record DoseDay(int Day, int Doses, Dose? Dose, decimal? HighestSoFar, IReadOnlyList<string> Resources)
{
    /// <summary>Types of the resources that the doses of the day were read from, each once.</summary>
    public IEnumerable<string> Origins => Resources.Select(static r => r[..r.IndexOf('/', StringComparison.Ordinal)]).Distinct();
}

/// <summary>All dose days of one TPO-RA agent in an episode (P1.6).</summary>
internal sealed class AgentCourse
{
    private readonly List<DoseDay> days;

    private AgentCourse(string agent, List<DoseDay> days)
    {
        Agent = agent;
        this.days = days;
    }

    public string Agent { get; }

    public bool IsOral => Agent != Agents.Romiplostim;

    public IReadOnlyList<DoseDay> Days => days;

    public DoseDay First => days[0];

    /// <summary>The course of an agent from day 0 to the last, or null when none was given.</summary>
    public static AgentCourse? Of(string agent, int day0, int lastDay, List<Sighted<DrugGiven>> drugsGiven, List<Sighted<DrugStatement>> statements)
    {
        var given = drugsGiven.FindAll(g => g.Fact.Agent == agent && g.At.DayNumber >= day0 && g.At.DayNumber - day0 <= lastDay);
        var stated = statements.FindAll(s => s.Fact.Agent == agent).ConvertAll(s => new Coverage(s, day0, lastDay));
        if (given.Count == 0 && stated.Count == 0) return null;

        given.Sort(static (a, b) =>
            a.At.SeenFrom != b.At.SeenFrom ? a.At.SeenFrom.CompareTo(b.At.SeenFrom) : string.CompareOrdinal(a.Resource, b.Resource));
        var doseDays = new List<DoseDay>();
        decimal? highest = null;
        var next = 0;
        for (var day = 0; day <= lastDay; day++)
        {
            var first = next;
            while (next < given.Count && given[next].At.DayNumber - day0 == day) next++;
            var dose = next > first ? Administered(agent, day, given.GetRange(first, next - first)) : Stated(day, stated);
            if (dose is null) continue;
            if (dose.Dose is { } known && !(known.Value <= highest)) highest = known.Value;
            doseDays.Add(dose with { HighestSoFar = highest });
        }

        return doseDays.Count == 0 ? null : new AgentCourse(agent, doseDays);
    }

    public DoseDay? LastUpTo(int day) => CountUpTo(day) is > 0 and var count ? days[count - 1] : null;

    /// <summary>The dose days up to a day, the latest first.</summary>
    public IEnumerable<DoseDay> LatestFirst(int day)
    {
        for (var i = CountUpTo(day) - 1; i >= 0; i--) yield return days[i];
    }

    public int DosesUpTo(int day) => days.TakeWhile(d => d.Day <= day).Sum(static d => d.Doses);

    private int CountUpTo(int day)
    {
        var (low, high) = (0, days.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (days[middle].Day <= day) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    public IEnumerable<string> OriginsUpTo(int day) =>
        days.TakeWhile(d => d.Day <= day).SelectMany(static d => d.Origins).Distinct().Order(StringComparer.Ordinal);

    private static DoseDay Administered(string agent, int day, List<Sighted<DrugGiven>> doses)
    {
        var last = doses[^1].Fact.Dose;
        var dose = agent == Agents.Romiplostim ? last
            : doses.Exists(static g => g.Fact.Dose is null) ? null
            : last! with { Value = doses.Sum(static g => g.Fact.Dose!.Value) };
        return new DoseDay(day, doses.Count, Normalise(dose), null, [.. doses.Select(static g => g.Resource).Distinct()]);
    }

    /// <summary>Of several statements that cover a day the one with the latest start counts, then the greater resource id.</summary>
    private static DoseDay? Stated(int day, List<Coverage> stated)
    {
        Coverage? best = null;
        foreach (var coverage in stated)
        {
            if (day >= coverage.From && day <= coverage.To && (best is null || coverage.Beats(best))) best = coverage;
        }

        return best is null ? null : new DoseDay(day, 1, Normalise(best.Statement.Fact.DosePerDay), null, [best.Statement.Resource]);
    }

    private static Dose? Normalise(Dose? dose) => dose is null ? null : dose with { Value = Wording.Normalise(dose.Value) };

    /// <summary>The local days that a statement covers: a completed one without an end or days of supply covers its start day only.</summary>
    private sealed class Coverage(Sighted<DrugStatement> statement, int day0, int lastDay)
    {
        public Sighted<DrugStatement> Statement => statement;

        public int From => statement.At.DayNumber - day0;

        public int To { get; } =
            statement.Fact.DaysOfSupply is { } days ? statement.At.DayNumber - day0 + days - 1
            : statement.EndDayNumber is { } end ? end - day0
            : statement.Fact.Status == "completed" ? statement.At.DayNumber - day0
            : lastDay;

        public bool Beats(Coverage other)
        {
            var byStart = Statement.At.SeenFrom.CompareTo(other.Statement.At.SeenFrom);
            return byStart != 0 ? byStart > 0 : string.CompareOrdinal(Statement.Resource, other.Statement.Resource) > 0;
        }
    }
}
