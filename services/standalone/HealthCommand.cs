using System.CommandLine;
using CarT.Fhir.Hosting.Health;

namespace CarT.Fhir.Standalone;

/// <summary><c>cart-fhir health</c>: asks a running <c>cart-fhir run</c> how it is; for health checks of containers and monitoring.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var url = new Argument<string>("URL")
        {
            Description = "a health route",
            DefaultValueFactory = _ => HealthProbe.DefaultUrl,
        };
        var command = new Command(HealthProbe.Command, "Asks a running service how it is: exit code 0 when it is well, else 1") { url };
        command.SetAction((parsed, _) => HealthProbe.RunAsync(parsed.GetValue(url)!));
        return command;
    }
}
