using System.Data.Common;
using CarT.Fhir.Listener.Storing;
using Dapper;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>Wishes for a poll before its time: a sender said that something changed and not what.</summary>
internal static class CatchUps
{
    /// <summary>Notes the wish of a row, in the transaction that settles it; many wishes are one poll.</summary>
    public static Task RequestAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, long nowTicks) =>
        row.AsksCatchUp ? RequestAsync(connection, transaction, row.Source, row.ReceivedAt.UtcTicks) : Task.CompletedTask;

    /// <summary>Notes a wish for a poll that starts after a time of the machine's clock.</summary>
    /// <param name="connection">The listener's database.</param>
    /// <param name="transaction">In which the reason of the wish is stored.</param>
    /// <param name="source">Name of the source.</param>
    /// <param name="ticks">UTC ticks of the reason; a poll that started later has seen it.</param>
    /// <param name="fromTicks">How far back the poll shall look at least, by the clock of the source; null: as ever.</param>
    public static Task RequestAsync(DbConnection connection, DbTransaction transaction, string source, long ticks, long? fromTicks = null) =>
        connection.ExecuteAsync(
            """
            INSERT INTO polls (source, wanted_ticks, from_ticks) VALUES (@source, @ticks, @fromTicks)
            ON CONFLICT (source) DO UPDATE SET
                wanted_ticks = CASE WHEN polls.wanted_ticks > excluded.wanted_ticks THEN polls.wanted_ticks ELSE excluded.wanted_ticks END,
                from_ticks = CASE WHEN excluded.from_ticks < COALESCE(polls.from_ticks, excluded.from_ticks + 1) THEN excluded.from_ticks ELSE polls.from_ticks END
            """,
            new { source, ticks, fromTicks }, transaction);

    /// <summary>SQL with the parameter <c>source</c>: whether a complete poll of it started at or after the time in a column.</summary>
    public static string IsCovered(string column) => $"{column} <= (SELECT complete_ticks FROM polls WHERE source = @source)";
}
