using System.Net;
using System.Globalization;
using CarT.Fhir.Simulator.Server.Search;
using CarT.Fhir.Simulator.Server.Store;
using Microsoft.AspNetCore.WebUtilities;

namespace CarT.Fhir.Simulator.Server;

/// <summary>The interactions that change nothing: read, vread, search and history.</summary>
internal sealed class Reads(ResourceStore store, SimulatedEhrOptions options)
{
    private readonly Pages pages = new();

    public FhirAnswer Read(FhirRequest request, string type, string id)
    {
        var version = store.Head(type, id) ?? throw FhirProblemException.NotFound($"{type}/{id}");
        if (version.IsDeleted) throw new FhirProblemException(HttpStatusCode.Gone, "deleted", $"{version.Reference} has been deleted");
        var answer = Answer(version, HttpStatusCode.OK);
        return request.Header("If-None-Match") == version.ETag ? answer with { Status = (int)HttpStatusCode.NotModified, Body = default } : answer;
    }

    public FhirAnswer ReadVersion(string type, string id, string versionId)
    {
        var version = store.Head(type, id);
        while (version is not null && versionId != Text(version.Version)) version = version.Previous;
        if (version is null) throw FhirProblemException.NotFound($"{type}/{id}/_history/{versionId}");
        return version.IsDeleted ? throw new FhirProblemException(HttpStatusCode.Gone, "deleted", "This version is the deletion") : Answer(version, HttpStatusCode.OK);
    }

    /// <summary>Searches a type, or continues a search or history at the page that a next link names.</summary>
    public FhirAnswer Search(FhirRequest request, string type)
    {
        var parameters = QueryHelpers.ParseQuery(request.Query);
        if (parameters.TryGetValue("_page", out var page)) return Answer(pages.Read(page.ToString()), request);
        var query = SearchQuery.Parse(type, request.Query);
        if (query.Unknown is { } unknown && request.Prefers("handling=strict"))
            throw new FhirProblemException(HttpStatusCode.BadRequest, "not-supported", $"The search parameter {unknown} is not supported");
        return Answer(type, isHistory: false, query.Applied, query.CountOnly ? 0 : query.Count, query.Run(store, request.Lag), request);
    }

    public FhirAnswer HistoryOfType(FhirRequest request, string type)
    {
        var (since, count) = HistoryParameters(request);
        return Answer($"{type}/_history", isHistory: true, request.Query, count, store.History(type, since), request);
    }

    public FhirAnswer HistoryOfInstance(FhirRequest request, string type, string id)
    {
        var (since, count) = HistoryParameters(request);
        List<StoredVersion> versions = [];
        for (var version = store.Head(type, id) ?? throw FhirProblemException.NotFound($"{type}/{id}"); version is not null; version = version.Previous)
            if (version.LastUpdated >= since)
                versions.Add(version);
        return Answer($"{type}/{id}/_history", isHistory: true, request.Query, count, versions, request);
    }

    public static FhirAnswer Answer(StoredVersion version, HttpStatusCode status) =>
        new((int)status, version.Body) { ETag = version.ETag, LastModified = version.LastUpdated };

    private FhirAnswer Answer(string path, bool isHistory, string query, int? count, List<StoredVersion> rows, FhirRequest request)
    {
        var self = query.Length == 0 ? path : $"{path}?{query}";
        return Answer(pages.First(new Pages.Result(path, isHistory, self, Math.Min(count ?? options.DefaultCount, options.MaxCount), rows)), request);
    }

    private static FhirAnswer Answer(Pages.Page page, FhirRequest request) => new((int)HttpStatusCode.OK, BundleWriter.Write(page, request.BaseUrl));

    private static (DateTimeOffset Since, int? Count) HistoryParameters(FhirRequest request)
    {
        var parameters = QueryHelpers.ParseQuery(request.Query);
        var since = DateTimeOffset.MinValue;
        if (parameters.TryGetValue("_since", out var text))
            since = FhirTimeSpan.Parse(text.ToString()) is { } span
                ? new DateTimeOffset(span.From, TimeSpan.Zero)
                : throw FhirProblemException.Invalid("The value of _since cannot be read");
        return (since, parameters.TryGetValue("_count", out var count) && int.TryParse(count, out var number) && number > 0 ? number : null);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
