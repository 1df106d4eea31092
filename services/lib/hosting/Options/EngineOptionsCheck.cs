using System.Data.Common;
using Npgsql;

namespace CarT.Fhir.Hosting.Options;

/// <summary>Checks what the services run on: store and bus.</summary>
internal static class EngineOptionsCheck
{
    private const string Store = "Cart:Store";
    private const string Bus = "Cart:Bus";

    /// <summary>Every fault of the store's options, one sentence each. None quotes the connection string, which may hold a password.</summary>
    public static IEnumerable<string> Check(StoreOptions store)
    {
        if (store.Kind is not (StoreOptions.Sqlite or StoreOptions.Postgres)) yield return $"{Store}:Kind: '{store.Kind}' is not one of: sqlite, postgres";
        if (store.Sync is not ("full" or "normal")) yield return $"{Store}:Sync: '{store.Sync}' is not one of: full, normal";
        if (store.Kind == StoreOptions.Sqlite && string.IsNullOrWhiteSpace(store.Path)) yield return $"{Store}:Path: is empty";
        if (store.Kind != StoreOptions.Postgres) yield break;
        var connection = Read(store.ConnectionString);
        if (connection is null) yield return $"{Store}:ConnectionString: is needed for the kind postgres, in the form Host=…;Database=…;Username=…;Password=…";
        else if (string.IsNullOrEmpty(connection.Host)) yield return $"{Store}:ConnectionString: names no Host";
        if (connection is { SearchPath.Length: > 0 }) yield return $"{Store}:ConnectionString: must not set Search Path; each service has its own schema";
    }

    /// <summary>Every fault of the bus's options, one sentence each.</summary>
    public static IEnumerable<string> Check(BusOptions bus)
    {
        if (bus.Kind is not (BusOptions.Memory or BusOptions.RabbitMq)) yield return $"{Bus}:Kind: '{bus.Kind}' is not one of: memory, rabbitmq";
        if (bus.Kind != BusOptions.RabbitMq) yield break;
        if (string.IsNullOrWhiteSpace(bus.Host)) yield return $"{Bus}:Host: is needed for the kind rabbitmq";
        else if (Uri.CheckHostName(bus.Host) == UriHostNameType.Unknown) yield return $"{Bus}:Host: is not a host name or an address; the port goes into {Bus}:Port";
        if (bus.Port == 0) yield return $"{Bus}:Port: must be positive";
        if (string.IsNullOrEmpty(bus.VirtualHost)) yield return $"{Bus}:VirtualHost: is empty";
        if (string.IsNullOrEmpty(bus.User)) yield return $"{Bus}:User: is needed for the kind rabbitmq";
        if (string.IsNullOrEmpty(bus.Password)) yield return $"{Bus}:Password: is needed for the kind rabbitmq";
    }

    private static NpgsqlConnectionStringBuilder? Read(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString)) return null;
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or DbException)
        {
            return null;
        }
    }
}
