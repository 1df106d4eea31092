using CarT.Fhir.Hematology;
using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Standalone.Definitions;

/// <summary>The protocol that <c>cart-fhir run</c> would use in this working directory and environment.</summary>
internal static class ConfiguredProtocol
{
    public const string Key = $"{CartOptions.Section}:{nameof(CartOptions.Protocol)}";

    /// <summary>Id or file, or why the configuration cannot be read. Nothing else of the configuration is looked at: it may be unfinished.</summary>
    public static (string IdOrFile, string? Fault) Read()
    {
        try
        {
            // The same files and variables in the same order as the services.
            var configured = WebApplication.CreateBuilder().Configuration[Key];
            return (configured ?? ProtocolDefinition.DefaultId, configured is null || !string.IsNullOrWhiteSpace(configured) ? null : $"{Key}: is empty");
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            return ("", $"appsettings.json: {e.Message}");
        }
    }
}
