using CarT.Fhir.Contracts;
using CarT.Fhir.Hematology;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>What the model says at the end of a course, as lines to compare.</summary>
internal sealed partial class NaiveModel
{
    /// <summary>What is to be found in an assessment, a line each; <see cref="AssessmentLines"/> writes the same of the product's.</summary>
    public static IReadOnlyList<string> Tell(NaiveChart chart, ProtocolDefinition definition)
    {
        var episodes = chart.Episodes().ConvertAll(e => new NaiveModel(chart, e, definition));
        return episodes.Count == 0 ? ["state no-infusion"] : [.. episodes[^1].Lines(), .. episodes.SelectMany(e => e.Flags()).Order(StringComparer.Ordinal)];
    }

    /// <summary>One line for each interval of each flag: its code, episode, first day and first day after it.</summary>
    private IEnumerable<string> Flags()
    {
        var active = days.Skip(1).SelectMany(d => ActiveFlags(d).Select(code => (code, d.Day))).ToHashSet();
        foreach (var (code, since) in active.Where(f => !active.Contains((f.code, f.Day - 1))))
        {
            var until = Enumerable.Range(since, e.Last - since + 1).First(d => !active.Contains((code, d + 1))) + 1;
            yield return $"flag {code} {e.Number} {Date(since)} {Date(until <= chart.Today ? until : null)}";
        }
    }

    private string Status(int l, Told d) => Latest(l, d.Day) switch
    {
        var v when v is null || v.Day < LowCountsFrom(d.Day) => d.Lines[l].Dependent ? LineageStatuses.Low : LineageStatuses.Unknown,
        { Low: true } => LineageStatuses.Low,
        _ when d.Lines[l].Dependent => LineageStatuses.Low,
        { Supported: true } => LineageStatuses.Supported,
        _ when d.Lines[l].ResolvedOn is not null => LineageStatuses.Resolved,
        _ => WasLow(l, d.Day, d.Lines[l].FirstSevere) ? LineageStatuses.Recovering : LineageStatuses.Adequate,
    };

    private IEnumerable<string> Lines()
    {
        var (d, t) = (days[^1], e.Last);
        yield return $"state {d.State}";
        yield return $"episode {e.Number} {e.Product} {Date(e.Day0)} {t - e.Day0}";
        foreach (var (name, l) in Names.Select((name, l) => (name, l)))
        {
            var (line, v) = (d.Lines[l], Latest(l, t));
            bool? baseline = Started(t) ? lowAtStart[l] : line.FirstSevere is not null ? true : Counted(l, from, t) ? false : null; // P7.6
            var sinceStart = Started(t) && baseline == true ? line.ResolvedOn - start : null;
            var latest = $"{v?.Number:G29} {Date(v?.Day)} {v?.Supported}";
            yield return $"{name} {Status(l, d)} {baseline} {Date(line.ResolvedOn)} {Date(line.ConfirmedOn)} {sinceStart} {latest}";
            if (l == Anc) continue;
            var isKnown = chart.Provides.Transfusions;
            yield return isKnown ? $"blood {name} {Independent(l, t)} {Date(given[l].Select(g => (int?)g).Max())} {given[l].Count}" : $"blood {name}  - ";
        }

        int? stoppedOn = start is null || therapy.IsCurrent(t) ? null : Agents.TpoRa.SelectMany(agent => therapy.Of(agent, t)).Max(x => x.Day);
        yield return $"therapy {Date(start)} {start - e.Day0} {Date(stoppedOn)} {therapy.Deviations.Count > 0}";
        foreach (var agent in Agents.TpoRa.Order(StringComparer.Ordinal).Where(a => therapy.Of(a, t).Any()))
            yield return $"agent {agent} {therapy.Of(agent, t).Count()} {therapy.LatestDose(agent, t):G29} {Date(therapy.Of(agent, t).Max(x => x.Day))}";
        yield return $"response {d.Response == true} {Date(d.On)} {Date(d.ConfirmedOn)} {Date(d.CompleteOn)}";
        var isTreatedBefore = start is not null && !therapy.IsCurrent(t)
            && d.State is (States.Observing or States.Screening or States.Indeterminate or States.NoSevereCytopenia or States.SeverePersistentCytopenia);
        yield return $"late {d.Lines.Min(l => l.FirstSevere) - e.Day0 > p.Flags.LateAfterDay} treated before {isTreatedBefore}";
        var day = new NaiveDay(t, d.State, [.. d.Lines.Select(l => l.Severe)], d.InForceSince, d.Hold, Reduce(d), NonResponse(d));
        foreach (var line in therapy.Proposals(day).Select(a => $"activity {a.Code} {a.Dose:G29}").Order(StringComparer.Ordinal)) yield return line;
    }

    private static string Date(int? day) => day is { } d ? DateOnly.FromDayNumber(d).ToString("O") : "-";
}
