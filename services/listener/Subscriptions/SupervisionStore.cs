using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Reading;
using Dapper;
using static CarT.Fhir.Listener.Storing.UtcTicks;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>When something last came of a subscription, in UTC ticks.</summary>
internal sealed record SignsRow(long? HeardTicks, long? HandshakeTicks, long? EventTicks);

/// <summary>What is remembered of the Subscriptions that we want.</summary>
internal sealed class SupervisionStore(CartDatabase database, EventNumbers numbers, TimeProvider time)
{
    private const int MostFinds = 100;
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    /// <summary>What is remembered of a source, or of all.</summary>
    public Task<List<Supervised>> SupervisedAsync(string? source, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<Row>(
            """
            SELECT source AS Source, criteria AS Criteria, reference AS Reference, state AS State, state_ticks AS StateTicks, made_ticks AS MadeTicks,
                   good_ticks AS GoodTicks, asked_ticks AS AskedTicks, tried_ticks AS TriedTicks, tries AS Tries, repairs AS Repairs,
                   created_ticks AS CreatedTicks, unshown AS Unshown, written AS Written, deletes_refused AS DeletesRefused
            FROM supervised WHERE @source IS NULL OR source = @source ORDER BY source, criteria
            """, new { source })).Select(row => row.Supervised).ToList(), cancel);

    /// <summary>Remembers what became of a Subscription. What was heard under a reference that it no longer has is forgotten.</summary>
    public Task KeepAsync(Supervised now, string? formerReference, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO supervised (source, criteria, reference, state, state_ticks, made_ticks, good_ticks, asked_ticks, tried_ticks, tries, repairs,
                    created_ticks, unshown, written, deletes_refused)
                VALUES (@Source, @Criteria, @Reference, @State, @since, @made, @good, @asked, @tried, @Tries, @Repairs,
                    @created, @Unshown, @Written, @deletesRefused)
                ON CONFLICT (source, criteria) DO UPDATE SET
                    reference = excluded.reference, state = excluded.state, state_ticks = excluded.state_ticks, made_ticks = excluded.made_ticks,
                    good_ticks = excluded.good_ticks, asked_ticks = excluded.asked_ticks, tried_ticks = excluded.tried_ticks, tries = excluded.tries,
                    repairs = excluded.repairs, created_ticks = excluded.created_ticks, unshown = excluded.unshown, written = excluded.written,
                    deletes_refused = excluded.deletes_refused
                """,
                new
                {
                    now.Source,
                    now.Criteria,
                    now.Reference,
                    now.State,
                    since = now.Since.UtcTicks,
                    made = now.MadeAt?.UtcTicks,
                    good = now.GoodAt?.UtcTicks,
                    asked = now.AskedAt?.UtcTicks,
                    tried = now.TriedAt?.UtcTicks,
                    now.Tries,
                    now.Repairs,
                    created = now.CreatedAt?.UtcTicks,
                    now.Unshown,
                    now.Written,
                    deletesRefused = now.DeletesRefused ? 1 : 0,
                },
                transaction);
            if (formerReference is null || formerReference == now.Reference) return;
            // Nobody gives the numbers of one that is no more; what they said must be found by a poll.
            var from = await connection.ExecuteScalarAsync<long?>(
                "SELECT MIN(good_ticks) FROM event_gaps WHERE source = @Source AND reference = @formerReference", new { now.Source, formerReference }, transaction);
            if (from is not null) await CatchUps.RequestAsync(connection, transaction, now.Source, time.GetUtcNow().UtcTicks, from);
            await connection.ExecuteAsync(
                """
                DELETE FROM subscriptions WHERE source = @Source AND reference = @formerReference;
                DELETE FROM event_numbers WHERE source = @Source AND reference = @formerReference;
                DELETE FROM event_gaps WHERE source = @Source AND reference = @formerReference
                """,
                new { now.Source, formerReference }, transaction);
        }, cancel);

    /// <summary>Forgets the Subscriptions of a source that are wanted no more.</summary>
    public Task KeepOnlyAsync(string source, IReadOnlyCollection<string> criteria, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => connection.ExecuteAsync(
            $"DELETE FROM supervised WHERE source = @source AND {SqlDialect.Of(connection).IsNone("criteria", "kept")}",
            new { source, kept = criteria.ToArray() }, transaction), cancel);

    /// <summary>What came of a subscription by its own name (topic), or, as nothing names it in a classic notification, of its type.</summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="reference">Reference of the Subscription.</param>
    /// <param name="classicType">The resource type of classic criteria; null for a topic.</param>
    /// <param name="cancel">Ends the query.</param>
    public Task<SignsRow?> SignsAsync(string source, string reference, string? classicType, CancellationToken cancel) =>
        database.ReadAsync(async connection =>
        {
            if (classicType is null)
            {
                return await connection.QuerySingleOrDefaultAsync<SignsRow?>(
                    """
                    SELECT heard_ticks AS HeardTicks, handshake_ticks AS HandshakeTicks, event_ticks AS EventTicks
                    FROM subscriptions WHERE source = @source AND reference = @reference
                    """, new { source, reference });
            }
            var sent = await connection.ExecuteScalarAsync<long?>(
                """
                SELECT MAX(ticks) FROM (
                    SELECT MAX(received_ticks) AS ticks FROM notifications WHERE source = @source AND method <> 'GET' AND resource_type IS NULL
                    UNION ALL
                    SELECT MAX(received_ticks) FROM notifications WHERE source = @source AND method <> 'GET' AND resource_type = @classicType) AS sent
                """, new { source, classicType });
            return new SignsRow(sent, null, sent);
        }, cancel);

    /// <summary>
    /// How many resources a poll found, among the newest, that were new to us and changed at their source after a time: nobody had sent them. One that does not
    /// say when it changed is not counted: it may have been there long ago.
    /// </summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="type">Of this type, where the row says it.</param>
    /// <param name="since">By the machine's clock, which the clock of the source is near to.</param>
    /// <param name="cancel">Ends the query.</param>
    public async Task<long> FoundByPollSinceAsync(string source, string type, DateTimeOffset since, CancellationToken cancel)
    {
        var bodies = await database.ReadAsync(connection => connection.QueryAsync<byte[]>(
            """
            SELECT n.body FROM notifications n
            WHERE n.source = @source AND n.kind = 'polled' AND n.received_ticks > @ticks AND (n.resource_type IS NULL OR n.resource_type = @type)
              AND EXISTS (SELECT 1 FROM deliveries d WHERE d.notification_id = n.id)
            ORDER BY n.received_ticks DESC, n.id DESC LIMIT @MostFinds
            """,
            new { source, ticks = since.UtcTicks, type, MostFinds }), cancel);
        return bodies.LongCount(body => LenientJson.Instant(FhirJsonScan.Scan(body).Header.LastUpdated) > since + ClockMargin);
    }

    /// <summary>Notes the event count of an answer to <c>$status</c>.</summary>
    public Task HeardStatusAsync(string source, SubscriptionHeard heard, DateTimeOffset askedAt, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => numbers.HeardAsync(
            connection, transaction, source, HeardNumbers.QueryStatus, heard, askedAt, time.GetUtcNow().UtcTicks), cancel);

    private sealed record Row(
        string Source, string Criteria, string? Reference, string State, long StateTicks, long? MadeTicks, long? GoodTicks, long? AskedTicks,
        long? TriedTicks, long Tries, long Repairs, long? CreatedTicks, long Unshown, string? Written, long DeletesRefused)
    {
        public Supervised Supervised => new(Source, Criteria)
        {
            Reference = Reference,
            State = State,
            Since = Instant(StateTicks),
            MadeAt = Instant(MadeTicks),
            GoodAt = Instant(GoodTicks),
            AskedAt = Instant(AskedTicks),
            TriedAt = Instant(TriedTicks),
            Tries = Tries,
            Repairs = Repairs,
            CreatedAt = Instant(CreatedTicks),
            Unshown = Unshown,
            Written = Written,
            DeletesRefused = DeletesRefused != 0,
        };
    }
}
