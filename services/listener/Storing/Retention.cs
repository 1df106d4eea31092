using CarT.Fhir.Hosting.Storage;
using Dapper;

namespace CarT.Fhir.Listener.Storing;

/// <summary>
/// Removes the bodies of old rows that are done or of a form that is not worked, also of those that turned out to be of no use: they hold data of patients and are needed no more. A row
/// that was refused keeps its body as long as the refusal is open, since an operator can release it.
/// </summary>
internal sealed partial class Retention(CartDatabase database, TimeProvider time, ILogger<Retention> log) : BackgroundService
{
    private const int BatchRows = 500;
    private static readonly TimeSpan BodyKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var removed = 0;
                for (int batch; (batch = await RemoveAsync(stoppingToken)) > 0; removed += batch)
                {
                }
                if (removed > 0) Log.Removed(log, removed);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Fails(log, e.GetType().Name, e.StackTrace);
            }
            await Task.Delay(SweepEvery, time, stoppingToken);
        }
    }

    private Task<int> RemoveAsync(CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(
                """
                UPDATE notifications SET body = @nothing, body_removed_ticks = @now
                WHERE id IN (
                    SELECT n.id FROM (
                        SELECT id FROM notifications WHERE status = 'done' AND body_removed_ticks IS NULL AND received_ticks < @before
                        UNION ALL
                        SELECT id FROM notifications WHERE status = 'unsupported' AND body_removed_ticks IS NULL AND received_ticks < @before) n
                    WHERE NOT EXISTS (SELECT 1 FROM refused r WHERE r.notification_id = n.id AND r.released_ticks IS NULL)
                    LIMIT @limit)
                """,
                new { nothing = Array.Empty<byte>(), now = time.GetUtcNow().UtcTicks, before = (time.GetUtcNow() - BodyKept).UtcTicks, limit = BatchRows },
                transaction),
            cancel);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The bodies of {Count} rows that are done were removed, as they are old")]
        public static partial void Removed(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Old bodies could not be removed; tried again later, {Fault} {Stack}")]
        public static partial void Fails(ILogger logger, string fault, string? stack);
    }
}
