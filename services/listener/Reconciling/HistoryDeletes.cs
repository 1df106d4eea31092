using System.Text;
using System.Text.Json;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>
/// Finds deletes in the history of a type: no search finds what is gone. What is not yet retracted becomes a row, with the entry as the source wrote it;
/// also what was never heard of, since a notification of it may be late, or stored and not yet worked, and nobody would tell of the delete again.
/// </summary>
internal sealed class HistoryDeletes(SearchIntake intake, ListenerStore store)
{
    private sealed record Page(IReadOnlyList<Deleted> Deletes, DateTimeOffset? Newest, int Entries, long? Total);

    private sealed record Deleted(string Reference, string Entry);

    /// <param name="source">A source that tells the history of the type.</param>
    /// <param name="type">Resource type.</param>
    /// <param name="since">From when on, by the stamps of the source.</param>
    /// <param name="cancel">Ends the walk.</param>
    public async Task<Intake> TakeAsync(Source source, string type, DateTimeOffset since, CancellationToken cancel)
    {
        var rows = new List<long>();
        var result = new Intake(null, rows);
        var (entries, total) = (0, (long?)null);
        var search = $"{type}/_history?_since={PollWindow.Stamp(since)}&_count={source.Options.Poll.PageSize}";
        await foreach (var answer in source.Paced.SearchAsync(search, cancel))
        {
            if (answer.Verdict != FhirVerdict.Done) return result with { Stopped = answer };
            if (Read(answer.Body, source.Client.Base) is not { } page) return result with { Stopped = answer with { Verdict = FhirVerdict.Unknown, Fault = "not-a-bundle" } };
            (entries, total) = (entries + page.Entries, page.Total);
            result = result with
            {
                Stopped = result.Stopped ?? (answer.IsPartial() ? Incomplete(answer) : null),
                Pages = result.Pages + 1,
                Newest = page.Newest > result.Newest || result.Newest is null ? page.Newest ?? result.Newest : result.Newest,
                ServerTime = result.ServerTime ?? answer.Date,
            };
            var standing = await StandingAsync(source, page.Deletes, cancel);
            foreach (var some in standing.Chunk(source.Options.Hook.MaxEntries))
                rows.Add(await intake.TakeAsync(source, BundleOf(some.Select(deleted => deleted.Entry)), NotificationKind.Polled, cancel));
        }
        // The oldest come last: what was cut off lies between the watermark and the rest.
        var isCut = total > entries || (total is null && result.Pages == 1 && entries == source.Options.Poll.PageSize);
        return isCut && result.IsComplete ? result with { Stopped = Incomplete(new FhirAnswer { Verdict = FhirVerdict.Refused }) } : result;
    }

    private static FhirAnswer Incomplete(FhirAnswer answer) => answer with { Verdict = FhirVerdict.Refused, Fault = Intake.Incomplete };

    /// <summary>A body that names resources, to be read at the source: what it has no more is retracted.</summary>
    public static byte[] Naming(IEnumerable<string> references) =>
        BundleOf(references.Select(reference => $$"""{"fullUrl":"{{reference}}"}"""));

    private static byte[] BundleOf(IEnumerable<string> entries) =>
        Encoding.UTF8.GetBytes($$"""{"resourceType":"Bundle","type":"history","entry":[{{string.Join(',', entries)}}]}""");

    private async Task<List<Deleted>> StandingAsync(Source source, IReadOnlyList<Deleted> deletes, CancellationToken cancel)
    {
        if (deletes.Count == 0) return [];
        var known = await store.KnownAsync(source.Name, [.. deletes.Select(deleted => deleted.Reference)], cancel);
        return [.. deletes.Where(deleted => !known.TryGetValue(deleted.Reference, out var version) || version.Retracted == 0)
            .DistinctBy(deleted => deleted.Reference)];
    }

    private static Page? Read(ReadOnlyMemory<byte> body, Uri baseUrl)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.Text("resourceType") != "Bundle") return null;
            var entries = document.RootElement.Member("entry").Items().ToList();
            var deletes = entries.Where(IsDelete).Select(entry => (Name: NameOf(entry, baseUrl), entry)).Where(item => item.Name is not null)
                .Select(item => new Deleted(item.Name!.Value.ToString(), item.entry.GetRawText())).ToList();
            return new Page(deletes, entries.Select(StampOf).Max(), entries.Count, TotalOf(document.RootElement));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? TotalOf(JsonElement bundle) =>
        bundle.Member("total") is { ValueKind: JsonValueKind.Number } total && total.TryGetInt64(out var count) ? count : null;

    private static bool IsDelete(JsonElement entry) => string.Equals(entry.Member("request").Text("method"), "DELETE", StringComparison.OrdinalIgnoreCase);

    private static SourceReference? NameOf(JsonElement entry, Uri baseUrl) =>
        SourceReference.Parse(entry.Text("fullUrl"), baseUrl) ?? SourceReference.Parse(entry.Member("request").Text("url"), baseUrl);

    private static DateTimeOffset? StampOf(JsonElement entry) =>
        LenientJson.Instant(entry.Member("response").Text("lastModified") ?? entry.Member("resource").Member("meta").Text("lastUpdated"));
}
