using System.Collections.Concurrent;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>
/// One poll of a source by <c>_lastUpdated</c>: each query from its watermark on, page by page. A watermark moves after the last page only; what breaks off
/// begins again at its start, and rows already stored do no harm. A query that is not answered stands in the way of no other.
/// </summary>
internal sealed class WindowPoll(PollStore store, SearchIntake intake, HistoryDeletes history, TimeProvider time)
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromDays(1);

    // Learnt anew at each start, so that a server may change.
    private readonly ConcurrentDictionary<string, Learnt> learnt = new(StringComparer.Ordinal);

    /// <summary>What a source says about itself. The types are null as long as it has not said which histories it tells.</summary>
    private sealed record Learnt(long At, IReadOnlySet<string>? HistoryTypes, DateTimeOffset? ServerTime);

    /// <param name="source">The source to ask.</param>
    /// <param name="wish">How far back somebody wants it read again, or null.</param>
    /// <param name="cancel">Ends the poll.</param>
    public async Task<PollTally> PollAsync(Source source, DateTimeOffset? wish, CancellationToken cancel)
    {
        var tally = new PollTally();
        var (known, silence) = await LearnAsync(source, cancel);
        if (silence is not null)
        {
            tally.Add(new Intake(silence, []));
            return tally;
        }
        var queries = await QueriesOfAsync(source, known, cancel);
        foreach (var (query, watermark) in await store.WatermarksAsync(source.Name, queries, source.Options.Poll.Since, StartOf(known), cancel))
        {
            tally.Add(await AskAsync(source, query, watermark, wish, cancel));
            if (tally.IsOver) break;
        }
        return tally;
    }

    private async Task<Intake> AskAsync(Source source, PollQuery query, DateTimeOffset watermark, DateTimeOffset? wish, CancellationToken cancel)
    {
        var poll = source.Options.Poll;
        var window = PollWindow.After(watermark, wish, time.GetUtcNow(), poll.Overlap);
        var taken = query.IsHistory
            ? await history.TakeAsync(source, query.Type, window.From, cancel)
            : await WalkAsync(source, window.Search(query.Key, poll.PageSize), cancel);
        var reached = IsSeenToNewest(taken) ? PollWindow.Advance(watermark, taken.Newest, taken.ServerTime, poll.SafetyLag) : watermark;
        await store.AnsweredAsync(source.Name, query.Key, reached, PollOutcome.Of(taken), cancel);
        return taken;
    }

    // Where the last page cannot be reached, asking the same again gives the same pages again: what was read in order is behind us.
    private static bool IsSeenToNewest(Intake taken) => taken.IsComplete || (taken.Stopped?.Fault == FhirAnswer.NextLink && taken.IsInOrder);

    /// <summary>
    /// A walk of several pages is made twice: what is written in between moves results from page to page at many servers, and one that moved over the edge
    /// of a page was not seen. It may be older than the overlap of the next window.
    /// </summary>
    private async Task<Intake> WalkAsync(Source source, string search, CancellationToken cancel)
    {
        var seen = new HashSet<SearchedResource.Identity>();
        var first = await intake.TakeAsync(source, search, seen, cancel);
        if (first.Pages == 1 || !(first.IsComplete || first.IsCutOff)) return first;
        var second = await intake.TakeAsync(source, search, seen, cancel);
        return first with { Stopped = second.Stopped, Rows = [.. first.Rows, .. second.Rows] };
    }

    private async Task<IReadOnlyList<PollQuery>> QueriesOfAsync(Source source, Learnt known, CancellationToken cancel)
    {
        var criteria = PollQuery.CriteriaOf(source);
        switch (source.Options.Poll.Deletes)
        {
            case "history":
                return [.. criteria, .. Deletes(_ => true)];
            case "auto":
                var told = known.HistoryTypes ?? await store.HistoryTypesAsync(source.Name, cancel);
                return [.. criteria, .. Deletes(told.Contains)];
            default:
                return criteria;
        }

        IEnumerable<PollQuery> Deletes(Func<string, bool> told) => criteria.Select(query => query.Type).Distinct().Where(told).Select(PollQuery.DeletesOf);
    }

    // By the clock of the source where it tells one that is behind ours: nothing that it stamps from now on is missed.
    private DateTimeOffset StartOf(Learnt known)
    {
        var now = time.GetUtcNow();
        return known.ServerTime < now ? known.ServerTime.Value : now;
    }

    /// <summary>What the source says about itself, asked once a day and until it can be read; with the answer that was none when it does not answer.</summary>
    private async Task<(Learnt Known, FhirAnswer? Silence)> LearnAsync(Source source, CancellationToken cancel)
    {
        if (learnt.TryGetValue(source.Name, out var known) && time.GetElapsedTime(known.At) < ProbeEvery) return (known, null);
        var answer = await source.Paced.GetAsync("metadata", cancel);
        var said = new Learnt(time.GetTimestamp(), known?.HistoryTypes, answer.Date);
        if (PollOutcome.IsOfSource(answer)) return (said, answer);
        if (answer.Verdict != FhirVerdict.Done || DeclaredHistory.Read(answer.Body) is not { } declared) return (said, null);
        return (learnt[source.Name] = said with { HistoryTypes = declared }, null);
    }
}
