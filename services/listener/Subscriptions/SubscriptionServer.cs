using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;
using CarT.Fhir.R4.Reading;
using Hl7.Fhir.Model;

namespace CarT.Fhir.Listener.Subscriptions;

/// <summary>What the server of a source is asked about Subscriptions: search, create, update, delete, <c>$status</c>.</summary>
internal sealed partial class SubscriptionServer(TimeProvider time, SupervisionStore store, ILogger<SubscriptionServer> log)
{
    /// <summary>Our Subscriptions at the source; null when it did not answer the search.</summary>
    public async Task<List<Subscription>?> ExistingAsync(Source source, CancellationToken cancel)
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

    /// <summary>The Subscription as the server keeps it; null when it was not taken, or when only the next search can tell.</summary>
    public async Task<Subscription?> CreateAsync(Source source, Subscription wanted, CancellationToken cancel)
    {
        var answer = await source.Client.CreateAsync("Subscription", FhirJson.Write(wanted), ifNoneExist: null, cancel);
        if ((int?)answer.Status is 400 or 422 && wanted.Channel!.Extension.Count > 0)
        {
            // Heartbeat, time-out and bundle size are wishes, which some servers refuse.
            wanted.Channel.Extension = [];
            answer = await source.Client.CreateAsync("Subscription", FhirJson.Write(wanted), ifNoneExist: null, cancel);
        }
        if (!IsTaken(source, answer)) return null;
        return FhirJson.Read(answer.Body).Resource is Subscription { Id.Length: > 0 } created ? created : null;
    }

    /// <summary>Asks for one that stands there to be served (again): with our end, our secret and no error.</summary>
    public async Task<bool> AskAnewAsync(Source source, Subscription found, Subscription wanted, CancellationToken cancel)
    {
        found.Status = wanted.Status;
        found.End = wanted.End;
        found.Error = null;
        found.Channel!.Header = wanted.Channel!.Header;
        return IsTaken(source, await source.Client.UpdateAsync("Subscription", found.Id!, FhirJson.Write(found), found.Meta?.VersionId, cancel));
    }

    /// <summary>True when it is no longer there.</summary>
    public async Task<bool> DeleteAsync(Source source, string id, CancellationToken cancel)
    {
        var answer = await source.Client.DeleteAsync("Subscription", id, cancel);
        return answer.Verdict is FhirVerdict.NotFound or FhirVerdict.Gone || IsTaken(source, answer);
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
