using System.Collections.Concurrent;

namespace CarT.Fhir.IntegrationTests.Simulation;

/// <summary>
/// One thread on which a whole simulation runs: what awaits goes on there, in the order in which it became ready. That is quicker than handing every
/// step from thread to thread, and leaves less to their chance.
/// </summary>
internal sealed class Pump : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> work = [];

    /// <summary>Runs the simulation to its end on the calling thread.</summary>
    public static T Run<T>(Func<Task<T>> simulation)
    {
        var before = Current;
        using var pump = new Pump();
        SetSynchronizationContext(pump);
        try
        {
            var task = simulation();
            _ = task.ContinueWith(_ => pump.work.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var (callback, state) in pump.work.GetConsumingEnumerable()) callback(state);
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            work.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The simulation is over; what a dead process still wants is not done.
        }
    }

    public void Dispose() => work.Dispose();
}
