using System.Runtime.InteropServices;
using System.Text.Json;
using CarT.Fhir.Hosting;
using CarT.Fhir.Hosting.Telemetry;
using CarT.Fhir.Listener.Notifications;
using CarT.Fhir.Listener.Sources;
using CarT.Fhir.Listener.Storing;
using CarT.Fhir.R4.Client;

namespace CarT.Fhir.Listener.Reconciling;

/// <summary>What came of a search at a source.</summary>
/// <param name="Stopped">The answer that ended it before its last page; null when it is complete.</param>
/// <param name="Rows">The rows that were stored for it, in the order of the pages.</param>
internal sealed record Intake(FhirAnswer? Stopped, IReadOnlyList<long> Rows)
{
    public bool IsComplete => Stopped is null;
}

/// <summary>
/// Takes what a search at a source finds into the store, as if the source had sent each resource: one row each, worked like any other. Pages that were
/// read before the search broke off are kept; to take something twice does no harm.
/// </summary>
internal sealed class SearchIntake(ListenerStore store, Failpoints failpoints, TimeProvider time)
{
    /// <param name="source">The source to ask.</param>
    /// <param name="search">Relative search, <c>Observation?code=…</c>.</param>
    /// <param name="cancel">Ends the walk.</param>
    public async Task<Intake> TakeAsync(Source source, string search, CancellationToken cancel)
    {
        var rows = new List<long>();
        await foreach (var page in source.Client.SearchAsync(search, cancel))
        {
            if (page.Verdict != FhirVerdict.Done) return new Intake(page, rows);
            if (ResourcesOf(page) is not { } resources) return new Intake(page with { Verdict = FhirVerdict.Unknown, Fault = "not-a-bundle" }, rows);
            // Together: they share a transaction.
            rows.AddRange(await Task.WhenAll(resources.Select(resource => store.AddAsync(RowOf(source, resource), refusal: null, cancel))));
            await failpoints.ReachAsync(Failpoints.PollPageStored);
            if (resources.Count > 0) source.RowsCame.Raise();
        }
        return new Intake(null, rows);
    }

    private NewNotification RowOf(Source source, byte[] resource) => new()
    {
        Source = source.Name,
        ReceivedAt = time.GetUtcNow(),
        Method = "GET",
        Headers = "{}",
        TraceParent = CartTelemetry.CurrentTraceParent,
        Body = resource,
        Kind = NotificationKind.Polled,
    };

    /// <summary>The resources of a page, without remarks of the server about the search itself; null when the page is no Bundle.</summary>
    private static List<byte[]>? ResourcesOf(FhirAnswer page)
    {
        try
        {
            using var document = JsonDocument.Parse(page.Body);
            if (document.RootElement.Text("resourceType") != "Bundle") return null;
            return [.. document.RootElement.Member("entry").Items().Where(entry => entry.Member("search").Text("mode") != "outcome")
                .Select(entry => entry.Member("resource")).Where(resource => resource.ValueKind == JsonValueKind.Object)
                .Select(resource => JsonMarshal.GetRawUtf8Value(resource).ToArray())];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
