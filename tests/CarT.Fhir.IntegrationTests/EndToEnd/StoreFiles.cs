using Microsoft.Data.Sqlite;

namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>Looks into the store of a process from outside, without disturbing it.</summary>
internal static class StoreFiles
{
    public static async Task<long> CountAsync(string folder, string service, string sql)
    {
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, service + ".db"),
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        };
        await using var connection = new SqliteConnection(file.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
