using CarT.Fhir.Listener.Reconciling;
using static CarT.Fhir.Listener.Storing.UtcTicks;

namespace CarT.Fhir.Listener.Admin;

/// <summary>The polls of all sources as operators see them.</summary>
internal sealed class PollViews
{
    private readonly Dictionary<string, PollRow> polls;
    private readonly ILookup<string, WatermarkRow> watermarks;

    private PollViews(IEnumerable<PollRow> polls, IEnumerable<WatermarkRow> watermarks)
    {
        this.polls = polls.ToDictionary(row => row.Source, StringComparer.Ordinal);
        this.watermarks = watermarks.ToLookup(row => row.Source, StringComparer.Ordinal);
    }

    public static async Task<PollViews> ReadAsync(PollStore store, CancellationToken cancel) =>
        new(await store.AllAsync(cancel), await store.WatermarksAsync(cancel));

    public PollView Of(string source)
    {
        var row = polls.GetValueOrDefault(source);
        return new PollView(
            Instant(row?.AttemptTicks), row?.Outcome, Instant(row?.CompleteTicks), row?.Failures ?? 0, row?.Found ?? 0, row?.WantedTicks is not null,
            [.. watermarks[source].Select(mark => new WatermarkView(mark.Query, Instant(mark.WatermarkTicks), mark.Outcome))]);
    }
}
