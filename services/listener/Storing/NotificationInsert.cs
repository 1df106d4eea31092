using System.Data.Common;
using Dapper;

namespace CarT.Fhir.Listener.Storing;

/// <summary>The one statement that adds a row.</summary>
internal static class NotificationInsert
{
    /// <summary>Adds the row and returns its id.</summary>
    public static Task<long> RunAsync(DbConnection connection, DbTransaction transaction, NewNotification notification) =>
        connection.ExecuteScalarAsync<long>(
            """
            INSERT INTO notifications
                (source, received_ticks, method, channel, resource_type, resource_id, content_type, headers, traceparent, body, kind, status, asks)
            VALUES
                (@Source, @ReceivedTicks, @Method, @Channel, @ResourceType, @ResourceId, @ContentType, @Headers, @TraceParent, @Body, @Kind, @Status, @Asks)
            RETURNING id
            """,
            new
            {
                notification.Source,
                ReceivedTicks = notification.ReceivedAt.UtcTicks,
                notification.Method,
                notification.Channel,
                notification.ResourceType,
                notification.ResourceId,
                notification.ContentType,
                notification.Headers,
                notification.TraceParent,
                notification.Body,
                notification.Kind,
                notification.Status,
                Asks = notification.Asks ? 1 : 0,
            },
            transaction);
}
