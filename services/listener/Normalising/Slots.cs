namespace CarT.Fhir.Listener.Normalising;

/// <summary>The rows of a lane that are worked at once. A slot is filled again as soon as it is free: a slow row holds back its own slot only.</summary>
internal sealed class Slots(int count) : IDisposable
{
    private readonly SemaphoreSlim free = new(count, count);
    private readonly Lock gate = new();
    private readonly Dictionary<long, Task> working = [];

    public bool IsWorking(long id)
    {
        lock (gate) return working.ContainsKey(id);
    }

    /// <summary>Waits for a free slot and starts the work in it.</summary>
    /// <param name="id">Row id; not among those being worked.</param>
    /// <param name="work">Handles its own faults.</param>
    /// <param name="cancel">Ends the wait for a slot.</param>
    public async Task StartAsync(long id, Func<Task> work, CancellationToken cancel)
    {
        await free.WaitAsync(cancel);
        lock (gate) working[id] = Task.Run(() => RunAsync(id, work), CancellationToken.None);
    }

    /// <summary>Waits for everything that was started.</summary>
    public Task DrainAsync()
    {
        lock (gate) return Task.WhenAll(working.Values);
    }

    public void Dispose() => free.Dispose();

    private async Task RunAsync(long id, Func<Task> work)
    {
        try
        {
            await work();
        }
        finally
        {
            lock (gate) working.Remove(id);
            free.Release();
        }
    }
}
