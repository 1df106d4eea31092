using System.Data.Common;
using CarT.Fhir.Contracts;
using CarT.Fhir.Hosting.Storage;
using CarT.Fhir.Listener.FirstSight;
using CarT.Fhir.Listener.Reconciling;
using CarT.Fhir.Listener.Subscriptions;
using Dapper;

namespace CarT.Fhir.Listener.Storing;

/// <summary>The rows of the listener: notifications as received, deliveries not yet receipted, refusals, subscriptions.</summary>
internal sealed class ListenerStore(CartDatabase database, EventNumbers numbers, Backfills backfills, TimeProvider time)
{
    private const string OpenDeliveries =
        """
        SELECT d.id AS Id, d.source AS Source, d.patient_id AS PatientId, d.body AS Body, n.received_ticks AS ReceivedTicks, n.traceparent AS TraceParent
        FROM deliveries d JOIN notifications n ON n.id = d.notification_id
        WHERE d.done_ticks IS NULL
        """;

    /// <summary>Stores a notification; when this returns it is on disk. Returns its row id.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="refusal">Why it was refused at the door, or null.</param>
    /// <param name="cancel">Ends the wait; the row may be stored all the same.</param>
    /// <exception cref="DbException">The store cannot take it.</exception>
    public Task<long> AddAsync(NewNotification notification, NewRefusal? refusal, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var id = await NotificationInsert.RunAsync(connection, transaction, notification);
            if (refusal is not null) await InsertRefusalAsync(connection, transaction, id, notification.Source, refusal);
            return id;
        }, cancel);

    /// <summary>Ids of the rows of a source that are to be worked now, oldest first.</summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="asks">Those that need an answer of the source, or the others.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Ends the query.</param>
    public Task<List<long>> ReadyAsync(string source, bool asks, int limit, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<long>(
            """
            SELECT id FROM notifications
            WHERE source = @source AND asks = @asks AND status = 'received' AND next_attempt_ticks <= @now ORDER BY id LIMIT @limit
            """,
            new { source, asks = asks ? 1 : 0, now = time.GetUtcNow().UtcTicks, limit })).AsList(), cancel);

    /// <summary>A row with its body; null when it is no longer to be worked in this way.</summary>
    public Task<NotificationRow?> FindReadyAsync(long id, bool asks, CancellationToken cancel) =>
        database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<NotificationRow?>(
            """
            SELECT id AS Id, source AS Source, received_ticks AS ReceivedTicks, method AS Method, channel AS Channel, resource_type AS ResourceType,
                   resource_id AS ResourceId, headers AS Headers, traceparent AS TraceParent, body AS Body, kind AS Kind,
                   attempts AS Attempts
            FROM notifications WHERE id = @id AND asks = @asks AND status = 'received' AND next_attempt_ticks <= @now
            """,
            new { id, asks = asks ? 1 : 0, now = time.GetUtcNow().UtcTicks }), cancel);

    /// <summary>The row needs an answer of its source.</summary>
    public Task MarkAskingAsync(long id, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync("UPDATE notifications SET asks = 1 WHERE id = @id", new { id }, transaction), cancel);

    /// <summary>The row could not be worked now; it is tried again after the delay.</summary>
    public Task PostponeAsync(long id, TimeSpan delay, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                "UPDATE notifications SET attempts = attempts + 1, next_attempt_ticks = @next WHERE id = @id",
                new { id, next = (time.GetUtcNow() + delay).UtcTicks }, transaction),
            cancel);

    /// <summary>
    /// Records what became of a row, with its deliveries and refusals, in one transaction. What earlier work of the row left is superseded. False when a
    /// resource that was taken as sent may not be what stands at its source: then the row needs an answer of the source, and nothing of it is sent.
    /// </summary>
    public Task<bool> SettleAsync(WorkedRow row, CancellationToken cancel) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var now = time.GetUtcNow().UtcTicks;
            foreach (var reference in row.GoneWithoutVersion)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO deleted (source, reference, at_ticks) VALUES (@Source, @reference, @now) ON CONFLICT DO NOTHING",
                    new { row.Source, reference, now }, transaction);
            }
            if (await KnownVersions.NeedSourceAsync(connection, transaction, row.Source, row.NumericVersions, row.TakenAsSent))
            {
                await connection.ExecuteAsync("UPDATE notifications SET asks = 1 WHERE id = @Id", new { row.Id }, transaction);
                return false;
            }
            await connection.ExecuteAsync(
                """
                UPDATE deliveries SET done_ticks = @now, body = '' WHERE notification_id = @Id AND done_ticks IS NULL;
                UPDATE refused SET released_ticks = @now WHERE notification_id = @Id AND released_ticks IS NULL;
                UPDATE notifications SET status = @Status, kind = CASE WHEN kind IN ('polled', 'fetched') THEN kind ELSE @Kind END, note = @Note WHERE id = @Id
                """,
                new { now, row.Id, row.Status, row.Kind, row.Note }, transaction);
            foreach (var delivery in row.Deliveries)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO deliveries (notification_id, source, patient_id, body) VALUES (@Id, @Source, @PatientId, @Body)",
                    new { row.Id, row.Source, delivery.PatientId, delivery.Body }, transaction);
            }
            foreach (var refusal in row.Refusals) await InsertRefusalAsync(connection, transaction, row.Id, row.Source, refusal);
            foreach (var part in row.Apart) await NotificationInsert.RunAsync(connection, transaction, part);
            if (row.Heard is { } heard) await UpsertHeardAsync(connection, transaction, row.Source, heard, now);
            await numbers.HeardAsync(connection, transaction, row, now);
            await KnownVersions.RecordAsync(connection, transaction, row);
            await CatchUps.RequestAsync(connection, transaction, row, now);
            await backfills.RequestAsync(connection, transaction, row, now);
            return true;
        }, cancel);

    /// <summary>Whether only the source can tell if this version, taken as sent, is the newest (P3.2).</summary>
    public Task<bool> NeedsSourceAsync(string source, bool numeric, ResourceVersion version, CancellationToken cancel) =>
        database.ReadAsync(connection => KnownVersions.NeedSourceAsync(connection, null, source, numeric, [version]), cancel);

    /// <summary>The known versions among these resources, by reference.</summary>
    public Task<Dictionary<string, KnownVersion>> KnownAsync(string source, IReadOnlyCollection<string> references, CancellationToken cancel) =>
        database.ReadAsync(connection => KnownVersions.FindAsync(connection, null, source, references), cancel);

    /// <summary>Deliveries without receipt after a row id, oldest first.</summary>
    public Task<List<DeliveryRow>> OpenDeliveriesAsync(long afterId, int limit, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<DeliveryRow>(
            OpenDeliveries + " AND d.id > @afterId ORDER BY d.id LIMIT @limit", new { afterId, limit })).AsList(), cancel);

    /// <summary>Those of the deliveries that still have no receipt.</summary>
    public Task<List<DeliveryRow>> OpenDeliveriesAsync(IReadOnlyCollection<long> ids, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<DeliveryRow>(
            $"{OpenDeliveries} AND {SqlDialect.Of(connection).IsAny("d.id", "ids")} ORDER BY d.id", new { ids = ids.ToArray() })).AsList(), cancel);

    /// <summary>The receipt: these deliveries are done, and so is every notification that has no other one open.</summary>
    public Task ReceiptAsync(string source, IReadOnlyCollection<long> deliveryIds, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                $"""
                UPDATE deliveries SET done_ticks = @now, body = '' WHERE {SqlDialect.Of(connection).IsAny("id", "ids")} AND source = @source AND done_ticks IS NULL;
                UPDATE notifications SET status = 'done'
                WHERE status = 'sent' AND id IN (SELECT notification_id FROM deliveries WHERE {SqlDialect.Of(connection).IsAny("id", "ids")} AND source = @source)
                  AND NOT EXISTS (SELECT 1 FROM deliveries WHERE notification_id = notifications.id AND done_ticks IS NULL)
                """,
                new { now = time.GetUtcNow().UtcTicks, source, ids = deliveryIds.ToArray() }, transaction),
            cancel);

    /// <summary>Rows by source and status, with the time of the last one.</summary>
    public Task<List<StatusCount>> CountsAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<StatusCount>(
            """
            SELECT source AS Source, status AS Status, COUNT(*) AS Rows, MAX(received_ticks) AS LastTicks
            FROM notifications GROUP BY source, status ORDER BY source, status
            """)).AsList(), cancel);

    /// <summary>Rows by source that could not be worked at the first try and wait for the next.</summary>
    public Task<Dictionary<string, long>> RetryingCountsAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection =>
            (await connection.QueryAsync<(string Source, long Count)>(
                "SELECT source, COUNT(*) FROM notifications WHERE status = 'received' AND attempts > 0 GROUP BY source"))
                .ToDictionary(row => row.Source, row => row.Count, StringComparer.OrdinalIgnoreCase), cancel);

    /// <summary>Rows that are not yet done: to be worked, or sent without receipt.</summary>
    public Task<long> CountWaitingAsync(CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long>(
                "SELECT (SELECT COUNT(*) FROM notifications WHERE status = 'received') + (SELECT COUNT(*) FROM deliveries WHERE done_ticks IS NULL)"),
            cancel);

    /// <summary>When the oldest row that is not yet done was received, UTC ticks; null when all are done.</summary>
    public Task<long?> OldestWaitingTicksAsync(CancellationToken cancel) =>
        database.ReadAsync(
            connection => connection.ExecuteScalarAsync<long?>(
                """
                SELECT MIN(ticks) FROM (
                    SELECT MIN(received_ticks) AS ticks FROM notifications WHERE status = 'received'
                    UNION ALL
                    SELECT MIN(n.received_ticks) FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE d.done_ticks IS NULL) AS waiting
                """),
            cancel);

    /// <summary>Open refusals after an id, oldest first.</summary>
    public Task<List<RefusedRow>> RefusedAsync(long afterId, int limit, CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<RefusedRow>(
            """
            SELECT id AS Id, notification_id AS NotificationId, source AS Source, code AS Code, resource AS Resource, text AS Text, at_ticks AS AtTicks
            FROM refused WHERE released_ticks IS NULL AND id > @afterId ORDER BY id LIMIT @limit
            """,
            new { afterId, limit })).AsList(), cancel);

    /// <summary>Open refusals by source.</summary>
    public Task<Dictionary<string, long>> RefusedCountsAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection =>
            (await connection.QueryAsync<(string Source, long Count)>("SELECT source, COUNT(*) FROM refused WHERE released_ticks IS NULL GROUP BY source"))
                .ToDictionary(row => row.Source, row => row.Count, StringComparer.OrdinalIgnoreCase), cancel);

    /// <summary>Puts the notification of an open refusal back to work. Returns its source, or null when there is no such open refusal.</summary>
    public Task<string?> ReleaseAsync(long refusedId, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.QuerySingleOrDefaultAsync<string?>(
                """
                UPDATE notifications SET status = 'received', asks = 0, attempts = 0, next_attempt_ticks = 0
                WHERE id = (SELECT notification_id FROM refused WHERE id = @refusedId AND released_ticks IS NULL)
                RETURNING source
                """,
                new { refusedId }, transaction),
            cancel);

    public Task<List<SubscriptionRow>> SubscriptionsAsync(CancellationToken cancel) =>
        database.ReadAsync(async connection => (await connection.QueryAsync<SubscriptionRow>(
            """
            SELECT source AS Source, reference AS Reference, criteria AS Criteria, status AS Status, handshake_ticks AS HandshakeTicks,
                   heard_ticks AS HeardTicks, events_since_start AS EventsSinceStart, highest_event AS HighestEvent
            FROM subscriptions ORDER BY source, reference
            """)).AsList(), cancel);

    /// <summary>Remembers a subscription that stands at the source for us, with its criteria and status there.</summary>
    public Task KeepSubscriptionAsync(string source, string reference, string criteria, string? status, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                INSERT INTO subscriptions (source, reference, criteria, status) VALUES (@source, @reference, @criteria, @status)
                ON CONFLICT (source, reference) DO UPDATE SET criteria = excluded.criteria, status = excluded.status
                """,
                new { source, reference, criteria, status }, transaction),
            cancel);

    private static Task<int> UpsertHeardAsync(DbConnection connection, DbTransaction transaction, string source, SubscriptionHeard heard, long now) =>
        connection.ExecuteAsync(
            """
            INSERT INTO subscriptions (source, reference, status, handshake_ticks, heard_ticks, events_since_start, highest_event)
            VALUES (@source, @Reference, @Status, @handshake, @now, @EventsSinceStart, @HighestEvent)
            ON CONFLICT (source, reference) DO UPDATE SET
                status = COALESCE(excluded.status, subscriptions.status),
                handshake_ticks = COALESCE(excluded.handshake_ticks, subscriptions.handshake_ticks),
                heard_ticks = excluded.heard_ticks,
                events_since_start = COALESCE(excluded.events_since_start, subscriptions.events_since_start),
                highest_event = CASE WHEN excluded.highest_event > COALESCE(subscriptions.highest_event, -1) THEN excluded.highest_event
                                     ELSE subscriptions.highest_event END
            """,
            new { source, heard.Reference, heard.Status, handshake = heard.Handshake ? now : (long?)null, now, heard.EventsSinceStart, heard.HighestEvent },
            transaction);

    private Task<int> InsertRefusalAsync(DbConnection connection, DbTransaction transaction, long notificationId, string source, NewRefusal refusal) =>
        connection.ExecuteAsync(
            "INSERT INTO refused (notification_id, source, code, resource, text, at_ticks) VALUES (@notificationId, @source, @Code, @Resource, @Text, @at)",
            new { notificationId, source, refusal.Code, refusal.Resource, refusal.Text, at = time.GetUtcNow().UtcTicks }, transaction);
}
