using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace CarT.Fhir.IntegrationTests.CommandLine;

/// <summary>Runs <c>cart-fhir</c> as a newcomer would: as a process, from a working directory of its own.</summary>
internal sealed record Cli(int ExitCode, string Output, string Errors)
{
    /// <summary>One JSON object per line of standard output.</summary>
    public IReadOnlyList<JsonObject> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    public static async Task<Cli> RunAsync(
        IEnumerable<string> arguments, string? standardInput = null, int seconds = 120, int? heapLimitMb = null, string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cart-fhir.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        // The runtime reads the limit as hexadecimal; a process that needs more ends with an OutOfMemoryException.
        if (heapLimitMb is { } megabytes) start.Environment["DOTNET_GCHeapHardLimit"] = (megabytes * 1024L * 1024L).ToString("X", CultureInfo.InvariantCulture);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal)) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(standardInput);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"cart-fhir did not end within {seconds} s", e);
        }
        return new Cli(process.ExitCode, await output, await errors);
    }
}

/// <summary>Compares JSON where the expected side names what is judged.</summary>
internal static class JsonSubset
{
    /// <summary>The paths at which the actual JSON lacks or contradicts what is expected; arrays must agree in length and order.</summary>
    public static IEnumerable<string> Differences(JsonNode? expected, JsonNode? actual, string path = "$") => (expected, actual) switch
    {
        (JsonObject wanted, JsonObject found) => wanted.SelectMany(member =>
            found.ContainsKey(member.Key) ? Differences(member.Value, found[member.Key], $"{path}.{member.Key}") : [$"{path}.{member.Key}: absent"]),
        (JsonArray wanted, JsonArray found) when wanted.Count == found.Count => wanted.SelectMany((item, i) => Differences(item, found[i], $"{path}[{i}]")),
        _ when JsonNode.DeepEquals(expected, actual) => [],
        _ => [$"{path}: expected {expected?.ToJsonString() ?? "null"}, found {actual?.ToJsonString() ?? "null"}"],
    };
}
