using System.Runtime.CompilerServices;

namespace CarT.Fhir.IntegrationTests;

/// <summary>What holds for the whole test process.</summary>
internal static class TestProcess
{
    // Hundreds of hosts are built here; each would watch its configuration files, and a machine has few watchers for a user.
    [ModuleInitializer]
    internal static void NoFileWatchers() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
