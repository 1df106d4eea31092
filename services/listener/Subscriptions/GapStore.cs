using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener.Reconciling;
using Dapper;
using static CarT.Fhir.Listener.Storing.UtcTicks;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>An open gap as it is stored.</summary>
internal sealed record GapRow(
    string Source, string Reference, long First, long Last, long OpenedTicks, long GoodTicks, long Attempts, long NextTicks, long? PollWantedTicks)
{
    public const string Select =
        """
        SELECT source AS Source, reference AS Reference, first AS First, last AS Last, opened_ticks AS OpenedTicks, good_ticks AS GoodTicks,
               attempts AS Attempts, next_attempt_ticks AS NextTicks, poll_wanted_ticks AS PollWantedTicks
        FROM event_gaps
        """;

    public EventGap Gap => new(First, Last, Instant(OpenedTicks), Instant(GoodTicks))
    {
        Attempts = Attempts,
        NextAttemptAt = Instant(NextTicks),
        PollWantedAt = Instant(PollWantedTicks),
    };
}

/// <summary>The numbers of one subscription, for operators.</summary>
internal sealed record NumbersRow(string Source, string Reference, long Epoch, long Highest, long Repeats, long Gaps);

/// <summary>The rows of gaps in event numbers. They are opened and filled by <see cref="EventNumbers"/>, with the row that shows them.</summary>
internal sealed class GapStore(CartDatabase database, TimeProvider time)
{
    // Only while it is as it was read: what came meanwhile has its own effect.
    private const string ThisGap = " WHERE source = @Source AND reference = @Reference AND first = @First AND last = @Last";

    /// <summary>Open gaps of a source, or of all; oldest number first.</summary>
    public Task<List<GapRow>> OpenAsync(string? source, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<GapRow>(
            GapRow.Select + " WHERE @source IS NULL OR source = @source ORDER BY source, reference, first", new { source })).AsList(), cancel);

    public Task<List<NumbersRow>> NumbersAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<NumbersRow>(
            """
            SELECT source AS Source, reference AS Reference, epoch AS Epoch, highest AS Highest, repeats AS Repeats, gaps AS Gaps
            FROM event_numbers ORDER BY source, reference
            """)).AsList(), cancel);

    /// <summary>The source was asked for the numbers of a gap; it is asked again after the delay if they are still missing then.</summary>
    public Task AskedAsync(GapRow gap, TimeSpan delay, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => connection.ExecuteAsync(
            "UPDATE event_gaps SET attempts = attempts + 1, next_attempt_ticks = @next" + ThisGap,
            new { next = (time.GetUtcNow() + delay).UtcTicks, gap.Source, gap.Reference, gap.First, gap.Last }, transaction), cancel);

    /// <summary>The source does not give the numbers of a gap: asks for a poll that looks back to the last event before it.</summary>
    public Task WantPollAsync(GapRow gap, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var now = time.GetUtcNow().UtcTicks;
            await connection.ExecuteAsync(
                "UPDATE event_gaps SET poll_wanted_ticks = @now" + ThisGap, new { now, gap.Source, gap.Reference, gap.First, gap.Last }, transaction);
            await CatchUps.RequestAsync(connection, transaction, gap.Source, now, gap.GoodTicks);
        }, cancel);

    /// <summary>Closes the gaps of a source that a complete poll has covered. Returns how many.</summary>
    public Task<int> CloseCoveredAsync(string source, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                $"DELETE FROM event_gaps WHERE source = @source AND {CatchUps.IsCovered("poll_wanted_ticks")}", new { source }, transaction),
            cancel);
}
