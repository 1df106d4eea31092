using Microsoft.Extensions.Hosting;

namespace CarT.Fhir.Hosting;

/// <summary>Waits until the host has started. Before that the bus has not all of its queues, and what is published may reach nobody.</summary>
public static class HostStart
{
    public static async Task WaitAsync(IHostApplicationLifetime lifetime, CancellationToken cancel)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancel);
    }
}
