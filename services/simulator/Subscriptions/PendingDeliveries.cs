namespace CarT.Fhir.Simulator.Subscriptions;

/// <summary>Counts notifications from the moment of the write until they are delivered or given up.</summary>
internal sealed class PendingDeliveries
{
    private readonly Lock gate = new();
    private TaskCompletionSource? none;

    public int Count { get; private set; }

    public long Delivered { get; private set; }

    public long Failed { get; private set; }

    public void Enter()
    {
        lock (gate) Count++;
    }

    /// <summary>Counts notifications as done; <paramref name="delivered"/> is null when they were dropped because the subscription ended.</summary>
    public void Leave(int count, bool? delivered)
    {
        TaskCompletionSource? waiting = null;
        lock (gate)
        {
            Count -= count;
            if (delivered == true) Delivered += count;
            if (delivered == false) Failed += count;
            if (Count == 0) (waiting, none) = (none, null);
        }

        waiting?.SetResult();
    }

    public Task WhenNone(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (Count == 0) return Task.CompletedTask;
            none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return none.Task.WaitAsync(cancellationToken);
        }
    }
}
