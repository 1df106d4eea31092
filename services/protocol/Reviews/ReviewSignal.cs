namespace CarT.Fhir.Protocol.Reviews;

/// <summary>Wakes the review timer before its time: somebody may have been marked. Many calls while it works are one.</summary>
internal sealed class ReviewSignal : IDisposable
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

    /// <summary>Waits for <see cref="Raise"/>, at most this long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancel) => raised.WaitAsync(atMost, cancel);

    public void Dispose() => raised.Dispose();
}
