using System.Text.Json;
using CarT.Fhir.Contracts;
using CarT.Fhir.Contracts.Messages;

namespace CarT.Fhir.Hematology;

/// <summary>
/// A flag interval that was published, with its ordinal among the intervals of its code and episode. <see cref="WithdrawnAs"/> is the status it got
/// when it was withdrawn, or null; a withdrawn interval keeps its ordinal for ever.
/// </summary>
public sealed record PublishedFlag(
    string Code, int Episode, int Ordinal, DateOnly Since, DateOnly? Until, IReadOnlyList<string> Evidence, string Text, string? WithdrawnAs);

/// <summary>
/// The ordinal of each flag of the new assessment (in its order), every withdrawn interval (of this and earlier revisions, so that the newest message
/// tells the whole), and what to keep as published for the next time.
/// </summary>
public sealed record FlagChanges(IReadOnlyList<int> Ordinals, IReadOnlyList<WithdrawnFlag> Withdrawn, IReadOnlyList<PublishedFlag> Published);

/// <summary>Carries the identity of flag intervals from one assessment to the next (P11.3).</summary>
public static class FlagHistory
{
    /// <summary>
    /// Matches the intervals of a new assessment with the published ones: by the same first day, else by overlap; others get the next free ordinal.
    /// A published interval without a match is withdrawn.
    /// </summary>
    /// <param name="published">What <see cref="FlagChanges.Published"/> gave the last time; empty at first.</param>
    /// <param name="assessment">The new assessment.</param>
    /// <param name="corrected">
    /// References of the resources whose version was replaced or retracted since: they decide between entered-in-error and inactive.
    /// </param>
    public static FlagChanges Apply(IReadOnlyList<PublishedFlag> published, Assessment assessment, IReadOnlySet<string> corrected)
    {
        var matches = Match(published, assessment.Flags);
        var ordinals = new int[assessment.Flags.Count];
        var now = new List<PublishedFlag>(published.Count + assessment.Flags.Count);
        var matched = new HashSet<PublishedFlag>(matches.OfType<PublishedFlag>(), ReferenceEqualityComparer.Instance);
        now.AddRange(published.Where(p => !matched.Contains(p)).Select(p => p.WithdrawnAs is null ? Withdraw(p, corrected, Today(assessment)) : p));
        for (var i = 0; i < ordinals.Length; i++)
        {
            var flag = assessment.Flags[i];
            ordinals[i] = matches[i]?.Ordinal ?? NextOrdinal(flag, published, now);
            now.Add(new PublishedFlag(flag.Code, flag.Episode, ordinals[i], flag.Since, flag.Until, flag.Evidence, flag.Text, WithdrawnAs: null));
        }

        now.Sort(ByIdentity);
        var withdrawn = now.FindAll(static p => p.WithdrawnAs is not null)
            .ConvertAll(static p => new WithdrawnFlag(p.Code, p.Episode, p.Ordinal, p.WithdrawnAs!, p.Since, p.Until, p.Text));
        return new FlagChanges(ordinals, withdrawn, now);
    }

    /// <summary>Whether two assessments say the same, apart from asOf, the running day and the next review (P11.4).</summary>
    public static bool SameContent(Assessment a, Assessment b) => Content(a).AsSpan().SequenceEqual(Content(b));

    private static byte[] Content(Assessment assessment) => JsonSerializer.SerializeToUtf8Bytes(
        assessment with { AsOf = default, Episode = assessment.Episode is { } episode ? episode with { Day = 0 } : null, NextReviewAt = null },
        CartJson.Options);

    private static PublishedFlag?[] Match(IReadOnlyList<PublishedFlag> published, IReadOnlyList<AssessedFlag> flags)
    {
        var matches = new PublishedFlag?[flags.Count];
        var free = published.Where(static p => p.WithdrawnAs is null).ToList();
        MatchBy(static (p, f) => p.Since == f.Since);
        MatchBy(static (p, f) => p.Since < (f.Until ?? DateOnly.MaxValue) && f.Since < (p.Until ?? DateOnly.MaxValue));
        return matches;

        void MatchBy(Func<PublishedFlag, AssessedFlag, bool> same)
        {
            for (var i = 0; i < flags.Count; i++)
            {
                var flag = flags[i];
                if (matches[i] is null) matches[i] = free.Find(p => p.Code == flag.Code && p.Episode == flag.Episode && same(p, flag));
                if (matches[i] is { } match) free.Remove(match);
            }
        }
    }

    /// <summary>It stood until today: an open interval that is withdrawn must not look as if it went on.</summary>
    private static PublishedFlag Withdraw(PublishedFlag flag, IReadOnlySet<string> corrected, DateOnly today) => flag with
    {
        WithdrawnAs = flag.Evidence.Any(corrected.Contains) ? FlagStatuses.EnteredInError : FlagStatuses.Inactive,
        Until = flag.Until is { } until && until <= today ? until : today > flag.Since ? today : flag.Since,
    };

    /// <summary>The local day of asOf; without an episode there is no local day any more, and the day in UTC serves.</summary>
    private static DateOnly Today(Assessment assessment) =>
        assessment.Episode is { } episode ? episode.InfusedOn.AddDays(episode.Day) : DateOnly.FromDateTime(assessment.AsOf.UtcDateTime);

    private static int NextOrdinal(AssessedFlag flag, IReadOnlyList<PublishedFlag> published, List<PublishedFlag> now) =>
        published.Concat(now).Where(p => p.Code == flag.Code && p.Episode == flag.Episode).Select(static p => p.Ordinal).DefaultIfEmpty(0).Max() + 1;

    private static int ByIdentity(PublishedFlag a, PublishedFlag b)
    {
        var order = a.Episode.CompareTo(b.Episode);
        if (order == 0) order = string.CompareOrdinal(a.Code, b.Code);
        return order != 0 ? order : a.Ordinal.CompareTo(b.Ordinal);
    }
}
