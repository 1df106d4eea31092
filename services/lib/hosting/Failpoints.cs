using System.Diagnostics;

namespace CarT.Fhir.Hosting;

/// <summary>
/// The durable boundaries between a notification and its Flag, each with a name. At a named one the process can be made to die as by a power cut
/// (<c>CART_FAILPOINT=writeback.sent</c>, or <c>writeback.sent:3</c> for the third time), so that tests can show that nothing is lost or doubled
/// there. Without that variable a failpoint does nothing.
/// </summary>
/// <param name="reach">What happens at each; null: nothing.</param>
public sealed class Failpoints(Func<string, ValueTask>? reach = null)
{
    /// <summary>The notification has arrived and is not on disk.</summary>
    public const string HookReceived = "hook.received";

    /// <summary>The notification is on disk and not yet answered.</summary>
    public const string HookStored = "hook.stored";

    /// <summary>What the notification says is known and nothing of it is on disk.</summary>
    public const string ListenerRead = "listener.read";

    /// <summary>The facts are on disk and not yet sent.</summary>
    public const string ListenerSettled = "listener.settled";

    /// <summary>The facts are sent and not yet receipted.</summary>
    public const string ListenerSent = "listener.sent";

    /// <summary>The receipt of the facts has arrived and is not on disk.</summary>
    public const string ListenerReceipted = "listener.receipted";

    /// <summary>A page of polled resources is on disk, and the watermark is where it was.</summary>
    public const string PollPageStored = "poll.page-stored";

    /// <summary>A back-fill is on disk and not yet marked as fetched.</summary>
    public const string BackfillStored = "backfill.stored";

    /// <summary>The facts have arrived at the protocol service and are not on disk there.</summary>
    public const string ProtocolReceived = "protocol.received";

    /// <summary>Facts and revision are on disk; neither the receipt nor the revision is sent.</summary>
    public const string ProtocolCommitted = "protocol.committed";

    /// <summary>The receipt is sent, the revision is not.</summary>
    public const string ProtocolReceiptSent = "protocol.receipt-sent";

    /// <summary>The receipt of a reader of the revision has arrived and is not on disk.</summary>
    public const string ProtocolReceipted = "protocol.receipted";

    /// <summary>The revision is in the read model and not yet acknowledged.</summary>
    public const string GatewayStored = "gateway.stored";

    /// <summary>The wanted state is on disk and not yet acknowledged.</summary>
    public const string WriteBackStored = "writeback.stored";

    /// <summary>A patient is claimed; nothing was asked of the target.</summary>
    public const string WriteBackClaimed = "writeback.claimed";

    /// <summary>On disk stands what is about to be sent.</summary>
    public const string WriteBackSending = "writeback.sending";

    /// <summary>The target has answered a write, and nothing of that is on disk.</summary>
    public const string WriteBackSent = "writeback.sent";

    /// <summary>The write is settled on disk; its Provenance is not sent and nobody was told.</summary>
    public const string WriteBackSettled = "writeback.settled";

    /// <summary>The target has answered a Provenance, and nothing of that is on disk.</summary>
    public const string WriteBackProvenanceSent = "writeback.provenance-sent";

    /// <summary>Every failpoint, in the order of the way from hook to Flag.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        HookReceived, HookStored, ListenerRead, ListenerSettled, ListenerSent, ProtocolReceived, ProtocolCommitted, ProtocolReceiptSent, ListenerReceipted,
        PollPageStored, BackfillStored, WriteBackStored, GatewayStored, ProtocolReceipted, WriteBackClaimed, WriteBackSending, WriteBackSent,
        WriteBackSettled, WriteBackProvenanceSent,
    ];

    /// <summary>The process goes by this place.</summary>
    public ValueTask ReachAsync(string name) => reach?.Invoke(name) ?? ValueTask.CompletedTask;

    /// <summary>Reads a wish of the form <c>name</c> or <c>name:times</c>; null or empty: nothing ever happens.</summary>
    /// <exception cref="ArgumentException">There is no such failpoint, or the number is none.</exception>
    public static Failpoints Parse(string? wish)
    {
        if (string.IsNullOrEmpty(wish)) return new Failpoints();
        var parts = wish.Split(':');
        var times = 1;
        if (!All.Contains(parts[0]) || parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out times) || times < 1)))
            throw new ArgumentException("There is no such failpoint", nameof(wish));
        var left = times;
        return new Failpoints(name =>
        {
            return name == parts[0] && Interlocked.Decrement(ref left) == 0 ? Die(name) : ValueTask.CompletedTask;
        });
    }

    private static async ValueTask Die(string name)
    {
        Console.Error.WriteLine($"failpoint {name}: the process ends here");
        using var self = Process.GetCurrentProcess();
        // SIGKILL: nothing is flushed, closed or said.
        self.Kill();
        await new TaskCompletionSource().Task;
    }
}
