using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>What came of a create.</summary>
/// <param name="Verdict">Of the answer.</param>
/// <param name="Id">Id at the source; null when it was not taken, or when only a search can tell.</param>
/// <param name="Status">As the server keeps it; null when it does not say.</param>
internal sealed record SubscriptionCreated(FhirVerdict Verdict, string? Id, string? Status);

/// <summary>What the server of a source is asked about Subscriptions: search, create, update, delete, <c>$status</c>.</summary>
internal sealed partial class SubscriptionServer(TimeProvider time, SupervisionStore store, ILogger<SubscriptionServer> log)
{
    /// <summary>
    /// Our Subscriptions at the source; null when it did not answer the search. None where it has no such search (the IG asks a server for read and create alone):
    /// there what we remember is read by its id.
    /// </summary>
    public async Task<List<Subscription>?> ExistingAsync(Source source, CancellationToken cancel)
    {
        var existing = new List<Subscription>();
        await foreach (var page in source.Client.SearchAsync("Subscription?url=" + FhirClient.SearchValue(source.Options.Subscription.HookUrl!), cancel))
        {
            if ((int?)page.Status is 404 or 405 or 501) return existing;
            if (page.Verdict != FhirVerdict.Done || FhirJson.Read(page.Body).Resource is not Bundle bundle)
            {
                Log.SearchFails(log, source.Name, page.Verdict, (int?)page.Status);
                return null;
            }
            // Some servers do not know the parameter and answer with every Subscription.
            existing.AddRange(bundle.Entry.Select(entry => entry.Resource).OfType<Subscription>()
                .Where(subscription => SubscriptionDraft.IsAtOurHook(subscription, source) && subscription.Id is { Length: > 0 }));
        }
        return existing;
    }

    /// <summary>
    /// Reads one that we remember and that no search shows: an index may lag or lack the address, or the server hides it. Not found when another one stands
    /// under its id.
    /// </summary>
    public async Task<(FhirVerdict Verdict, Subscription? Found)> ReadAsync(Source source, string id, Subscription wanted, CancellationToken cancel)
    {
        var answer = await source.Client.ReadAsync("Subscription", id, cancel);
        if (answer.Verdict is FhirVerdict.NotFound or FhirVerdict.Gone) return (answer.Verdict, null);
        if (!IsTaken(source, answer)) return (answer.Verdict, null);
        if (FhirJson.Read(answer.Body).Resource is not Subscription { Id.Length: > 0, Channel: not null } found) return (FhirVerdict.Unknown, null);
        return SubscriptionDraft.IsOurs(found, wanted, source) ? (FhirVerdict.Done, found) : (FhirVerdict.NotFound, null);
    }

    public async Task<SubscriptionCreated> CreateAsync(Source source, Subscription wanted, CancellationToken cancel)
    {
        var answer = await source.Client.CreateAsync("Subscription", FhirJson.Write(wanted), ifNoneExist: null, cancel);
        if ((int?)answer.Status is 400 or 422 && wanted.Channel!.Extension.Count > 0)
        {
            // Heartbeat, time-out and bundle size are wishes, which some servers refuse.
            wanted.Channel.Extension = [];
            answer = await source.Client.CreateAsync("Subscription", FhirJson.Write(wanted), ifNoneExist: null, cancel);
        }
        if (!IsTaken(source, answer)) return new(answer.Verdict, null, null);
        // Not every server answers with the resource.
        var created = FhirJson.Read(answer.Body).Resource as Subscription;
        return new(answer.Verdict, created?.Id is { Length: > 0 } id ? id : IdOf(answer.Location), created?.Status?.GetLiteral());
    }

    /// <summary>Asks for one that stands there to be served (again): with our end, our secret and no error.</summary>
    public async Task<FhirVerdict> AskAnewAsync(Source source, Subscription found, Subscription wanted, CancellationToken cancel)
    {
        found.Status = wanted.Status;
        found.End = wanted.End;
        found.Error = null;
        found.Channel!.Header = wanted.Channel!.Header;
        found.Channel.Endpoint = wanted.Channel.Endpoint;
        return await UpdateAsync(source, found, cancel);
    }

    /// <summary>Ends one of ours; one that the server does not let us delete is switched off. Refused when it stands all the same.</summary>
    public async Task<FhirVerdict> DeleteAsync(Source source, Subscription found, CancellationToken cancel)
    {
        var answer = await source.Client.DeleteAsync("Subscription", found.Id!, cancel);
        if (answer.Verdict is FhirVerdict.NotFound or FhirVerdict.Gone || IsTaken(source, answer) || answer.Verdict != FhirVerdict.Refused) return answer.Verdict;
        found.Status = Subscription.SubscriptionStatus.Off;
        await UpdateAsync(source, found, cancel);
        return FhirVerdict.Refused;
    }

    /// <summary>
    /// Asks for <c>$status</c> (Subscriptions R5 Backport IG 1.1.0) and notes its event count. The status there; null when the server does not say it,
    /// and <see cref="SubscriptionState.Missing"/> when it knows no such Subscription.
    /// </summary>
    public async Task<string?> StatusAsync(Source source, string id, CancellationToken cancel)
    {
        var askedAt = time.GetUtcNow();
        var answer = await source.Client.GetAsync($"Subscription/{Uri.EscapeDataString(id)}/$status", cancel);
        // 404 may also mean that there is no such operation; the next search tells.
        if (answer.Verdict == FhirVerdict.Gone) return SubscriptionState.Missing;
        if (answer.Verdict != FhirVerdict.Done || Read(source, answer.Body) is not { } heard || heard.Reference != "Subscription/" + id) return null;
        await store.HeardStatusAsync(source.Name, heard, askedAt, cancel);
        return heard.Status;
    }

    private async Task<FhirVerdict> UpdateAsync(Source source, Subscription found, CancellationToken cancel)
    {
        var answer = await source.Client.UpdateAsync("Subscription", found.Id!, FhirJson.Write(found), found.Meta?.VersionId, cancel);
        IsTaken(source, answer);
        return answer.Verdict;
    }

    /// <summary>The id of <c>…/Subscription/{id}/_history/{version}</c>, below whichever base the server calls its own; null when it is something else.</summary>
    private static string? IdOf(string? location)
    {
        var segments = location?.Split('/') ?? [];
        var type = Array.LastIndexOf(segments, "Subscription");
        return type >= 0 && type + 1 < segments.Length && segments[type + 1] is { Length: > 0 } id ? id : null;
    }

    private static SubscriptionHeard? Read(Source source, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var status = root.Text("resourceType") == "Bundle" ? root.Member("entry").Items().Select(entry => entry.Member("resource")).FirstOrDefault() : root;
            return SubscriptionStatus.Read(status, source.Client.Base)?.Heard;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsTaken(Source source, FhirAnswer answer)
    {
        if (answer.Verdict == FhirVerdict.Done) return true;
        Log.Refused(log, source.Name, answer.Verdict, (int?)answer.Status, string.Join(' ', answer.IssueCodes()));
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Source {Source}: the search for Subscriptions gave {Verdict}, status {Status}; tried again later")]
        public static partial void SearchFails(ILogger logger, string source, FhirVerdict verdict, int? status);

        [LoggerMessage(2, LogLevel.Warning, "Source {Source}: a Subscription was not taken, {Verdict}, status {Status}, {Issues}; tried again later")]
        public static partial void Refused(ILogger logger, string source, FhirVerdict verdict, int? status, string issues);
    }
}
