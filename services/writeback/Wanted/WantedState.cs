using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;

namespace CarT.Fhir.WriteBack.Wanted;

/// <summary>
/// What should stand in a target after a new revision. Pure. Intervals accumulate: one that a revision does not mention keeps what was wanted of it,
/// so that a withdrawal is not lost when the next revision arrives before it was written.
/// </summary>
internal static class WantedState
{
    /// <summary>The resources whose wanted form changes, with the new form as JSON.</summary>
    /// <param name="stored">Wanted form (JSON) of every resource of the patient in the target.</param>
    /// <param name="message">A checked message, newer than what is stored.</param>
    public static IReadOnlyList<WantedChange> Next(IReadOnlyDictionary<WantedKey, string> stored, AssessmentChanged message)
    {
        var next = new Dictionary<WantedKey, string>();
        foreach (var withdrawn in message.Withdrawn)
        {
            var key = WantedKey.ForFlag(withdrawn.Code, withdrawn.Episode, withdrawn.Ordinal);
            next[key] = Json(Withdrawn(withdrawn, Read<WantedFlag>(stored, key), message));
        }
        foreach (var (flag, ordinal) in message.Assessment.Flags.Zip(message.FlagOrdinals))
        {
            var wanted = new WantedFlag(flag, ordinal, message.Assessment.Protocol, Sources(flag.Evidence, message));
            next[WantedKey.ForFlag(flag.Code, flag.Episode, ordinal)] = Json(wanted);
        }
        foreach (var (key, wanted) in CarePlans(stored, message)) next[key] = Json(wanted);
        return [.. next.Where(change => stored.GetValueOrDefault(change.Key) != change.Value).Select(change => new WantedChange(change.Key, change.Value))];
    }

    /// <summary>The wanted form of a row.</summary>
    /// <exception cref="JsonException">The row was not written by this product.</exception>
    public static T Read<T>(string wanted) => JsonSerializer.Deserialize<T>(wanted, CartJson.Options) ?? throw new JsonException("null");

    private static T? Read<T>(IReadOnlyDictionary<WantedKey, string> stored, WantedKey key)
        where T : class => stored.TryGetValue(key, out var json) ? Read<T>(json) : null;

    private static WantedFlag Withdrawn(WithdrawnFlag withdrawn, WantedFlag? before, AssessmentChanged message)
    {
        var flag = new AssessedFlag
        {
            Code = withdrawn.Code,
            Status = withdrawn.Status,
            Episode = withdrawn.Episode,
            Since = withdrawn.Since,
            Until = withdrawn.Until,
            Evidence = before?.Flag.Evidence ?? [],
            Text = withdrawn.Text,
        };
        return new WantedFlag(flag, withdrawn.Ordinal, message.Assessment.Protocol, Sources(flag.Evidence, message));
    }

    // The plan of the current episode, and the closing of every other: there is one proposal at a time.
    private static IEnumerable<(WantedKey Key, WantedCarePlan Plan)> CarePlans(IReadOnlyDictionary<WantedKey, string> stored, AssessmentChanged message)
    {
        var assessment = message.Assessment;
        var current = assessment.Episode is { } episode ? WantedKey.ForCarePlan(episode.Number) : (WantedKey?)null;
        foreach (var key in stored.Keys.Where(key => key.Type == WantedKey.CarePlan && key != current))
        {
            var before = Read<WantedCarePlan>(stored[key]);
            yield return (key, before with { Open = false, Assessment = before.Assessment with { Activities = [] } });
        }
        if (current is not { } own || CurrentPlan(Read<WantedCarePlan>(stored, own), message) is not { } plan) yield break;
        yield return (own, plan);
    }

    // Nothing is wanted until something is proposed for the first time.
    private static WantedCarePlan? CurrentPlan(WantedCarePlan? before, AssessmentChanged message)
    {
        var (assessment, episode) = (message.Assessment, message.Assessment.Episode!);
        if (before is null && assessment.CarePlan.Activities.Count == 0) return null;
        var evidence = assessment.CarePlan.Activities.SelectMany(activity => activity.Evidence);
        return new WantedCarePlan(
            new WantedAssessment(assessment.Protocol, episode.Number, episode.InfusedOn, assessment.CarePlan.Activities),
            before?.FirstProposed ?? assessment.AsOf,
            Open: true,
            Sources(evidence, message));
    }

    private static IReadOnlyList<string> Sources(IEnumerable<string> evidence, AssessmentChanged message) =>
        [.. evidence.Distinct().Order(StringComparer.Ordinal)
            .Select(reference => message.EvidenceVersions.TryGetValue(reference, out var version) ? $"{reference}/_history/{version}" : reference)];

    private static string Json<T>(T wanted) => JsonSerializer.Serialize(wanted, CartJson.Options);
}

/// <summary>A resource and what is wanted of it from now on, as JSON.</summary>
internal sealed record WantedChange(WantedKey Key, string Wanted);
