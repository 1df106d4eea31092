using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>What came of a search at a source.</summary>
/// <param name="Stopped">The answer for which it is not complete: it ended the search before its last page, or is only a part; null when it is complete.</param>
/// <param name="Rows">The rows that were stored for it, in the order of the pages.</param>
internal sealed record Intake(FhirAnswer? Stopped, IReadOnlyList<long> Rows)
{
    /// <summary>Fault of an answer that is not all that there is.</summary>
    public const string Incomplete = "incomplete";

    public bool IsComplete => Stopped is null;

    /// <summary>Whether every page came, and all of them together hold fewer results than the source said that there are.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>Pages that were read.</summary>
    public int Pages { get; init; }

    /// <summary>Resources that were known already, with the same content.</summary>
    public int Known { get; init; }

    /// <summary>The newest <c>meta.lastUpdated</c> met; null when there was none.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Whether every resource had a stamp, none older than the one before.</summary>
    public bool IsInOrder { get; init; } = true;

    /// <summary>The time that the source told with its first page; null when it told none.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>References of everything that the search found.</summary>
    public IReadOnlySet<string> References { get; init; } = new HashSet<string>();
}

/// <summary>
/// Takes what a search at a source finds into the store, as if the source had sent each resource: one row each, worked like any other. What is known with
/// the same content becomes no row. Pages that were read before the search broke off are kept; to take something twice does no harm.
/// </summary>
internal sealed class SearchIntake(ListenerStore store, ListenerMetrics metrics, Failpoints failpoints, TimeProvider time)
{
    private static readonly FhirAnswer CutOff = new() { Verdict = FhirVerdict.Refused, Fault = FhirAnswer.NextLink };

    /// <summary>Takes what a search for one patient finds: nobody was late to send it.</summary>
    /// <param name="source">The source to ask.</param>
    /// <param name="search">Relative search, <c>Observation?code=…&amp;patient=…</c>.</param>
    /// <param name="cancel">Ends the walk.</param>
    public Task<Intake> TakeAsync(Source source, string search, CancellationToken cancel) => TakeAsync(source, search, [], NotificationKind.Fetched, cancel);

    /// <summary>Takes what a poll finds in its window.</summary>
    /// <param name="source">The source to ask.</param>
    /// <param name="search">Relative search.</param>
    /// <param name="seen">Versions taken by an earlier walk, and by this one: a page may repeat what another one held.</param>
    /// <param name="cancel">Ends the walk.</param>
    public Task<Intake> TakeAsync(Source source, string search, HashSet<SearchedResource.Identity> seen, CancellationToken cancel) =>
        TakeAsync(source, search, seen, NotificationKind.Polled, cancel);

    private async Task<Intake> TakeAsync(Source source, string search, HashSet<SearchedResource.Identity> seen, string kind, CancellationToken cancel)
    {
        var rows = new List<long>();
        var references = new HashSet<string>(StringComparer.Ordinal);
        var intake = new Intake(null, rows) { References = references };
        long? total = null;
        await foreach (var page in source.Paced.SearchAsync(search, cancel))
        {
            if (page.Verdict != FhirVerdict.Done) return intake with { Stopped = page };
            if (SearchedResource.Of(page.Body, out var told) is not { } found) return intake with { Stopped = page with { Verdict = FhirVerdict.Unknown, Fault = "not-a-bundle" } };
            total = told ?? total;
            references.UnionWith(found.Select(resource => resource.Reference));
            var fresh = found.Where(resource => seen.Add(resource.Id)).ToList();
            var unknown = await UnknownAsync(source, fresh, cancel);
            // Together: they share a transaction.
            rows.AddRange(await Task.WhenAll(unknown.Select(resource => store.AddAsync(RowOf(source, resource.Json, kind, resource.Type), refusal: null, cancel))));
            intake = intake with
            {
                // The other pages are good all the same.
                Stopped = intake.Stopped ?? (page.IsPartial() ? page with { Verdict = FhirVerdict.Unknown, Fault = Intake.Incomplete } : null),
                Pages = intake.Pages + 1,
                Known = intake.Known + fresh.Count - unknown.Count,
                IsInOrder = intake.IsInOrder && AreInOrder(intake.Newest, found),
                Newest = found.Select(resource => resource.LastUpdated).Append(intake.Newest).Max(),
                ServerTime = intake.ServerTime ?? page.Date,
            };
            metrics.Searched(source.Name, unknown.Count, fresh.Count - unknown.Count);
            if (unknown.Count == 0) continue;
            await failpoints.ReachAsync(Failpoints.PollPageStored);
            source.RowsCame.Raise();
        }
        // There are servers that cut a result off at the size of a page and link to no other; or one moved from page to page in between.
        return intake.IsComplete && total > references.Count ? intake with { Stopped = CutOff, IsCutOff = true } : intake;
    }

    /// <summary>Stores one more row, as if the source had sent this body.</summary>
    /// <param name="source">The source that was asked.</param>
    /// <param name="body">Names resources, or deletes.</param>
    /// <param name="kind"><see cref="NotificationKind.Polled"/> or <see cref="NotificationKind.Fetched"/>.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<long> TakeAsync(Source source, byte[] body, string kind, CancellationToken cancel)
    {
        var row = await store.AddAsync(RowOf(source, body, kind), refusal: null, cancel);
        source.RowsCame.Raise();
        return row;
    }

    private async Task<List<SearchedResource>> UnknownAsync(Source source, List<SearchedResource> found, CancellationToken cancel)
    {
        if (found.Count == 0) return [];
        var known = await store.KnownAsync(source.Name, [.. found.Select(resource => resource.Reference)], cancel);
        return found.FindAll(resource => !(known.TryGetValue(resource.Reference, out var version) && version.ContentHash == resource.ContentHash));
    }

    private static bool AreInOrder(DateTimeOffset? last, List<SearchedResource> found)
    {
        foreach (var resource in found)
        {
            if (resource.LastUpdated is null || resource.LastUpdated < last) return false;
            last = resource.LastUpdated;
        }
        return true;
    }

    private NewNotification RowOf(Source source, byte[] body, string kind, string? type = null) => new()
    {
        Source = source.Name,
        ReceivedAt = time.GetUtcNow(),
        Method = "GET",
        ResourceType = type,
        Headers = "{}",
        TraceParent = CartTelemetry.CurrentTraceParent,
        Body = body,
        Kind = kind,
    };
}
