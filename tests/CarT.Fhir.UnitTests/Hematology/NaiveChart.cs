using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>
/// One value that counts, or the daily one. <paramref name="Edge"/> is -1 for <c>&lt;b</c>, which counts as just below b, and 1 for <c>&gt;b</c> (P2.4).
/// </summary>
internal sealed record NaiveValue(int Day, decimal Number, int Edge, bool Low = false, bool Supported = false)
{
    public bool Recovered => !Low && !Supported;

    /// <summary>-1 below the limit, 0 at it, 1 above.</summary>
    public int Against(decimal limit) => Number != limit ? Number.CompareTo(limit) : Edge;
}

/// <summary>An infusion and those that belong to it, up to the day before the next (P1.3). Days are day numbers of local dates.</summary>
internal sealed record NaiveEpisode(int Number, int Day0, DateTimeOffset? At, string Product, int Last, IReadOnlyList<int> Conflicts);

/// <summary>
/// The raw facts that are seen, as plain lists for <see cref="NaiveModel"/> (P1 to P5, from the text alone). Every version is taken as current, and one patient's.
/// </summary>
internal sealed class NaiveChart(PatientRecord record, ProtocolDefinition p, TimeZoneInfo zone, DateTimeOffset asOf)
{
    private static readonly string[] Both = [BloodProducts.WholeBlood, BloodProducts.Unclassified];

    public SourceProvides Provides => record.Provides;

    public int Today { get; } = Local(asOf, zone);

    public int? OperatorDay => record.ClosedByOperatorAt is { } at && at <= asOf ? Local(at, zone) : null;

    /// <summary>P10.2: a death without a time is that of the version, else of the last fact seen.</summary>
    public int? DeathDay
    {
        get
        {
            var known = Seen(v => v.PatientStatuses.Where(s => s is { Deceased: true, DeceasedAt: not null }), s => s.DeceasedAt!.Value).Select(d => (int?)d.Day);
            var guessed = record.Resources.Where(v => v.PatientStatuses.Any(s => s is { Deceased: true, DeceasedAt: null }))
                .Select(v => v.LastUpdated is { } at ? at <= asOf ? Local(at, zone) : null : Times().Where(IsSeen).Select(t => (int?)Day(t)).Max());
            return known.Concat(guessed).Min();
        }
    }

    /// <summary>
    /// P1.3. Readings: the time of the infusion is the earliest that is stated on day 0; a part gives its product to an episode that has none yet, and a later part
    /// is compared with that.
    /// </summary>
    public List<NaiveEpisode> Episodes()
    {
        var groups = new List<List<(string Id, CarTInfusion It, int Day, DateTimeOffset? At)>>();
        foreach (var next in Seen(v => v.Infusions, i => i.Time).OrderBy(i => i.Day).ThenBy(i => i.At ?? DateTimeOffset.MinValue).ThenBy(i => i.Id, StringComparer.Ordinal))
        {
            var day = groups.Count == 0 ? int.MaxValue : next.Day - groups[^1][0].Day;
            var products = groups.Count == 0 ? [] : new[] { next.It.Product, Product(groups[^1]) };
            var isPart = day >= p.Episode.SplitDoseFromDay && day <= p.Episode.SplitDoseToDay && (products.Contains("unspecified") || products[0] == products[1]);
            if (day <= p.Episode.SameInfusionMaxDays || isPart) groups[^1].Add(next);
            else groups.Add([next]);
        }

        return [.. groups.Select((g, i) => new NaiveEpisode(
            i + 1, g[0].Day, g.Where(r => r.Day == g[0].Day).Min(r => r.At), Product(g), i + 1 < groups.Count ? groups[i + 1][0].Day - 1 : Today,
            [.. g.Where((r, n) => r.Day - g[0].Day <= p.Episode.SameInfusionMaxDays && g.Take(n).Any(earlier => Conflict(earlier, r))).Select(r => r.Day)]))];
    }

    private static string Product(IEnumerable<(string Id, CarTInfusion It, int Day, DateTimeOffset? At)> group) =>
        group.Select(r => r.It.Product).FirstOrDefault(product => product != "unspecified") ?? "unspecified";

    private bool Conflict((string Id, CarTInfusion It, int Day, DateTimeOffset? At) a, (string Id, CarTInfusion It, int Day, DateTimeOffset? At) b) =>
        b.At - a.At is { } apart ? apart.TotalHours > p.Episode.ConflictAfterHours : b.Day - a.Day > p.Episode.ConflictAfterDays;

    /// <summary>The daily values of a lineage (P3.1), and those that count at all, of each day the lowest first.</summary>
    public (List<NaiveValue> Daily, List<NaiveValue> All) Values(NaiveEpisode e, string lineage)
    {
        var given = Transfusions(e, lineage);
        var supportDays = lineage switch { Lineages.Anc => p.Support.AncDays, Lineages.Platelets => p.Support.PlateletsDays, _ => p.Support.HemoglobinDays };
        var counting = from c in Counts(e, lineage)
                       let low = IsLow(c.It, lineage)
                       where low is not null && !IsClumped(c.It)
                       let supported = given.Any(g => c.Day >= g.Day && c.Day - g.Day < supportDays && (c.Day > g.Day || c.At is null || g.At is null || g.At <= c.At))
                       let edge = c.It.Comparator switch { "<" => -1, ">" => 1, _ => 0 }
                       orderby c.Day, c.It.Value, edge, !supported, c.At ?? DateTimeOffset.MinValue, c.Id
                       select new NaiveValue(c.Day, c.It.Value, edge, low.Value, supported);
        var all = counting.ToList();
        return ([.. all.DistinctBy(v => v.Day)], all);
    }

    /// <summary>ALT in multiples of its own upper limit, those without one left out; of a day the highest (P3.1, P9.7).</summary>
    public List<NaiveValue> AltTimesUln(NaiveEpisode e) =>
    [
        .. Seen(v => v.Chemistry.Where(c => c is { Analyte: Analytes.Alt, UpperLimit: > 0 }), c => c.Time).Where(c => IsMine(e, c.Day, c.At))
            .Select(c => new NaiveValue(c.Day, c.It.Value / c.It.UpperLimit!.Value, c.It.Comparator switch { "<" => -1, ">" => 1, _ => 0 }))
            .OrderBy(v => v.Day).ThenByDescending(v => v.Number).ThenByDescending(v => v.Edge).DistinctBy(v => v.Day),
    ];

    /// <summary>P4.1 to P4.3, P4.5.</summary>
    public List<(int Day, DateTimeOffset? At)> Transfusions(NaiveEpisode e, string lineage)
    {
        string[] feeding = lineage switch
        {
            Lineages.Anc => [BloodProducts.Granulocytes],
            Lineages.Platelets => [BloodProducts.Platelets, .. Both],
            _ => [BloodProducts.RedCells, .. Both],
        };
        return
        [
            .. Seen(v => v.Transfusions, t => t.Time).Where(t => IsMine(e, t.Day) && t.It.Products.Any(feeding.Contains))
                .OrderBy(t => t.Day).Select(t => (t.Day, t.At)),
        ];
    }

    /// <summary>P1.6: what was given, and one dose for each day that a statement covers and nothing else does. None where the sources give no doses (P1.7).</summary>
    public List<(int Day, string Agent, decimal? Dose)> Doses(NaiveEpisode e)
    {
        if (!Provides.Doses) return [];
        var given = Seen(v => v.DrugsGiven.Where(d => Agents.TpoRa.Contains(d.Agent) && d.Dose is not { Value: <= 0 }), d => d.Time)
            .Where(d => IsMine(e, d.Day)).OrderBy(d => d.At ?? DateTimeOffset.MinValue).ThenBy(d => d.Id, StringComparer.Ordinal)
            .Select(d => (Day: d.Day, d.It.Agent, Dose: d.It.Dose?.Value)).ToList();
        var covered = from s in Statements()
                      from day in Enumerable.Range(s.Day, Math.Max(0, Math.Min(LastCovered(s.It, s.Day), e.Last) - s.Day + 1))
                      where IsMine(e, day) && !given.Any(g => g.Day == day && g.Agent == s.It.Agent)
                      orderby s.Day descending, s.At ?? DateTimeOffset.MinValue descending, s.Id descending
                      group s.It by (day, s.It.Agent) into one
                      select (Day: one.Key.day, one.Key.Agent, Dose: one.First().DosePerDay?.Value);
        return [.. given.Concat(covered).OrderBy(d => d.Day)];
    }

    /// <summary>Days with something for the flag data-quality (P10.9). A transfusion or a dose that lacks something carries its remark.</summary>
    public List<int> Complaints(NaiveEpisode e)
    {
        var fromDay = e.Day0 + p.Flags.DataQualityFromDay;
        var refused = from v in record.Resources
                      from r in v.Refusals
                      let time = r.Time ?? (v.LastUpdated is { } at ? ClinicalTime.At(at) : null)
                      where time is { } t && IsSeen(t)
                      select (r.Code, r.Concern, Day: Day(time!.Value));
        var of = refused.ToLookup(r =>
            r.Code == DataQualityCodes.TransfusionUnclassified || (r.Code == DataQualityCodes.DoseMissing && r.Concern == Concerns.TpoRa));
        var values = of[false].Where(r => Lineages.All.Contains(r.Concern) && r.Code is not (DataQualityCodes.VersionAmbiguous or DataQualityCodes.DoseMissing))
            .Select(r => r.Day)
            .Concat(Lineages.All.SelectMany(l => Counts(e, l).Where(c => IsLow(c.It, l) is null || IsClumped(c.It))).Select(c => c.Day));
        return [.. values.Where(d => d >= fromDay).Concat(of[true].Select(r => r.Day)).Concat(e.Conflicts).Where(d => IsMine(e, d))];
    }

    private static bool? IsLow(CellCount count, decimal border) => count.Comparator switch
    {
        null => count.Value <= border,
        "<" or "<=" => count.Value <= border ? true : null,
        ">" => count.Value >= border ? false : null,
        _ => count.Value > border ? false : null,
    };

    private bool? IsLow(CellCount count, string lineage) =>
        IsLow(count, (lineage switch { Lineages.Anc => p.Low.AncPerUl, Lineages.Platelets => p.Low.PlateletsPerUl, _ => p.Low.HemoglobinGPerDl }).Value);

    /// <summary>P2.6.</summary>
    private bool IsClumped(CellCount c) => c.Lineage == Lineages.Platelets && record.Resources.SelectMany(v => v.PlateletClumps).Any(k =>
        (k.Time is null || IsSeen(k.Time.Value)) && ((k.Specimen is not null && k.Specimen == c.Specimen) || k.Time == c.Time));

    private IEnumerable<(string Id, CellCount It, int Day, DateTimeOffset? At)> Counts(NaiveEpisode e, string lineage) =>
        Seen(v => v.CellCounts.Where(c => c.Lineage == lineage), c => c.Time).Where(c => IsMine(e, c.Day, c.At));

    private IEnumerable<(string Id, DrugStatement It, int Day, DateTimeOffset? At)> Statements() =>
        Seen(v => p.Episode.DoseEvidence.Contains(v.Resource.Type) ? v.DrugStatements.Where(s => s.DosePerDay is not { Value: <= 0 }) : [], s => s.Start);

    private int LastCovered(DrugStatement s, int startDay) =>
        s.End is { } end ? Day(end) : s.DaysOfSupply is { } supply ? startDay + supply - 1 : s.Status == "completed" ? startDay : int.MaxValue / 2;

    /// <summary>P1.4: what was drawn before the infusion on day 0 belongs to the time before.</summary>
    private static bool IsMine(NaiveEpisode e, int day, DateTimeOffset? drawnAt = null) => day >= e.Day0 && day <= e.Last && !(day == e.Day0 && drawnAt < e.At);

    private static int Local(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime).DayNumber;

    private int Day(ClinicalTime time) => time.Date?.DayNumber ?? Local(time.Instant!.Value, zone);

    /// <summary>P1.5: a fact with a time once that is past, a date-only fact from the start of its day.</summary>
    private bool IsSeen(ClinicalTime time) => time.Instant is { } at ? at <= asOf : Day(time) <= Today;

    private IEnumerable<(string Id, T It, int Day, DateTimeOffset? At)> Seen<T>(Func<ResourceVersion, IEnumerable<T>> read, Func<T, ClinicalTime> time) =>
        from v in record.Resources from it in read(v) where IsSeen(time(it)) select (v.Resource.Id, it, Day(time(it)), time(it).Instant);

    private IEnumerable<ClinicalTime> Times() => record.Resources.SelectMany(v => v.CellCounts.Select(f => f.Time)
        .Concat(v.Chemistry.Select(f => f.Time)).Concat(v.DrugsGiven.Select(f => f.Time)).Concat(v.DrugStatements.Select(f => f.Start))
        .Concat(v.Transfusions.Select(f => f.Time)).Concat(v.Infusions.Select(f => f.Time))
        .Concat(v.PlateletClumps.Select(f => f.Time).Concat(v.Refusals.Select(f => f.Time)).OfType<ClinicalTime>()));
}
