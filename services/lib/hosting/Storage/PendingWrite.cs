using System.Data.Common;

namespace CarT.Fhir.Hosting.Storage;

/// <summary>A work that waits for its transaction. It begins once, or is withdrawn before.</summary>
internal sealed class PendingWrite(Func<DbConnection, DbTransaction, Task> work)
{
    // Let go when withdrawn: it may hold a body, and stays in the queue as long as nothing is written.
    private Func<DbConnection, DbTransaction, Task>? work = work;
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int taken;

    public Func<DbConnection, DbTransaction, Task> Work => work ?? throw new InvalidOperationException("The work was withdrawn.");

    /// <summary>Completes when the work is committed; faults when it is not.</summary>
    public Task Done => done.Task;

    /// <summary>True when nobody withdrew it.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref taken, 1) == 0;

    /// <summary>True when it has not begun, and never will.</summary>
    public bool TryWithdraw()
    {
        if (!TryBegin()) return false;
        work = null;
        return true;
    }

    /// <summary>Its transaction is committed. One that failed before stays failed.</summary>
    public void Succeed() => done.TrySetResult();

    public void Fail(Exception cause) => done.TrySetException(cause);
}
