using System.Collections.Concurrent;

namespace CarT.Fhir.WriteBack.Reconciliation;

/// <summary>Wakes the workers of a target when something is wanted, so that nobody waits for the timer.</summary>
internal sealed class ReconcilerSignal : IDisposable
{
    // A wake-up more than there are workers says nothing new.
    private const int MaxPending = Reconciler.WorkersPerTarget;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> signals = new(StringComparer.Ordinal);

    public void Wake(string target)
    {
        var signal = Of(target);
        if (signal.CurrentCount < MaxPending) signal.Release();
    }

    /// <summary>Returns when something was wanted, or after <paramref name="atMost"/>.</summary>
    public Task WaitAsync(string target, TimeSpan atMost, CancellationToken cancel) => Of(target).WaitAsync(atMost, cancel);

    public void Dispose()
    {
        foreach (var signal in signals.Values) signal.Dispose();
    }

    private SemaphoreSlim Of(string target) => signals.GetOrAdd(target, _ => new SemaphoreSlim(0));
}
