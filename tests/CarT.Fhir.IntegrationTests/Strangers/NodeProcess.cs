using System.Diagnostics;
using Xunit;

namespace CarT.Fhir.IntegrationTests.Strangers;

/// <summary>One script of tests/strangers as a process of Node, spoken to line by line; it ends when its input does.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const string Missing = "The packages of tests/strangers are missing: run npm ci there and set CART_STRANGERS to that folder. ./check does both.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly Task<string> complaints;

    private NodeProcess(Process process)
    {
        this.process = process;
        complaints = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a script. Where its packages are missing the test is skipped, on a build server it fails.</summary>
    public static NodeProcess Start(string script)
    {
        var folder = Environment.GetEnvironmentVariable("CART_STRANGERS");
        var isInstalled = folder is not null && Directory.Exists(Path.Combine(folder, "node_modules"));
        if (!isInstalled && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip(Missing);
        Assert.True(isInstalled, Missing);
        var start = new ProcessStartInfo("node", script)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new NodeProcess(Process.Start(start)!);
    }

    public async Task WriteLineAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>The next line that the script writes.</summary>
    public async Task<string> ReadLineAsync() =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
        ?? throw new InvalidOperationException("The script ended: " + await complaints);

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
    }
}
