namespace CarT.Fhir.IntegrationTests.EndToEnd;

/// <summary>Looks into the store of a process from outside, without disturbing it.</summary>
internal static class StoreFiles
{
    public static async Task<long> CountAsync(string folder, string service, string sql)
    {
        await using var connection = await TestStore.OpenFileAsync(folder, service);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
