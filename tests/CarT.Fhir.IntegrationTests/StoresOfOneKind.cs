using System.Runtime.CompilerServices;
using Dapper;

namespace CarT.Fhir.IntegrationTests;

/// <summary>
/// Each test has a store of its own, and Dapper would compile every statement anew for each of them: a seventh of the time of the simulation. The product has one store
/// for each service, and is not concerned.
/// </summary>
internal sealed class StoresOfOneKind : IEqualityComparer<string>
{
    [ModuleInitializer]
    internal static void Share() => SqlMapper.ConnectionStringComparer = new StoresOfOneKind();

    public bool Equals(string? x, string? y) => x is not null && y is not null && IsFile(x) == IsFile(y);

    public int GetHashCode(string obj) => IsFile(obj).GetHashCode();

    private static bool IsFile(string connectionString) => connectionString.StartsWith("Data Source", StringComparison.OrdinalIgnoreCase);
}
