using System.Security.Cryptography;

namespace CarT.Fhir.Standalone.Demo;

/// <summary>What the services of a demo are told, whatever they run on.</summary>
internal static class DemoSetup
{
    /// <summary>Secret of the hook, another one in each run.</summary>
    public static string HookSecret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <param name="ehrBase">The simulated EHR, source and target.</param>
    /// <param name="hookUrl">Address of the listener.</param>
    /// <param name="zone">Zone of the facility.</param>
    public static Dictionary<string, string?> Configuration(string ehrBase, string hookUrl, TimeZoneInfo zone) => new(StringComparer.Ordinal)
    {
        ["Cart:TimeZone"] = zone.Id,
        // The demo is on loopback and its patients are made up: the page opens without a secret. The hook keeps one.
        ["Cart:Api:Authentication"] = "none",
        ["Cart:Sources:main:BaseUrl"] = ehrBase,
        ["Cart:Sources:main:Provides:0"] = "labs",
        ["Cart:Sources:main:Provides:1"] = "doses",
        ["Cart:Sources:main:Provides:2"] = "transfusions",
        ["Cart:Sources:main:Subscription:Style"] = "classic",
        ["Cart:Sources:main:Subscription:HookUrl"] = hookUrl + "/fhir/hook/main",
        ["Cart:Sources:main:Subscription:Secrets:0"] = HookSecret,
        // The simulated EHR need not be spared.
        ["Cart:Sources:main:Poll:MaxRequestsPerMinute"] = "0",
        // Hours of the ward pass in a second; what comes together there comes within this.
        ["Cart:FirstSight:Quiet"] = "00:00:00.2",
        ["Cart:Targets:main:BaseUrl"] = ehrBase,
        ["Cart:Targets:main:Source"] = "main",
    };

    public static string FreeUrl() => $"http://127.0.0.1:{LoopbackPort.Free()}";

    public static WebApplicationBuilder Quiet(string url)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration["urls"] = url;
        return builder;
    }
}
