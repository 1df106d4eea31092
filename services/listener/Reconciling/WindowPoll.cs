using System.Collections.Concurrent;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>
/// One poll of a source by <c>_lastUpdated</c>: each query from its watermark on, page by page. A watermark moves after the last page only; what breaks off
/// begins again at its start, and rows already stored do no harm.
/// </summary>
internal sealed class WindowPoll(PollStore store, SearchIntake intake, HistoryDeletes history, TimeProvider time)
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromDays(1);

    // Learnt anew at each start, so that a server may change.
    private readonly ConcurrentDictionary<string, Learnt> learnt = new(StringComparer.Ordinal);

    private sealed record Learnt(long At, IReadOnlySet<string> HistoryTypes, DateTimeOffset? ServerTime)
    {
        public bool ClocksAgree { get; set; }
    }

    /// <param name="source">The source to ask.</param>
    /// <param name="wish">How far back somebody wants it read again, or null.</param>
    /// <param name="cancel">Ends the poll.</param>
    /// <returns>One of <see cref="PollOutcome"/>, and how many rows were stored.</returns>
    public async Task<(string Outcome, long Found)> PollAsync(Source source, DateTimeOffset? wish, CancellationToken cancel)
    {
        var (known, probe) = await LearnAsync(source, cancel);
        if (known is null) return (probe, 0);
        var queries = QueriesOf(source, known);
        var watermarks = await store.WatermarksAsync(source.Name, queries, StartOf(source, known), cancel);
        var (worst, found) = (PollOutcome.Complete, 0L);
        foreach (var query in queries)
        {
            var taken = await AskAsync(source, query, watermarks[query.Key], wish, known, cancel);
            found += taken.Rows.Count;
            var outcome = PollOutcome.Of(taken);
            if (outcome is not (PollOutcome.Complete or PollOutcome.NotFound)) worst = outcome;
            if (!PollOutcome.IsSettled(outcome)) break;
        }
        return (worst, found);
    }

    private async Task<Intake> AskAsync(
        Source source, PollQuery query, DateTimeOffset watermark, DateTimeOffset? wish, Learnt known, CancellationToken cancel)
    {
        var poll = source.Options.Poll;
        var window = PollWindow.After(watermark, wish, time.GetUtcNow(), poll.Overlap);
        var taken = query.IsHistory
            ? await history.TakeAsync(source, query.Type, window.From, cancel)
            : await WalkAsync(source, window.Search(query.Key, poll.PageSize), cancel);
        known.ClocksAgree |= PollWindow.Agree(taken.Newest, taken.ServerTime, poll.Overlap);
        var reached = taken.IsComplete ? PollWindow.Advance(watermark, taken.Newest, taken.ServerTime, known.ClocksAgree, poll.SafetyLag) : watermark;
        await store.AnsweredAsync(source.Name, query.Key, reached, PollOutcome.Of(taken), cancel);
        return taken;
    }

    /// <summary>
    /// A walk of several pages is made twice: what is written in between moves results from page to page at many servers, and one that moved over the edge
    /// of a page was not seen. It may be older than the overlap of the next window.
    /// </summary>
    private async Task<Intake> WalkAsync(Source source, string search, CancellationToken cancel)
    {
        var seen = new HashSet<SearchedResource.Identity>();
        var first = await intake.TakeAsync(source, search, seen, cancel);
        if (!first.IsComplete || first.Pages == 1) return first;
        var second = await intake.TakeAsync(source, search, seen, cancel);
        return first with { Stopped = second.Stopped, Rows = [.. first.Rows, .. second.Rows] };
    }

    private static IReadOnlyList<PollQuery> QueriesOf(Source source, Learnt known)
    {
        var criteria = PollQuery.CriteriaOf(source);
        return source.Options.Poll.Deletes switch
        {
            "history" => [.. criteria, .. Deletes(_ => true)],
            "auto" => [.. criteria, .. Deletes(known.HistoryTypes.Contains)],
            _ => criteria,
        };

        IEnumerable<PollQuery> Deletes(Func<string, bool> told) => criteria.Select(query => query.Type).Distinct().Where(told).Select(PollQuery.DeletesOf);
    }

    // By the clock of the source where it tells one that is behind ours: nothing that it stamps from now on is missed.
    private DateTimeOffset StartOf(Source source, Learnt known)
    {
        var now = time.GetUtcNow();
        return source.Options.Poll.Since ?? (known.ServerTime < now ? known.ServerTime.Value : now);
    }

    /// <summary>What the source says about itself, asked once a day; null with the outcome when it does not answer.</summary>
    private async Task<(Learnt? Known, string Outcome)> LearnAsync(Source source, CancellationToken cancel)
    {
        if (learnt.TryGetValue(source.Name, out var known) && time.GetElapsedTime(known.At) < ProbeEvery) return (known, PollOutcome.Complete);
        var answer = await source.Paced.GetAsync("metadata", cancel);
        if (PollOutcome.Of(answer) is var outcome && !PollOutcome.IsSettled(outcome)) return (null, outcome);
        var declared = answer.Verdict == FhirVerdict.Done ? DeclaredHistory.Read(answer.Body) : new HashSet<string>();
        return (learnt[source.Name] = new Learnt(time.GetTimestamp(), declared, answer.Date) { ClocksAgree = known?.ClocksAgree ?? false }, outcome);
    }
}
