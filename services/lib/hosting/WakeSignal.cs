namespace CarT.Fhir.Hosting;

/// <summary>Wakes a worker before its timer does. Many calls while it works are one.</summary>
public class WakeSignal : IDisposable
{
    private readonly SemaphoreSlim raised = new(0, 1);

    public void Raise()
    {
        try
        {
            raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is raised already.
        }
    }

    /// <summary>Waits for <see cref="Raise"/>, at most this long. False when it was not raised.</summary>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancel) => raised.WaitAsync(atMost, cancel);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) raised.Dispose();
    }
}
