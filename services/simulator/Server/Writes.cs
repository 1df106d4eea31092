using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CarT.Fhir.Simulator.Server.Search;
using CarT.Fhir.Simulator.Server.Store;

namespace CarT.Fhir.Simulator.Server;

/// <summary>The interactions that change one resource. Each decides and writes under one lock, so a condition holds when its write is made.</summary>
internal sealed partial class Writes(ResourceStore store)
{
    /// <summary>Create; with <c>If-None-Exist</c> only when nothing matches (R4 3.1.0.8.1).</summary>
    public FhirAnswer Create(FhirRequest request, string type)
    {
        var resource = Resource(request, type);
        return store.Atomically(() => request.Header("If-None-Exist") is { } condition && Match(type, condition) is { } existing
            ? Answer(request, existing, HttpStatusCode.OK)
            : Answer(request, store.Write(resource, type, store.NewId(type)), HttpStatusCode.Created));
    }

    public FhirAnswer Update(FhirRequest request, string type, string id)
    {
        var resource = Resource(request, type);
        if (!IdForm().IsMatch(id)) throw FhirProblemException.Invalid("The id in the address is not a FHIR id");
        if (Json.Text(resource["id"]) != id) throw FhirProblemException.Invalid("The id of the body is not that of the address");
        return store.Atomically(() =>
        {
            var existing = Living(type, id);
            RequireMatch(request, existing);
            return Answer(request, store.Write(resource, type, id), existing is null ? HttpStatusCode.Created : HttpStatusCode.OK);
        });
    }

    /// <summary>Conditional update: creates when nothing matches, updates one match, refuses several (R4 3.1.0.4.3).</summary>
    public FhirAnswer UpdateWhere(FhirRequest request, string type)
    {
        var resource = Resource(request, type);
        return store.Atomically(() =>
        {
            var existing = Match(type, request.Query);
            RequireMatch(request, existing);
            if (existing is not null && Json.Text(resource["id"]) is { } id && id != existing.Id)
                throw FhirProblemException.Invalid("The id of the body is not that of the resource that matches");
            var written = store.Write(resource, type, existing?.Id ?? store.NewId(type));
            return Answer(request, written, existing is null ? HttpStatusCode.Created : HttpStatusCode.OK);
        });
    }

    public FhirAnswer Delete(FhirRequest request, string type, string id) => store.Atomically(() =>
    {
        RequireMatch(request, Living(type, id));
        if (store.Head(type, id) is null) throw FhirProblemException.NotFound($"{type}/{id}");
        store.Delete(type, id);
        return new FhirAnswer((int)HttpStatusCode.NoContent, default) { ETag = store.Head(type, id)?.ETag };
    });

    /// <summary>The one resource that a condition names, null when there is none; 412 for several or for a condition that selects nothing.</summary>
    public StoredVersion? Match(string type, string condition)
    {
        var query = SearchQuery.Parse(type, condition.TrimStart('?'));
        if (query.Unknown is { } unknown) throw FhirProblemException.Invalid($"The search parameter {unknown} is not supported in a condition");
        if (query.IsUnfiltered) throw new FhirProblemException(HttpStatusCode.PreconditionFailed, "incomplete", "The condition is not selective enough");
        var matches = query.Run(store);
        return matches.Count > 1
            ? throw new FhirProblemException(HttpStatusCode.PreconditionFailed, "multiple-matches", "Several resources match the condition")
            : matches.FirstOrDefault();
    }

    private static JsonObject Resource(FhirRequest request, string type)
    {
        var resource = Json.Resource(request.Body);
        return Json.Text(resource["resourceType"]) == type ? resource : throw FhirProblemException.Invalid("The resourceType of the body is not that of the address");
    }

    private StoredVersion? Living(string type, string id) => store.Head(type, id) is { IsDeleted: false } version ? version : null;

    private static void RequireMatch(FhirRequest request, StoredVersion? existing)
    {
        if (request.Header("If-Match") is { } expected && expected != existing?.ETag)
            throw new FhirProblemException(HttpStatusCode.PreconditionFailed, "conflict", "The resource is not at the version of If-Match");
    }

    private static FhirAnswer Answer(FhirRequest request, StoredVersion version, HttpStatusCode status)
    {
        var answer = Reads.Answer(version, status) with { Location = $"{request.BaseUrl}/{version.Reference}/_history/{version.Version}" };
        if (request.Prefers("return=minimal")) return answer with { Body = default };
        return request.Prefers("return=OperationOutcome")
            ? answer with { Body = FhirAnswer.Outcome(status, "informational", "Stored", "information").Body }
            : answer;
    }

    [GeneratedRegex(@"^[A-Za-z0-9\-\.]{1,64}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdForm();
}
