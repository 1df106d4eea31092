using CarT.Fhir.Contracts;

namespace CarT.Fhir.Hematology;

/// <summary>A fact with its resource and its place in local time. <see cref="EndDayNumber"/> is the last local day of a period.</summary>
internal readonly record struct Sighted<T>(T Fact, string Resource, LocalMoment At, int? EndDayNumber = null);

/// <summary>A refusal; <see cref="Day"/> is the local day by its time, else by lastUpdated, else null.</summary>
internal readonly record struct SightedRefusal(Refusal Fact, string Resource, int? Day);

/// <summary>A report of platelet clumps; its time may be unknown.</summary>
internal readonly record struct SightedClumps(string? Specimen, ClinicalTime? Time);

/// <summary>The current facts of a patient that are seen at a time (P1.5, P3.2), in a canonical order, with local days worked out once.</summary>
internal sealed class VisibleFacts
{
    private readonly FacilityClock clock;
    private readonly DateTimeOffset asOf;
    private bool deceasedWithoutTime;
    private LocalMoment? lastSeen;

    private VisibleFacts(FacilityClock clock, DateTimeOffset asOf)
    {
        this.clock = clock;
        this.asOf = asOf;
    }

    public List<Sighted<CellCount>> Counts { get; } = [];

    public List<Sighted<ChemistryResult>> Chemistry { get; } = [];

    public List<SightedClumps> Clumps { get; } = [];

    public List<Sighted<DrugGiven>> DrugsGiven { get; } = [];

    public List<Sighted<DrugStatement>> Statements { get; } = [];

    public List<Sighted<Transfusion>> Transfusions { get; } = [];

    public List<Sighted<CarTInfusion>> Infusions { get; } = [];

    public List<SightedRefusal> Refusals { get; } = [];

    public List<string> Ambiguous { get; } = [];

    /// <summary>The local moment of death, when it is known to have happened (P10.2).</summary>
    public LocalMoment? Death { get; private set; }

    /// <summary>When the next fact, refused or not, comes into sight (P11.4); null when none is known.</summary>
    public DateTimeOffset? NextFactAt { get; private set; }

    public static VisibleFacts Of(PatientRecord record, FacilityClock clock, DateTimeOffset asOf)
    {
        var facts = new VisibleFacts(clock, asOf);
        var current = CurrentVersions.Select(record.Resources, record.VersionOrder);
        var ambiguous = current.Ambiguous.Concat(record.Ambiguous).ToHashSet();
        foreach (var version in current.Versions)
        {
            if (version.Patient is { } patient && patient != record.Patient && !record.MergedFrom.Contains(patient)) continue;
            var seen = version.Retracted || SaysNothing(version) ? !(version.LastUpdated > asOf) : facts.Add(version);
            if (seen && ambiguous.Contains(version.Resource)) facts.Ambiguous.Add(version.Resource.Reference);
        }

        if (facts is { deceasedWithoutTime: true, Death: null }) facts.Death = facts.lastSeen;
        return facts;
    }

    private static bool SaysNothing(ResourceVersion version) =>
        version is
        {
            CellCounts: [], Chemistry: [], PlateletClumps: [], DrugsGiven: [], DrugStatements: [],
            Transfusions: [], Infusions: [], PatientStatuses: [], Refusals: [],
        };

    /// <summary>Adds what is seen of a version, and says whether anything is.</summary>
    private bool Add(ResourceVersion version)
    {
        var resource = version.Resource.Reference;
        var seen = false;
        seen |= AddAll(version.CellCounts, static f => f.Time, resource, Counts);
        seen |= AddAll(version.Chemistry, static f => f.Time, resource, Chemistry);
        seen |= AddAll(version.DrugsGiven, static f => f.Time, resource, DrugsGiven);
        seen |= AddAll(version.DrugStatements, static f => f.Start, resource, Statements, static f => f.End);
        seen |= AddAll(version.Transfusions, static f => f.Time, resource, Transfusions);
        seen |= AddAll(version.Infusions, static f => f.Time, resource, Infusions);
        foreach (var clumps in version.PlateletClumps)
        {
            if (!Sees(clumps.Time, version.LastUpdated, out _)) continue;
            Clumps.Add(new SightedClumps(clumps.Specimen, clumps.Time));
            seen = true;
        }

        foreach (var refusal in version.Refusals)
        {
            if (!Sees(refusal.Time, version.LastUpdated, out var at)) continue;
            Refusals.Add(new SightedRefusal(refusal, resource, at?.DayNumber));
            seen = true;
        }

        foreach (var status in version.PatientStatuses) seen |= AddStatus(status, version.LastUpdated);
        return seen;
    }

    private bool AddAll<T>(IReadOnlyList<T> facts, Func<T, ClinicalTime> timeOf, string resource, List<Sighted<T>> into, Func<T, ClinicalTime?>? endOf = null)
    {
        var seen = false;
        for (var i = 0; i < facts.Count; i++)
        {
            var at = clock.Locate(timeOf(facts[i]));
            if (!Sees(at)) continue;
            MarkLast(at);
            int? end = endOf?.Invoke(facts[i]) is { } time ? clock.Locate(time).DayNumber : null;
            into.Add(new Sighted<T>(facts[i], resource, at, end));
            seen = true;
        }

        return seen;
    }

    private bool AddStatus(PatientStatus status, DateTimeOffset? lastUpdated)
    {
        if (!status.Deceased) return true;
        if (status.DeceasedAt is null && lastUpdated is null)
        {
            deceasedWithoutTime = true;
            return true;
        }

        if (!Sees(status.DeceasedAt, lastUpdated, out var at)) return false;
        if (Death is not { } known || at!.Value.SeenFrom < known.SeenFrom) Death = at;
        return true;
    }

    /// <summary>By the fact's own time, else by lastUpdated, else always (P1.5).</summary>
    private bool Sees(ClinicalTime? time, DateTimeOffset? lastUpdated, out LocalMoment? at)
    {
        at = time is { } own ? clock.Locate(own) : lastUpdated is { } updated ? clock.Locate(updated) : null;
        if (at is not { } moment) return true;
        if (!Sees(moment)) return false;
        if (time is not null) MarkLast(moment);
        return true;
    }

    private bool Sees(LocalMoment at)
    {
        if (at.SeenFrom <= asOf) return true;
        if (NextFactAt is not { } next || at.SeenFrom < next) NextFactAt = at.SeenFrom;
        return false;
    }

    private void MarkLast(LocalMoment at)
    {
        if (lastSeen is not { } last || at.SeenFrom > last.SeenFrom) lastSeen = at;
    }
}
