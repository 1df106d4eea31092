using CarT.Fhir.Listener.Storing;
using CarT.Fhir.Listener.Subscriptions;
using static CarT.Fhir.Listener.Storing.UtcTicks;

namespace CarT.Fhir.Listener.Admin;

/// <summary>The Subscriptions at the sources as operators see them: those that we want, whether they stand there or not, and those only heard of.</summary>
internal sealed class SubscriptionViews(ListenerStore store, SupervisionStore supervision, GapStore gaps)
{
    /// <summary>By name of the source.</summary>
    public async Task<ILookup<string, SubscriptionView>> AllAsync(CancellationToken cancel)
    {
        var heard = await store.SubscriptionsAsync(cancel);
        var wanted = await supervision.SupervisedAsync(source: null, cancel);
        var numbers = (await gaps.NumbersAsync(cancel)).ToDictionary(row => (row.Source, row.Reference));
        var open = (await gaps.OpenAsync(source: null, cancel)).ToLookup(row => (row.Source, row.Reference), row => ViewOf(row.Gap));
        var known = heard.Select(row => (row.Source, View: ViewOf(
            row, wanted.Find(item => item.Source == row.Source && item.Reference == row.Reference),
            numbers.GetValueOrDefault((row.Source, row.Reference)), [.. open[(row.Source, row.Reference)]])));
        var absent = wanted.Where(item => !heard.Exists(row => row.Source == item.Source && row.Reference == item.Reference))
            .Select(item => (item.Source, View: ViewOf(new SubscriptionRow(item.Source, item.Reference ?? "", item.Criteria, null, null, null, null, null), item, null, [])));
        return known.Concat(absent).ToLookup(item => item.Source, item => item.View);
    }

    private static SubscriptionView ViewOf(SubscriptionRow row, Supervised? wanted, NumbersRow? numbers, IReadOnlyList<GapView> gaps) => new(
        row.Reference.Length > 0 ? row.Reference : null,
        wanted?.Criteria ?? row.Criteria,
        row.Status,
        wanted?.State,
        wanted?.Since,
        Instant(row.HandshakeTicks),
        Instant(row.HeardTicks),
        row.EventsSinceStart,
        row.HighestEvent,
        numbers?.Epoch,
        numbers?.Repeats,
        gaps,
        wanted?.Repairs);

    private static GapView ViewOf(EventGap gap) => new(gap.First, gap.Last, gap.OpenedAt, gap.Attempts, gap.PollWantedAt);
}
