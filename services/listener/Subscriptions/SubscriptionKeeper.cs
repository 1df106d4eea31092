using System.Data.Common;
using CarT.Fhir.Hosting;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;
using Status = Hl7.Fhir.Model.Subscription.SubscriptionStatus;
using Task = System.Threading.Tasks.Task;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>
/// Sees to it that our Subscriptions stand at each source: looks for them by our endpoint, creates those missing, asks anew for one in error, about to
/// run out, or with another secret. One that somebody switched off stays off; operators see it. Nothing is created before a search was answered.
/// </summary>
internal sealed partial class SubscriptionKeeper(
    SourceTable sources,
    ListenerStore store,
    ClinicalClock clock,
    TimeProvider time,
    Jitter jitter,
    IHostApplicationLifetime lifetime,
    ILogger<SubscriptionKeeper> log)
    : BackgroundService
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The handshake comes during the create and must find our hook open.
        await HostStart.WaitAsync(lifetime, stoppingToken);
        var ours = sources.All.Where(source => source.Options.Subscription.Style is "classic" or "topic");
        await Task.WhenAll(ours.Select(source => KeepAsync(source, stoppingToken)));
    }

    private async Task KeepAsync(Source source, CancellationToken cancel)
    {
        var delay = FirstDelay;
        while (!cancel.IsCancellationRequested)
        {
            var complete = await CheckAsync(source, cancel);
            await Task.Delay(jitter.Lengthen(complete ? CheckEvery : delay), time, cancel);
            delay = complete ? FirstDelay : TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, CheckEvery.Ticks));
        }
    }

    /// <summary>True when everything that we want stands at the source.</summary>
    private async Task<bool> CheckAsync(Source source, CancellationToken cancel)
    {
        try
        {
            if (await ExistingAsync(source, cancel) is not { } existing) return false;
            var rows = await store.SubscriptionsAsync(cancel);
            var known = rows.Where(row => row.Source == source.Name).ToDictionary(row => row.Reference, row => row.Criteria);
            var complete = true;
            foreach (var wanted in SubscriptionDraft.All(source, WholeSeconds(clock.Now.AddYears(1))))
            {
                var key = SubscriptionDraft.Key(wanted);
                // By what we remember first: a server may keep less of a Subscription than we sent.
                var found = existing.Find(subscription => known.GetValueOrDefault("Subscription/" + subscription.Id) == key)
                    ?? existing.Find(subscription => SubscriptionDraft.Key(subscription) == key);
                complete &= found is null ? await CreateAsync(source, wanted, cancel) : await RenewAsync(source, found, wanted, cancel);
            }
            return complete;
        }
        catch (DbException e)
        {
            Log.StoreFails(log, e, source.Name);
            return false;
        }
        // Whatever one source answers, the process and the other sources go on. Not the text of the fault: it may quote the answer.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.CheckFails(log, source.Name, e.GetType().Name, e.StackTrace);
            return false;
        }
    }

    /// <summary>Our Subscriptions at the source; null when it did not answer the search.</summary>
    private async Task<List<Subscription>?> ExistingAsync(Source source, CancellationToken cancel)
    {
        var endpoint = source.Options.Subscription.HookUrl!;
        var existing = new List<Subscription>();
        await foreach (var page in source.Client.SearchAsync("Subscription?url=" + FhirClient.SearchValue(endpoint), cancel))
        {
            if (page.Verdict != FhirVerdict.Done || FhirJson.Read(page.Body).Resource is not Bundle bundle)
            {
                Log.SearchFails(log, source.Name, page.Verdict, (int?)page.Status);
                return null;
            }
            // Some servers do not know the parameter and answer with every Subscription.
            existing.AddRange(bundle.Entry.Select(entry => entry.Resource).OfType<Subscription>()
                .Where(subscription => subscription.Channel?.Endpoint == endpoint && subscription.Id is { Length: > 0 }));
        }
        return existing;
    }

    private async Task<bool> CreateAsync(Source source, Subscription wanted, CancellationToken cancel)
    {
        var answer = await source.Client.CreateAsync("Subscription", FhirJson.Write(wanted), ifNoneExist: null, cancel);
        if ((int?)answer.Status is 400 or 422 && wanted.Channel!.Extension.Count > 0)
        {
            // Heartbeat, time-out and bundle size are wishes, which some servers refuse.
            wanted.Channel.Extension = [];
            answer = await source.Client.CreateAsync("Subscription", FhirJson.Write(wanted), ifNoneExist: null, cancel);
        }
        if (!IsTaken(source, answer)) return false;
        // Without a body the next search brings id and status.
        if (FhirJson.Read(answer.Body).Resource is not Subscription { Id.Length: > 0 } created) return false;
        Log.Created(log, source.Name, created.Id!);
        await RememberAsync(source, created, wanted, cancel);
        return true;
    }

    private async Task<bool> RenewAsync(Source source, Subscription found, Subscription wanted, CancellationToken cancel)
    {
        await RememberAsync(source, found, wanted, cancel);
        if (found.Status == Status.Off)
        {
            Log.IsOff(log, source.Name, found.Id!);
            return true;
        }
        // A server may hide the headers; then they say nothing about the secret.
        var otherSecret = found.Channel!.Header.FirstOrDefault() is { } header && header != SubscriptionDraft.AuthorizationHeader(source);
        if (found.Status != Status.Error && !otherSecret && !(found.End < clock.Now + RenewBefore)) return true;
        found.Status = Status.Requested;
        found.End = wanted.End;
        found.Error = null;
        found.Channel.Header = wanted.Channel!.Header;
        if (!IsTaken(source, await source.Client.UpdateAsync("Subscription", found.Id!, FhirJson.Write(found), found.Meta?.VersionId, cancel))) return false;
        Log.Renewed(log, source.Name, found.Id!);
        return true;
    }

    private bool IsTaken(Source source, FhirAnswer answer)
    {
        if (answer.Verdict == FhirVerdict.Done) return true;
        Log.Refused(log, source.Name, answer.Verdict, (int?)answer.Status, string.Join(' ', answer.IssueCodes()));
        return false;
    }

    private Task RememberAsync(Source source, Subscription subscription, Subscription wanted, CancellationToken cancel) =>
        store.KeepSubscriptionAsync(source.Name, "Subscription/" + subscription.Id, SubscriptionDraft.Key(wanted), subscription.Status?.GetLiteral(), cancel);

    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Source {Source}: Subscription {Id} created")]
        public static partial void Created(ILogger logger, string source, string id);

        [LoggerMessage(2, LogLevel.Information, "Source {Source}: Subscription {Id} asked for anew")]
        public static partial void Renewed(ILogger logger, string source, string id);

        [LoggerMessage(3, LogLevel.Warning, "Source {Source}: Subscription {Id} was switched off there and is left alone")]
        public static partial void IsOff(ILogger logger, string source, string id);

        [LoggerMessage(4, LogLevel.Warning, "Source {Source}: the search for Subscriptions gave {Verdict}, status {Status}; tried again later")]
        public static partial void SearchFails(ILogger logger, string source, FhirVerdict verdict, int? status);

        [LoggerMessage(5, LogLevel.Warning, "Source {Source}: a Subscription was not taken, {Verdict}, status {Status}, {Issues}; tried again later")]
        public static partial void Refused(ILogger logger, string source, FhirVerdict verdict, int? status, string issues);

        [LoggerMessage(6, LogLevel.Error, "Source {Source}: the store does not answer; Subscriptions are checked again later")]
        public static partial void StoreFails(ILogger logger, Exception exception, string source);

        [LoggerMessage(7, LogLevel.Error, "Source {Source}: the check of its Subscriptions failed and is made again later, {Fault} {Stack}")]
        public static partial void CheckFails(ILogger logger, string source, string fault, string? stack);
    }
}
