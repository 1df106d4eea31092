using System.Globalization;
using System.Text;
using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;
using CarT.Fhir.R4.Reading;
using CarT.Fhir.R4.Writing;
using Hl7.Fhir.Model;

namespace CarT.Fhir.WriteBack.Wanted;

/// <summary>
/// What should stand in a target after a new revision. Pure. Each revision names every interval that was ever published, as a flag or as withdrawn; one
/// that it does not name is of a history that its sender has lost: it is over where it was active, and keeps what was wanted of it where it was not.
/// </summary>
/// <param name="systems">Our identifier systems.</param>
/// <param name="facility">Time zone of the facility; times in resources carry its offset.</param>
internal sealed class WantedState(IdentifierSystems systems, TimeZoneInfo facility)
{
    /// <summary>The resources whose wanted form changes, with the new form as JSON.</summary>
    /// <param name="stored">Wanted form (JSON) of every resource of the patient in the target.</param>
    /// <param name="message">A checked message, newer than what is stored.</param>
    public IReadOnlyList<WantedChange> Next(IReadOnlyDictionary<WantedKey, string> stored, AssessmentChanged message)
    {
        var context = new WriteContext { Patient = message.Patient, At = TimeZoneInfo.ConvertTime(message.Assessment.AsOf, facility), Identifiers = systems };
        var next = new Dictionary<WantedKey, WantedResource>();
        foreach (var flag in message.Withdrawn)
        {
            var key = WantedKey.ForFlag(flag.Code, flag.Episode, flag.Ordinal);
            next[key] = OfFlag(FlagWriter.Write(flag, message.Assessment.Protocol, context), Before(stored, key)?.Evidence ?? [], message, context);
        }
        foreach (var (flag, ordinal) in message.Assessment.Flags.Zip(message.FlagOrdinals))
            next[WantedKey.ForFlag(flag.Code, flag.Episode, ordinal)] = OfFlag(FlagWriter.Write(flag, ordinal, message.Assessment, context), flag.Evidence, message, context);
        foreach (var key in stored.Keys.Where(key => key.Type == WantedKey.Flag && !next.ContainsKey(key)))
        {
            if (Read(stored[key]) is { CreateWhenAbsent: true } before) next[key] = OfFlag(Orphaned(before, context.At), before.Evidence, message, context);
        }
        foreach (var (key, plan) in CarePlans(stored, message.Assessment, context))
            next[key] = OfPlan(plan, message, context);
        return [.. next.Where(change => Before(stored, change.Key) is not { } before || !change.Value.SaysTheSameAs(before))
            .Select(change => new WantedChange(change.Key, JsonSerializer.Serialize(change.Value, CartJson.Options)))];
    }

    /// <summary>The wanted form of a row.</summary>
    /// <exception cref="JsonException">The row was not written by this product.</exception>
    public static WantedResource Read(string wanted) => JsonSerializer.Deserialize<WantedResource>(wanted, CartJson.Options) ?? throw new JsonException("null");

    private static WantedResource? Before(IReadOnlyDictionary<WantedKey, string> stored, WantedKey key) => stored.TryGetValue(key, out var json) ? Read(json) : null;

    // Its sender was restored from a backup and will never close it.
    private static Flag Orphaned(WantedResource before, DateTimeOffset at)
    {
        var flag = (Flag)FhirJson.Read(Encoding.UTF8.GetBytes(before.Body)).Resource!;
        var today = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        flag.Status = Flag.FlagStatus.Inactive;
        flag.Period!.End = string.CompareOrdinal(flag.Period.Start, today) < 0 ? today : flag.Period.Start;
        return flag;
    }

    // The plan of the current episode, and the closing of every other: there is one set of proposals at a time.
    private static IEnumerable<(WantedKey Key, CarePlan Plan)> CarePlans(IReadOnlyDictionary<WantedKey, string> stored, Assessment assessment, WriteContext context)
    {
        var current = assessment.Episode is { } episode ? WantedKey.ForCarePlan(episode.Number) : (WantedKey?)null;
        foreach (var key in stored.Keys.Where(key => key.Type == WantedKey.CarePlan && key != current))
            yield return (key, CarePlanWriter.Write(Ended(assessment, key.Episode, Read(stored[key])), context)!);

        // Nothing is wanted until something is proposed for the first time.
        if (current is { } own && (stored.ContainsKey(own) || assessment.CarePlan.Activities.Count > 0))
            yield return (own, CarePlanWriter.Write(assessment, context)!);
    }

    // An episode that a later one followed has run its course; one that is no longer known (its infusion was retracted) has not.
    private static Assessment Ended(Assessment assessment, int episode, WantedResource before)
    {
        var plan = (CarePlan)FhirJson.Read(Encoding.UTF8.GetBytes(before.Body)).Resource!;
        var infusedOn = DateOnly.ParseExact(plan.Period!.Start!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var followed = assessment.Episode?.Number > episode;
        return assessment with
        {
            Episode = new EpisodeSummary(episode, "", infusedOn, 0),
            State = States.Closed,
            CarePlan = new ProposedCarePlan([]),
            NextReviewAt = followed ? assessment.AsOf : null,
        };
    }

    private WantedResource OfFlag(Flag flag, IReadOnlyList<string> evidence, AssessmentChanged message, WriteContext context) =>
        Wanted(flag, systems.Flag, flag.Identifier[0].Value!, flag.Status == Flag.FlagStatus.Active, evidence, message, context);

    private WantedResource OfPlan(CarePlan plan, AssessmentChanged message, WriteContext context) =>
        Wanted(
            plan, systems.CarePlan, plan.Identifier[0].Value!, plan.Status == RequestStatus.Active && plan.Activity.Count > 0,
            [.. plan.SupportingInfo.Select(info => info.Reference!)], message, context);

    private static WantedResource Wanted(
        DomainResource resource, string system, string identifier, bool createWhenAbsent, IReadOnlyList<string> evidence, AssessmentChanged message, WriteContext context) => new()
        {
            System = system,
            Identifier = identifier,
            Body = Encoding.UTF8.GetString(FhirJson.Write(resource)),
            Hash = WantedResource.HashOf(resource),
            CreateWhenAbsent = createWhenAbsent,
            Evidence = evidence,
            EvidenceVersions = evidence.Distinct().Where(message.EvidenceVersions.ContainsKey).ToDictionary(reference => reference, reference => message.EvidenceVersions[reference]),
            Protocol = message.Assessment.Protocol,
            DecidedAt = context.At,
        };
}

/// <summary>A resource and what is wanted of it from now on, as JSON.</summary>
internal sealed record WantedChange(WantedKey Key, string Wanted);
