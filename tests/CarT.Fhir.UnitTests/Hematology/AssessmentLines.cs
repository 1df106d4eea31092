using CarT.Fhir.Contracts;

namespace CarT.Fhir.UnitTests.Hematology;

/// <summary>An assessment in the words of <see cref="NaiveModel"/>.</summary>
internal static class AssessmentLines
{
    public static IReadOnlyList<string> Of(Assessment a) =>
        a.Episode is null ? [$"state {a.State}"] : [.. Head(a), .. Lineage(a), .. Treatment(a), .. Activities(a), .. Flags(a)];

    private static IEnumerable<string> Head(Assessment a) =>
        [$"state {a.State}", $"episode {a.Episode!.Number} {a.Episode.Product} {Date(a.Episode.InfusedOn)} {a.Episode.Day}"];

    private static IEnumerable<string> Lineage(Assessment a)
    {
        foreach (var name in Lineages.All)
        {
            var l = a.Lineages.Of(name);
            var latest = $"{l.Latest?.Value:G29} {Date(l.Latest?.On)} {l.Latest?.Supported}";
            yield return $"{name} {l.Status} {l.LowAtBaseline} {Date(l.ResolvedOn)} {Date(l.ConfirmedOn)} {l.DaysFromTpoRaStart} {latest}";
            if (name != Lineages.Anc) yield return Blood(name, name == Lineages.Platelets ? a.Transfusions.Platelets : a.Transfusions.RedCells);
        }
    }

    private static string Blood(string name, TransfusionSummary blood) => $"blood {name} {blood.Independent} {Date(blood.LastOn)} {blood.Count}";

    private static IEnumerable<string> Treatment(Assessment a)
    {
        var therapy = a.Therapy;
        yield return $"therapy {Date(therapy.StartedOn)} {therapy.StartDay} {Date(therapy.StoppedOn)} {therapy.Notes.Contains(NoteCodes.OffProtocolDosing)}";
        foreach (var agent in therapy.Agents.OrderBy(g => g.Agent, StringComparer.Ordinal))
            yield return $"agent {agent.Agent} {agent.Doses} {agent.LatestDose?.Value:G29} {Date(agent.LatestOn)}";
        yield return $"response {a.Response.Met} {Date(a.Response.On)} {Date(a.Response.ConfirmedOn)} {Date(a.Response.CompleteOn)}";
        yield return $"late {a.Notes.Contains(NoteCodes.Late)} treated before {a.Notes.Contains(NoteCodes.PreviouslyTreated)}";
    }

    private static IEnumerable<string> Activities(Assessment a) =>
        a.CarePlan.Activities.Select(x => $"activity {x.Code} {x.Dose?.Value:G29}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Flags(Assessment a) =>
        a.Flags.Select(f => $"flag {f.Code} {f.Episode} {Date(f.Since)} {Date(f.Until)}").Order(StringComparer.Ordinal);

    private static string Date(DateOnly? date) => date?.ToString("O") ?? "-";
}
