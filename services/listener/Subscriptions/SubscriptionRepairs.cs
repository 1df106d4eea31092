using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>Does at the source what was decided about a Subscription, and remembers it.</summary>
internal sealed partial class SubscriptionRepairs(SubscriptionServer server, ListenerStore store, SubscriptionMetrics metrics, ILogger<SubscriptionRepairs> log)
{
    private const int FailuresUntilError = 5;

    public async Task<Supervised> DoAsync(SubscriptionCase item, SubscriptionStep step, DateTimeOffset now, CancellationToken cancel)
    {
        switch (step)
        {
            case SubscriptionStep.Renew:
                return (await AskAnewAsync(item, cancel)) with { TriedAt = now };
            case SubscriptionStep.Create:
                return await CreateAsync(item, step, now, cancel);
            case SubscriptionStep.Recreate:
                return await RecreateAsync(item, now, cancel);
            case SubscriptionStep.AskAnew:
                return Tried(item with { Memory = await AskAnewAsync(item, cancel) }, step, now);
            default:
                return item.Memory;
        }
    }

    private async Task<Supervised> AskAnewAsync(SubscriptionCase item, CancellationToken cancel)
    {
        var verdict = await server.AskAnewAsync(item.Source, item.Found!, item.Wanted, cancel);
        if (verdict == FhirVerdict.Done) Log.AskedAnew(log, item.Source.Name, item.Memory.Reference);
        // What the server refuses it refuses again; without an answer, or changed under us, it is written at the next look.
        return verdict is FhirVerdict.Done or FhirVerdict.Refused ? item.Memory with { Written = SubscriptionDraft.HookHash(item.Source) } : item.Memory;
    }

    // The old one goes last, so that there is never a moment without one: what both send does no harm.
    private async Task<Supervised> RecreateAsync(SubscriptionCase item, DateTimeOffset now, CancellationToken cancel)
    {
        var made = await CreateAsync(item, SubscriptionStep.Recreate, now, cancel);
        if (made.Reference == item.Memory.Reference)
        {
            // Some servers take no second one with the same criteria.
            return await AskAnewAsync(item with { Memory = made }, cancel);
        }
        return made with { DeletesRefused = await server.DeleteAsync(item.Source, item.Found!, cancel) == FhirVerdict.Refused };
    }

    private async Task<Supervised> CreateAsync(SubscriptionCase item, SubscriptionStep step, DateTimeOffset now, CancellationToken cancel)
    {
        var created = await server.CreateAsync(item.Source, item.Wanted, cancel);
        var tried = Tried(item, step, now);
        // Without an answer it may stand.
        if (created.Verdict is FhirVerdict.Done or FhirVerdict.Unknown) tried = tried with { CreatedAt = now };
        if (created.Verdict != FhirVerdict.Done) return tried;
        tried = tried with { Unshown = tried.Unshown + 1, Written = SubscriptionDraft.HookHash(item.Source) };
        if (created.Id is null) return tried;
        var reference = "Subscription/" + created.Id;
        Log.Created(log, item.Source.Name, reference);
        await store.KeepSubscriptionAsync(item.Source.Name, reference, tried.Criteria, created.Status, cancel);
        var made = tried with { Reference = reference, MadeAt = now };
        return item.Memory.Reference is null ? made with { Tries = 0, Repairs = 0 } : made;
    }

    private Supervised Tried(SubscriptionCase item, SubscriptionStep step, DateTimeOffset now)
    {
        var tried = item.Memory with { TriedAt = now, Tries = item.Memory.Tries + 1, Repairs = item.Memory.Repairs + 1 };
        metrics.Repaired(item.Source.Name, step);
        if (tried.Tries == FailuresUntilError) Log.NotRepaired(log, item.Source.Name, tried.Reference, tried.State, tried.Tries);
        return tried;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Source {Source}: {Subscription} created")]
        public static partial void Created(ILogger logger, string source, string subscription);

        [LoggerMessage(2, LogLevel.Information, "Source {Source}: {Subscription} asked for anew")]
        public static partial void AskedAnew(ILogger logger, string source, string? subscription);

        [LoggerMessage(3, LogLevel.Error, "Source {Source}: {Subscription} is still {State} after {Tries} attempts; results come by polling only")]
        public static partial void NotRepaired(ILogger logger, string source, string? subscription, string state, long tries);
    }
}
