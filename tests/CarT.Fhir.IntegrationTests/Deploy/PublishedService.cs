using System.Collections.Concurrent;
using System.Diagnostics;
using CarT.Fhir.Standalone.Demo;
using CarT.Fhir.UnitTests.Repository;

namespace CarT.Fhir.IntegrationTests.Deploy;

/// <summary>A published service as a process of its own, with the environment of its container and nothing else.</summary>
internal sealed class PublishedService : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int LinesKept = 200;

    // What a machine needs to find the runtime; the rest of our own environment is not the service's.
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT", "TMPDIR"];
    private readonly Process process;
    private readonly string program;
    private readonly ConcurrentQueue<string> lines = new();

    private PublishedService(string program, IReadOnlyDictionary<string, string> environment, string? url)
    {
        this.program = program;
        Url = url ?? $"http://127.0.0.1:{LoopbackPort.Free()}";
        var start = Start(program, []);
        foreach (var (key, value) in environment) start.Environment[key] = value;
        start.Environment["urls"] = Url;
        process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Url { get; }

    /// <summary>What it said last.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Publishes a service as the Dockerfile does, of what is built, and gives the path of its program.</summary>
    public static async Task<string> PublishAsync(string service, string folder)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var sdk = "Subset";
#if FHIR_SDK_FIRELY
        sdk = "Firely";
#endif
        var start = new ProcessStartInfo("dotnet", ["publish", "services/" + service, "-c", configuration, "--no-build", "-v", "quiet", "-o", Path.Combine(folder, service), "-p:FhirSdk=" + sdk])
        {
            WorkingDirectory = RepositoryFiles.Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0) throw new InvalidOperationException(output);
        var project = Directory.GetFiles(DeployFiles.PathOf("services/" + service), "*.csproj").Single();
        return Path.Combine(folder, service, Path.GetFileNameWithoutExtension(project) + ".dll");
    }

    /// <summary>Starts it.</summary>
    /// <param name="program">As <see cref="PublishAsync"/> gave it.</param>
    /// <param name="environment">All of its environment but where the runtime is.</param>
    /// <param name="url">Where it listens; null: on any free port.</param>
    public static PublishedService Run(string program, IReadOnlyDictionary<string, string> environment, string? url = null) => new(program, environment, url);

    /// <summary>Waits until its own health command finds it ready, as the health check of the container does.</summary>
    public async Task<PublishedService> WhenReadyAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2))
        {
            if (process.HasExited) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}:\n{Output}");
            using var health = Process.Start(Start(program, ["health", Url + "/health/ready"]))!;
            health.StandardOutput.Close();
            await health.WaitForExitAsync();
            if (health.ExitCode == 0) return this;
            await Task.Delay(250);
        }
        throw new TimeoutException($"{program} was not ready within two minutes:\n{Output}");
    }

    /// <summary>Asks it to end, as Docker and Kubernetes do, and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-" + SigTerm, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        return await EndedAsync(TimeSpan.FromSeconds(40));
    }

    /// <summary>Its exit code; an error when it still runs after the limit.</summary>
    public async Task<int> EndedAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private static ProcessStartInfo Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) start.Environment[name] = value;
        }
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lines.Enqueue(line.Data);
        if (lines.Count > LinesKept) lines.TryDequeue(out _);
    }
}
