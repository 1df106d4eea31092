using System.Diagnostics;
using System.Net;

namespace CarT.Fhir.IntegrationTests.Production;

/// <summary>One service as a process of its own.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler(), disposeHandler: false) { Timeout = TimeSpan.FromSeconds(10) };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly string output;

    private ServiceProcess(string service, string url, Process process, string output)
    {
        Service = service;
        Url = url;
        this.process = process;
        this.output = output;
    }

    public string Service { get; }

    public string Url { get; }

    public bool HasEnded => process.HasExited;

    /// <summary>A test ended it.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>Starts the process; <see cref="ReadyAsync"/> tells when it can be used.</summary>
    public static ServiceProcess Start(string service, string url, string folder, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var assembly = service switch
        {
            "writeback" => "CarT.Fhir.WriteBack.dll",
            _ => $"CarT.Fhir.{char.ToUpperInvariant(service[0])}{service[1..]}.dll",
        };
        var said = Path.Combine(folder, $"{service}-{new Uri(url).Port}.log");
        // The shell only joins the output to the file, and becomes the process.
        var start = new ProcessStartInfo("sh", ["-c", "exec dotnet \"$0\" >>\"$1\" 2>&1", Path.Combine(AppContext.BaseDirectory, assembly), said])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        start.Environment["urls"] = url;
        return new ServiceProcess(service, url, Process.Start(start)!, said);
    }

    /// <summary>Waits until it is ready, or has ended where that is allowed.</summary>
    public async Task ReadyAsync(bool mayEnd = false)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            if (process.HasExited && mayEnd) return;
            if (process.HasExited) throw new InvalidOperationException($"{Service} ended with exit code {process.ExitCode}: {Said()}");
            if (await IsReadyAsync()) return;
            await Task.Delay(100);
        }
        throw new TimeoutException($"{Service} was not ready in time: {Said()}");
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(Url + "/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Not listening, or too busy to answer.
            return false;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        WasKilled = true;
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: it drains and stops. Its exit code.</summary>
    public async Task<int> StopAsync()
    {
        WasKilled = true;
        await LocalServers.RunAsync("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Its exit code, or null when it still runs after the limit.</summary>
    public async Task<int?> ExitCodeAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>What it wrote to its output and its log.</summary>
    public string Said() => File.Exists(output) ? File.ReadAllText(output) : "";

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }
}
