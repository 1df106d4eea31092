using System.Data.Common;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>Wishes for a poll before its time: a sender said that something changed and not what.</summary>
internal static class CatchUps
{
    /// <summary>Notes the wish of a row, in the transaction that settles it; many wishes are one poll.</summary>
    public static Task RequestAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, long nowTicks) => Task.CompletedTask;

    /// <summary>Notes a wish for a poll that starts after a time of the machine's clock.</summary>
    public static Task RequestAsync(DbConnection connection, DbTransaction transaction, string source, long ticks, long? fromTicks = null) => Task.CompletedTask;

    /// <summary>SQL: whether a complete poll of <c>source</c> started at or after the time in a column.</summary>
    public static string IsCovered(string column) => column + " IS NOT NULL";
}
