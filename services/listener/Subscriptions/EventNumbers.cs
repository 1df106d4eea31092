using System.Data.Common;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using Dapper;
using static CarT.Fhir.Listener.Storing.UtcTicks;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>
/// The event numbers heard of each topic subscription, so that a missing one is noticed (Subscriptions R5 Backport IG 1.1.0, "Handling errors"). Only at
/// sources whose gap policy is contiguous: others number per Bundle, per node or not at all.
/// </summary>
internal sealed class EventNumbers(SourceTable sources)
{
    /// <summary>Notes the numbers that a notification carried, in the transaction that settles its row.</summary>
    public async Task HeardAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, long nowTicks)
    {
        if (row.Heard is not { } heard) return;
        if (row.Kind == NotificationKind.Event)
        {
            await connection.ExecuteAsync(
                "UPDATE subscriptions SET event_ticks = @nowTicks WHERE source = @Source AND reference = @Reference",
                new { nowTicks, row.Source, heard.Reference }, transaction);
        }
        await HeardAsync(connection, transaction, row.Source, row.Kind, heard, row.ReceivedAt, nowTicks);
    }

    /// <summary>Notes what a source says about the numbers of a subscription.</summary>
    /// <param name="connection">Of the transaction.</param>
    /// <param name="transaction">In which it becomes known.</param>
    /// <param name="source">Name of the source.</param>
    /// <param name="kind">As <see cref="HeardNumbers.Kind"/>.</param>
    /// <param name="heard">The status.</param>
    /// <param name="receivedAt">As <see cref="HeardNumbers.ReceivedAt"/>.</param>
    /// <param name="nowTicks">Now, on our clock.</param>
    public async Task HeardAsync(
        DbConnection connection, DbTransaction transaction, string source, string kind, SubscriptionHeard heard, DateTimeOffset receivedAt, long nowTicks)
    {
        if (!sources.TryFind(source, out var known) || !known.Options.Subscription.EventsAreContiguous) return;
        var key = new Key(source, heard.Reference);
        var before = await FindAsync(connection, transaction, key);
        var tracked = EventTracker.Track(before, new HeardNumbers(kind, heard.EventsSinceStart, heard.Events, receivedAt, Instant(nowTicks)));
        if (tracked.State is not { } state) return;
        await SaveAsync(connection, transaction, key, state, tracked.Repeats, tracked.Opened.Count);
        if (before is null || !before.Gaps.SequenceEqual(state.Gaps)) await SaveGapsAsync(connection, transaction, key, state.Gaps);
        if (tracked.ResetSince is { } since)
            await CatchUps.RequestAsync(connection, transaction, source, nowTicks, since.UtcTicks);
    }

    private static async Task<EventState?> FindAsync(DbConnection connection, DbTransaction transaction, Key key)
    {
        var row = await connection.QuerySingleOrDefaultAsync<StateRow?>(
            """
            SELECT epoch AS Epoch, highest AS Highest, highest_ticks AS HighestTicks, latest_event_ticks AS LatestEventTicks
            FROM event_numbers WHERE source = @Source AND reference = @Reference
            """, key, transaction);
        if (row is null) return null;
        var gaps = await connection.QueryAsync<GapRow>(
            GapRow.Select + " WHERE source = @Source AND reference = @Reference ORDER BY first", key, transaction);
        return new EventState
        {
            Epoch = row.Epoch,
            Highest = row.Highest,
            HighestAt = Instant(row.HighestTicks),
            LatestEventAt = Instant(row.LatestEventTicks),
            Gaps = [.. gaps.Select(gap => gap.Gap)],
        };
    }

    private static Task<int> SaveAsync(DbConnection connection, DbTransaction transaction, Key key, EventState state, long repeats, long gaps) =>
        connection.ExecuteAsync(
            """
            INSERT INTO event_numbers (source, reference, epoch, highest, highest_ticks, latest_event_ticks, repeats, gaps)
            VALUES (@Source, @Reference, @Epoch, @Highest, @highestTicks, @latestEventTicks, @repeats, @gaps)
            ON CONFLICT (source, reference) DO UPDATE SET
                epoch = excluded.epoch, highest = excluded.highest, highest_ticks = excluded.highest_ticks,
                latest_event_ticks = excluded.latest_event_ticks, repeats = event_numbers.repeats + @repeats, gaps = event_numbers.gaps + @gaps
            """,
            new
            {
                key.Source,
                key.Reference,
                state.Epoch,
                state.Highest,
                highestTicks = state.HighestAt.UtcTicks,
                latestEventTicks = state.LatestEventAt?.UtcTicks,
                repeats,
                gaps,
            },
            transaction);

    private static async Task SaveGapsAsync(DbConnection connection, DbTransaction transaction, Key key, IReadOnlyList<EventGap> gaps)
    {
        await connection.ExecuteAsync("DELETE FROM event_gaps WHERE source = @Source AND reference = @Reference", key, transaction);
        foreach (var gap in gaps)
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO event_gaps (source, reference, first, last, opened_ticks, good_ticks, attempts, next_attempt_ticks,
                    poll_wanted_ticks)
                VALUES (@Source, @Reference, @First, @Last, @opened, @good, @Attempts, @next, @poll)
                """,
                new
                {
                    key.Source,
                    key.Reference,
                    gap.First,
                    gap.Last,
                    opened = gap.OpenedAt.UtcTicks,
                    good = gap.GoodAt.UtcTicks,
                    gap.Attempts,
                    next = gap.NextAttemptAt.UtcTicks,
                    poll = gap.PollWantedAt?.UtcTicks,
                },
                transaction);
        }
    }

    private sealed record Key(string Source, string Reference);

    private sealed record StateRow(long Epoch, long Highest, long HighestTicks, long? LatestEventTicks);
}
