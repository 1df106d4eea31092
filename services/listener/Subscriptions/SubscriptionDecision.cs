using CarT.Fhir.Hosting.Options;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>How a Subscription that we want stands; as operators see it.</summary>
internal static class SubscriptionState
{
    public const string Active = "active";

    /// <summary>Submitted, and not yet served.</summary>
    public const string Requested = "requested";

    /// <summary>In <c>requested</c> for too long.</summary>
    public const string Stuck = "stuck";

    public const string Error = "error";

    public const string Off = "off";

    /// <summary>The server calls it active, and a poll finds what it should have brought.</summary>
    public const string Silent = "silent";

    /// <summary>Not there: not made yet, refused, or gone.</summary>
    public const string Missing = "missing";

    public static IReadOnlyList<string> All { get; } = [Active, Requested, Stuck, Error, Off, Silent, Missing];
}

/// <summary>What is done about a Subscription.</summary>
internal enum SubscriptionStep
{
    Keep,
    Create,

    /// <summary>It stands, and runs out soon or has another secret: asked for anew before anything is lost.</summary>
    Renew,

    /// <summary>PUT with the status that asks for activation.</summary>
    AskAnew,

    /// <summary>Deleted and made again.</summary>
    Recreate,

    /// <summary>Its heartbeat is overdue: <c>$status</c>.</summary>
    AskStatus,
}

/// <summary>What we remember of a Subscription that we want. Times are of the machine's clock.</summary>
internal sealed record Supervised(string Source, string Criteria)
{
    /// <summary>Reference at the source; null while it was never there.</summary>
    public string? Reference { get; init; }

    public string State { get; init; } = SubscriptionState.Missing;

    /// <summary>Since when it is in this state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When we made it, or first found it.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>When it was last seen active.</summary>
    public DateTimeOffset? GoodAt { get; init; }

    /// <summary>When its <c>$status</c> was last asked for.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When we last did something about it.</summary>
    public DateTimeOffset? TriedAt { get; init; }

    /// <summary>What we did since it was last well for a day.</summary>
    public long Tries { get; init; }

    /// <summary>What we did in all.</summary>
    public long Repairs { get; init; }
}

/// <summary>What is seen of a Subscription now.</summary>
internal sealed record SubscriptionSeen
{
    /// <summary>Status at the source; null: it is not there.</summary>
    public string? Status { get; init; }

    /// <summary>The server says why, or its end has come: no person switched it off.</summary>
    public bool HasReason { get; init; }

    /// <summary>It runs out soon, or carries another secret than ours.</summary>
    public bool IsDue { get; init; }

    /// <summary>The heartbeat that the server keeps with it; null: none.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>When anything last came of it, a heartbeat included.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>When an event or a handshake last came, or when it was made.</summary>
    public DateTimeOffset? LastSignAt { get; init; }

    /// <summary>How much a poll found since <see cref="LastSignAt"/> that was not sent.</summary>
    public long FoundByPoll { get; init; }
}

internal sealed record SubscriptionVerdict(string State, SubscriptionStep Step);

/// <summary>
/// What becomes of a Subscription, decided from what is remembered and seen. Pure. That one is stored at the server proves nothing: it may never fire
/// (samply/blaze 838), hang in <c>requested</c> (hapi-fhir 675), or have been switched off after failures (Medplum).
/// </summary>
internal static class SubscriptionDecision
{
    private const int TriesUntilRecreated = 3;
    private const int MostDoublings = 20;
    private static readonly TimeSpan HeartbeatGrace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewDistance = TimeSpan.FromHours(6);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static SubscriptionVerdict Of(Supervised memory, SubscriptionSeen seen, SubscriptionOptions options, DateTimeOffset now)
    {
        var state = StateOf(memory, seen, options, now);
        // One that is not there is nobody's decision to be left alone.
        if (state == SubscriptionState.Missing)
            return new(state, IsDue(memory, state, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), now) ? SubscriptionStep.Create : SubscriptionStep.Keep);
        if (state == SubscriptionState.Active) return new(state, StepOfActive(memory, seen, now));
        return new(state, options.Repair == "auto" && IsRepairDue(memory, seen, options, state, now) ? RepairOf(memory, state) : SubscriptionStep.Keep);
    }

    /// <summary>True when it has been well for so long that earlier repairs say nothing any more.</summary>
    public static bool IsSettled(Supervised memory, DateTimeOffset now) => memory.State == SubscriptionState.Active && now - memory.Since >= Day;

    private static string StateOf(Supervised memory, SubscriptionSeen seen, SubscriptionOptions options, DateTimeOffset now) => seen.Status switch
    {
        null => SubscriptionState.Missing,
        SubscriptionState.Off => SubscriptionState.Off,
        SubscriptionState.Error => SubscriptionState.Error,
        SubscriptionState.Requested => IsStuck(memory, options, now) ? SubscriptionState.Stuck : SubscriptionState.Requested,
        _ => seen.FoundByPoll > 0 && now - seen.LastSignAt >= options.SilentAfter ? SubscriptionState.Silent : SubscriptionState.Active,
    };

    private static bool IsStuck(Supervised memory, SubscriptionOptions options, DateTimeOffset now) =>
        memory.State == SubscriptionState.Stuck || (memory.State == SubscriptionState.Requested && now - memory.Since >= options.StuckAfter);

    private static SubscriptionStep StepOfActive(Supervised memory, SubscriptionSeen seen, DateTimeOffset now)
    {
        // Some servers keep another end, or show another header, than they were given.
        if (seen.IsDue && !(now - memory.TriedAt < RenewDistance)) return SubscriptionStep.Renew;
        if (seen.Heartbeat is not { } heartbeat) return SubscriptionStep.Keep;
        var lastWord = new[] { seen.HeardAt, memory.MadeAt, memory.AskedAt }.Max();
        return now - lastWord > heartbeat + HeartbeatGrace ? SubscriptionStep.AskStatus : SubscriptionStep.Keep;
    }

    private static bool IsRepairDue(Supervised memory, SubscriptionSeen seen, SubscriptionOptions options, string state, DateTimeOffset now) => state switch
    {
        SubscriptionState.Stuck => IsDue(memory, state, TimeSpan.Zero, options.StuckAfter, Day, now),
        SubscriptionState.Silent => IsDue(memory, state, TimeSpan.Zero, options.SilentAfter, Day, now),
        // Somebody had a mind; but a missed platelet count is a missed patient, so that it is asked for again, slowly.
        SubscriptionState.Off when !seen.HasReason => IsDue(memory, state, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), Day, now),
        SubscriptionState.Off or SubscriptionState.Error => IsDue(memory, state, TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), now),
        _ => false,
    };

    private static SubscriptionStep RepairOf(Supervised memory, string state) => state switch
    {
        SubscriptionState.Stuck or SubscriptionState.Silent when memory.Tries > 0 => SubscriptionStep.Recreate,
        SubscriptionState.Error when memory.Tries >= TriesUntilRecreated => SubscriptionStep.Recreate,
        _ => SubscriptionStep.AskAnew,
    };

    /// <summary>Whether it is time for the next attempt: the first one after a state has lasted, then in doubling distances.</summary>
    private static bool IsDue(Supervised memory, string state, TimeSpan first, TimeSpan next, TimeSpan longest, DateTimeOffset now)
    {
        var since = memory.State == state ? memory.Since : now;
        if (memory.Tries == 0 || memory.TriedAt is not { } tried) return now - since >= first;
        var wait = next * Math.Pow(2, Math.Min(memory.Tries - 1, MostDoublings));
        return now - tried >= (wait < longest ? wait : longest);
    }
}
