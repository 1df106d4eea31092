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

    /// <summary>Made, and not to be seen: no look shows it, or we may not look. Another one is not made.</summary>
    public const string Unseen = "unseen";

    public static IReadOnlyList<string> All { get; } = [Active, Requested, Stuck, Error, Off, Silent, Missing, Unseen];
}

/// <summary>What is done about a Subscription.</summary>
internal enum SubscriptionStep
{
    Keep,
    Create,

    /// <summary>It stands, and runs out soon or names another secret or hook: asked for anew before anything is lost.</summary>
    Renew,

    /// <summary>PUT with the status that asks for activation.</summary>
    AskAnew,

    /// <summary>Made again, then the old one is deleted.</summary>
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

    /// <summary>When its <c>$status</c> was last asked for, or it was last read and not shown.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When we last sent a create that may have been taken.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Creates that were taken and that no look has shown since.</summary>
    public long Unshown { get; init; }

    /// <summary>The secret and the hook that were last written, as <see cref="SubscriptionDraft.HookHash"/>; null: not known.</summary>
    public string? Written { get; init; }

    /// <summary>The server does not let us delete; then no second one is made.</summary>
    public bool DeletesRefused { get; init; }

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

    /// <summary>It is not shown, and whether it stands cannot be known: we may not read it.</summary>
    public bool IsHidden { get; init; }

    /// <summary>It runs out soon, or shows another secret or hook than ours.</summary>
    public bool IsDue { get; init; }

    /// <summary>Our secret or hook is another one since we wrote it: until it is written, what is sent to us is refused.</summary>
    public bool HasFormerHook { get; init; }

    /// <summary>It shows our hook, so that it is certainly ours.</summary>
    public bool IsAtOurHook { get; init; }

    /// <summary>The heartbeat that the server keeps with it; null: none.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>When anything last came of it, a heartbeat included.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>When an event or a handshake last came, or when it was made.</summary>
    public DateTimeOffset? LastSignAt { get; init; }

    /// <summary>How much a poll found that is newer than <see cref="SubscriptionDecision.QuietSince"/> and was not sent.</summary>
    public long FoundByPoll { get; init; }
}

internal sealed record SubscriptionVerdict(string State, SubscriptionStep Step);

/// <summary>
/// What becomes of a Subscription, decided from what is remembered and seen. Pure. That one is stored at the server proves nothing: it may never fire
/// (samply/blaze 838), hang in <c>requested</c> (hapi-fhir 675), or have been switched off after failures (Medplum).
/// </summary>
internal static class SubscriptionDecision
{
    /// <summary>So many are made; when no look shows one of them, there is no other.</summary>
    public const int MostUnshown = 3;

    private const int TriesUntilRecreated = 3;
    private const int MostDoublings = 20;
    private static readonly TimeSpan HeartbeatGrace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewDistance = TimeSpan.FromHours(6);
    private static readonly TimeSpan CreateDistance = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static SubscriptionVerdict Of(Supervised memory, SubscriptionSeen seen, SubscriptionOptions options, DateTimeOffset now)
    {
        var state = StateOf(memory, seen, options, now);
        if (state == SubscriptionState.Unseen) return new(state, SubscriptionStep.Keep);
        // One that is not there is nobody's decision to be left alone.
        if (state == SubscriptionState.Missing) return new(state, IsCreateDue(memory, now) ? SubscriptionStep.Create : SubscriptionStep.Keep);
        if (seen.HasFormerHook && MayWrite(state, options)) return new(state, SubscriptionStep.Renew);
        if (state == SubscriptionState.Active) return new(state, StepOfActive(memory, seen, now));
        return new(state, options.Repair == "auto" && IsRepairDue(memory, seen, options, state, now) ? RepairOf(memory, seen, state) : SubscriptionStep.Keep);
    }

    /// <summary>True when it has been well for so long that earlier repairs say nothing any more.</summary>
    public static bool IsSettled(Supervised memory, DateTimeOffset now) => memory.State == SubscriptionState.Active && now - memory.Since >= Day;

    /// <summary>One that is not shown may be read; how often, once it is <see cref="SubscriptionState.Unseen"/>.</summary>
    public static bool IsReadDue(Supervised memory, DateTimeOffset now) => memory.State != SubscriptionState.Unseen || !(now - memory.AskedAt < Day);

    /// <summary>What is newer than this, and was not sent, speaks against it: since then it was served, as far as we know, and gave no sign.</summary>
    public static DateTimeOffset QuietSince(Supervised memory, DateTimeOffset lastSign, DateTimeOffset now)
    {
        var served = memory.State switch
        {
            SubscriptionState.Active => memory.Since,
            SubscriptionState.Silent => lastSign,
            _ => now,
        };
        return new[] { lastSign, served, memory is { Tries: > 0, TriedAt: { } tried } ? tried : lastSign }.Max();
    }

    private static string StateOf(Supervised memory, SubscriptionSeen seen, SubscriptionOptions options, DateTimeOffset now) => seen.Status switch
    {
        null when seen.IsHidden || memory.Unshown >= MostUnshown => SubscriptionState.Unseen,
        null => SubscriptionState.Missing,
        SubscriptionState.Off => SubscriptionState.Off,
        SubscriptionState.Error => SubscriptionState.Error,
        SubscriptionState.Requested => IsStuck(memory, options, now) ? SubscriptionState.Stuck : SubscriptionState.Requested,
        _ => IsSilent(memory, seen, options, now) ? SubscriptionState.Silent : SubscriptionState.Active,
    };

    // Until it gives a sign.
    private static bool IsSilent(Supervised memory, SubscriptionSeen seen, SubscriptionOptions options, DateTimeOffset now) =>
        memory.State == SubscriptionState.Silent
            ? !(seen.LastSignAt > memory.Since)
            : seen is { FoundByPoll: > 0, LastSignAt: { } lastSign } && now - QuietSince(memory, lastSign, now) >= options.SilentAfter;

    private static bool IsCreateDue(Supervised memory, DateTimeOffset now) =>
        !(now - memory.CreatedAt < CreateDistance)
        && IsDue(memory, SubscriptionState.Missing, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), now);

    private static bool MayWrite(string state, SubscriptionOptions options) =>
        state is SubscriptionState.Active or SubscriptionState.Requested
        || (options.Repair == "auto" && state is (SubscriptionState.Silent or SubscriptionState.Stuck or SubscriptionState.Error));

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
        // It was asked for anew; only what it did not bring since then says that this was in vain.
        SubscriptionState.Silent when memory.Tries > 0 && seen.FoundByPoll == 0 => false,
        SubscriptionState.Silent => IsDue(memory, state, TimeSpan.Zero, options.SilentAfter, Day, now),
        // Somebody had a mind; but a missed platelet count is a missed patient, so that it is asked for again, slowly.
        SubscriptionState.Off when !seen.HasReason => IsDue(memory, state, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), Day, now),
        SubscriptionState.Off or SubscriptionState.Error => IsDue(memory, state, TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), now),
        _ => false,
    };

    private static SubscriptionStep RepairOf(Supervised memory, SubscriptionSeen seen, string state) => state switch
    {
        // Of what we may not delete, or do not know for certain to be ours, there is no second one.
        _ when memory.DeletesRefused || !seen.IsAtOurHook => SubscriptionStep.AskAnew,
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
