using System.CommandLine;
using CarT.Fhir.Hosting;

namespace CarT.Fhir.Standalone;

/// <summary><c>cart-fhir run</c>: all services in one process, configured by appsettings.json of the working directory, environment and arguments.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var settings = new Argument<string[]>("setting")
        {
            Description = "configuration as key=value, for example Cart:Store:Path=/var/lib/cart-fhir or urls=http://127.0.0.1:8080",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("run", "Runs all services in one process until Ctrl-C, which drains and stops") { settings };
        command.SetAction((parsed, _) => CartHost.RunAsync(parsed.GetValue(settings) ?? [], [.. Services.All()]));
        return command;
    }
}
